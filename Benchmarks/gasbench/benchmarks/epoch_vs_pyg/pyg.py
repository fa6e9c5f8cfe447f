"""PyTorch Geometric's side: a GCN on the generator's plain files, from weights that gas-run wrote.

Prints one JSON object: the loss before each step, seconds of each epoch and, before training, the largest difference
from --logits relative to their largest value.
"""
# ruff: noqa: E402

import argparse
import json
import platform
import resource
import time
import warnings
from typing import Any

warnings.filterwarnings("ignore")

import numpy as np
import torch
import torch.nn.functional as F
import torch_geometric
from torch_geometric import EdgeIndex
from torch_geometric.nn import GCNConv
from torch_geometric.nn.conv.gcn_conv import gcn_norm
from torch_geometric.typing import WITH_PYG_LIB, WITH_TORCH_SCATTER, WITH_TORCH_SPARSE
from torch_geometric.utils import to_undirected

from gasbench.shared.tensors import read_safetensors

EXTENSIONS = {"pyg_lib": WITH_PYG_LIB, "torch_sparse": WITH_TORCH_SPARSE, "torch_scatter": WITH_TORCH_SCATTER}
FORMS = ("edge_index", "csr", "EdgeIndex")
# What follows x in a call of GCNConv: a matrix of one of the forms, and its values where it has none.
Graph = tuple[Any, ...]
# Features, graph, labels, training nodes.
Inputs = tuple[torch.Tensor, Graph, torch.Tensor, torch.Tensor]


class GCN(torch.nn.Module):
    """GCNConv with relu between.

    GCNConv itself normalises an edge_index, once; the other forms come normalised.
    """

    def __init__(self, weights: dict[str, torch.Tensor], form: str) -> None:
        super().__init__()
        layers = len(weights) // 2
        shapes = [weights[f"convolutions.{layer}.weight"].shape for layer in range(layers)]
        own = form == "edge_index"
        self.convolutions = torch.nn.ModuleList(
            GCNConv(inputs, outputs, cached=own, normalize=own) for inputs, outputs in shapes
        )
        with torch.no_grad():
            for layer, convolution in enumerate(self.convolutions):
                convolution.lin.weight.copy_(weights[f"convolutions.{layer}.weight"].t())
                convolution.bias.copy_(weights[f"convolutions.{layer}.bias"].flatten())

    def forward(self, x: torch.Tensor, graph: Graph) -> torch.Tensor:
        for convolution in self.convolutions[:-1]:
            x = convolution(x, *graph).relu()
        return self.convolutions[-1](x, *graph)

    def groups(self, weight_decay: float) -> list[dict[str, Any]]:
        """As gas-run: no decay for the last convolution."""
        return [
            {"params": list(self.convolutions[:-1].parameters()), "weight_decay": weight_decay},
            {"params": list(self.convolutions[-1].parameters()), "weight_decay": 0.0},
        ]


def read_graph(folder: str, form: str, nodes: int) -> Graph:
    """What follows x in a call of GCNConv, for one of the three forms in which PyTorch Geometric takes a graph."""
    edges = np.load(f"{folder}/edges.npy").astype(np.int64)
    edges = edges if edges.shape[0] == 2 else edges.T
    entries = to_undirected(torch.from_numpy(np.ascontiguousarray(edges)), num_nodes=nodes)
    if form == "edge_index":
        return (entries,)
    entries, values = gcn_norm(entries, None, nodes)
    if form == "csr":
        return (torch.sparse_coo_tensor(entries, values, (nodes, nodes)).coalesce().to_sparse_csr(),)
    order = torch.argsort(entries[1] * nodes + entries[0])
    sorted_entries = EdgeIndex(
        entries[:, order].contiguous(), sparse_size=(nodes, nodes), sort_order="col", is_undirected=True
    )
    return (sorted_entries, values[order])


def train(model: GCN, inputs: Inputs, epochs: int, settings: argparse.Namespace) -> tuple[list[float], list[float]]:
    """The loss before each step, and seconds of each epoch."""
    x, graph, labels, training = inputs
    optimiser = torch.optim.Adam(model.groups(settings.weight_decay), lr=settings.lr)
    losses, seconds = [], []
    for _ in range(epochs):
        start = time.perf_counter()
        optimiser.zero_grad()
        loss = F.cross_entropy(model(x, graph)[training], labels[training])
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
        seconds.append(time.perf_counter() - start)
    return losses, seconds


def difference(model: GCN, x: torch.Tensor, graph: Graph, path: str) -> float:
    expected = np.load(path).astype(np.float64)
    with torch.no_grad():
        found = model(x, graph).numpy().astype(np.float64)
    assert found.shape == expected.shape, f"{path}: expected {found.shape}, found {expected.shape}"
    return float(np.abs(found - expected).max() / np.abs(expected).max())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", help="folder that gas-ingest generate wrote")
    parser.add_argument("--weights", required=True, help="model.safetensors of a run")
    parser.add_argument("--form", choices=FORMS, default="edge_index")
    parser.add_argument("--epochs", type=int, default=0)
    parser.add_argument("--lr", type=float, required=True)
    parser.add_argument("--weight-decay", type=float, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--logits", help="logits of gas-run infer, to compare with")
    settings = parser.parse_args()
    torch.set_num_threads(settings.threads)
    imported = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10

    x = torch.from_numpy(np.load(f"{settings.data}/features.npy"))
    labels = torch.from_numpy(np.load(f"{settings.data}/labels.npy")).long()
    training = torch.from_numpy(np.load(f"{settings.data}/train.npy"))
    graph = read_graph(settings.data, settings.form, len(x))
    model = GCN(read_safetensors(settings.weights), settings.form)

    result = {"torch": torch.__version__, "pyg": torch_geometric.__version__, "python": platform.python_version()}
    result["importedBytes"] = imported
    result["extensions"] = [name for name, found in EXTENSIONS.items() if found]
    if settings.logits:
        result["logitDifference"] = difference(model, x, graph, settings.logits)
    result["losses"], result["seconds"] = train(model, (x, graph, labels, training), settings.epochs, settings)
    print(json.dumps(result))


main()
