"""PyTorch Geometric's side: DATA PRESET WEIGHTS EPOCHS THREADS [LOGITS]. Prints one JSON object: seconds of each epoch,
training and evaluation, and with LOGITS the largest difference from them, relative to the largest.
"""

# ruff: noqa: E402

import gzip
import json
import sys
import time
import warnings
from collections.abc import Iterable
from typing import Any

warnings.filterwarnings("ignore")

import numpy as np
import torch
import torch.nn.functional as F
import torch_geometric
from torch_geometric.nn import GCN2Conv, GCNConv
from torch_geometric.nn.conv.gcn_conv import gcn_norm
from torch_geometric.utils import to_undirected

from gasbench.shared.tensors import read_safetensors

Weights = dict[str, torch.Tensor]
# Parameters of the two groups that decay differently.
Groups = tuple[Iterable[Any], Iterable[Any]]


def read_graph(folder: str) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Features, normalised adjacency, labels and training nodes."""
    matrix = np.load(f"{folder}/features.npz")
    shape = tuple(matrix["shape"])
    x = np.zeros(shape, np.float32)
    rows = np.repeat(np.arange(shape[0]), np.diff(matrix["indptr"]))
    x[rows, matrix["indices"]] = matrix["data"]
    x /= np.maximum(x.sum(axis=1, keepdims=True), 1e-12)
    with gzip.open(f"{folder}/edges.tsv.gz", "rt") as file:
        edges = torch.from_numpy(np.loadtxt(file, dtype=np.int64).T.copy())
    entries, values = gcn_norm(to_undirected(edges, num_nodes=shape[0]), None, shape[0])
    adjacency = torch.sparse_coo_tensor(entries, values, (shape[0], shape[0])).coalesce().to_sparse_csr()
    labels = torch.from_numpy(np.load(f"{folder}/labels.npy"))
    return torch.from_numpy(x), adjacency, labels, torch.from_numpy(np.load(f"{folder}/train.npy"))


class GCN(torch.nn.Module):
    """Of the preset cora-gcn."""

    rate, decays, dropout = 0.01, (5e-4, 0.0), 0.5

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        shapes = [weights[f"convolutions.{layer}.weight"].shape for layer in range(2)]
        self.convolutions = torch.nn.ModuleList(GCNConv(*shape, normalize=False) for shape in shapes)
        for layer, convolution in enumerate(self.convolutions):
            convolution.lin.weight.data.copy_(weights[f"convolutions.{layer}.weight"].t())
            convolution.bias.data.copy_(weights[f"convolutions.{layer}.bias"].flatten())

    def forward(self, x: torch.Tensor, adjacency: torch.Tensor) -> torch.Tensor:
        x = self.convolutions[0](F.dropout(x, self.dropout, self.training), adjacency).relu()
        return self.convolutions[1](F.dropout(x, self.dropout, self.training), adjacency)

    def groups(self) -> Groups:
        return self.convolutions[:1].parameters(), self.convolutions[1:].parameters()


class GCNII(torch.nn.Module):
    """Of the preset cora-gcnii."""

    rate, decays, dropout = 0.01, (0.01, 5e-4), 0.6

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        self.lins = torch.nn.ModuleList(torch.nn.Linear(*weights[f"lins.{index}.weight"].shape) for index in range(2))
        layers = sum(name.startswith("convolutions.") for name in weights)
        self.convolutions = torch.nn.ModuleList(
            GCN2Conv(64, alpha=0.1, theta=0.5, layer=layer + 1, normalize=False) for layer in range(layers)
        )
        for index, linear in enumerate(self.lins):
            linear.weight.data.copy_(weights[f"lins.{index}.weight"].t())
            linear.bias.data.copy_(weights[f"lins.{index}.bias"].flatten())
        for layer, convolution in enumerate(self.convolutions):
            convolution.weight1.data.copy_(weights[f"convolutions.{layer}.weight"])

    def forward(self, x: torch.Tensor, adjacency: torch.Tensor) -> torch.Tensor:
        x = x0 = self.lins[0](F.dropout(x, self.dropout, self.training)).relu()
        for convolution in self.convolutions:
            x = convolution(F.dropout(x, self.dropout, self.training), x0, adjacency).relu()
        return self.lins[1](F.dropout(x, self.dropout, self.training))

    def groups(self) -> Groups:
        return self.convolutions.parameters(), self.lins.parameters()


def train(
    model: GCN | GCNII,
    x: torch.Tensor,
    adjacency: torch.Tensor,
    labels: torch.Tensor,
    training: torch.Tensor,
    epochs: int,
) -> list[float]:
    """Seconds of each epoch, training and evaluation."""
    groups = zip(model.groups(), model.decays, strict=True)
    parameters = [{"params": list(group), "weight_decay": decay} for group, decay in groups]
    adam = torch.optim.Adam(parameters, lr=model.rate)
    seconds = []
    for _ in range(epochs):
        start = time.perf_counter()
        model.train()
        adam.zero_grad()
        F.cross_entropy(model(x, adjacency)[training], labels[training]).backward()
        adam.step()
        model.eval()
        with torch.no_grad():
            (model(x, adjacency).argmax(dim=1) == labels).sum().item()
        seconds.append(time.perf_counter() - start)
    return seconds


def main() -> None:
    folder, preset, weights, epochs, threads, *logits = sys.argv[1:]
    torch.set_num_threads(int(threads))
    x, adjacency, labels, training = read_graph(folder)
    models: dict[str, type[GCN] | type[GCNII]] = {"cora-gcn": GCN, "cora-gcnii": GCNII}
    model = models[preset](read_safetensors(weights))
    result = {"torch": torch.__version__, "pyg": torch_geometric.__version__}
    if logits:
        model.eval()
        with torch.no_grad():
            found = model(x, adjacency).double().numpy()
        expected = np.load(logits[0]).astype(np.float64)
        result["logitDifference"] = float(np.abs(found - expected).max() / np.abs(expected).max())
    result["seconds"] = train(model, x, adjacency, labels, training, int(epochs))
    print(json.dumps(result))


main()
