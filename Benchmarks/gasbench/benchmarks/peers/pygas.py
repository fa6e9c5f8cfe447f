"""PyTorch's side of the benchmark peers: full-batch training with PyTorch Geometric's layers (pyg), and GNNAutoScale as
published (pygas): partitions as batches, each batch's graph cut out once and kept, histories as tensors, pulled by
index and pushed in place. `partition` writes the partition of each node. Prints one JSON object.

Source of the scheme: Fey et al., GNNAutoScale, ICML 2021. Sparse products are PyTorch's own (CSR), with the transposed
matrix made once, which is faster than what its autograd does.
"""

# ruff: noqa: E402

import argparse
import json
import time
import warnings
from typing import Any

warnings.filterwarnings("ignore")

import numpy as np
import torch
import torch.nn.functional as F

from gasbench.shared.tensors import read_safetensors

PARTITIONS = 40
COMMUNITIES = 320
# Rows, columns and values of a matrix.
Entries = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
Weights = dict[str, torch.Tensor]


class Product(torch.autograd.Function):
    """A · X, for a constant sparse A."""

    @staticmethod
    def forward(context: Any, graph: "Graph", x: torch.Tensor) -> torch.Tensor:
        context.graph = graph
        # With autocast, products with weights give bfloat16; sparse ones stay float32.
        context.type = x.dtype
        with torch.autocast("cpu", enabled=False):
            result = graph.matrix @ x.float()
        assert result.dtype == torch.float32
        return result

    @staticmethod
    def backward(context: Any, gradient: torch.Tensor) -> tuple[None, torch.Tensor]:
        return None, (context.graph.transposed @ gradient.float()).to(context.type)


class Graph:
    """A sparse matrix and its transpose."""

    def __init__(self, entries: Entries, shape: tuple[int, int]) -> None:
        rows, columns, values = entries

        def csr(rows: torch.Tensor, columns: torch.Tensor, shape: tuple[int, int]) -> torch.Tensor:
            return torch.sparse_coo_tensor(torch.stack([rows, columns]), values, shape).coalesce().to_sparse_csr()

        self.matrix = csr(rows, columns, shape)
        self.transposed = csr(columns, rows, shape[::-1])

    def product(self, x: torch.Tensor) -> torch.Tensor:
        return Product.apply(self, x)


class Model(torch.nn.Module):
    """GCNConv or SAGEConv with relu between; the graph comes normalised."""

    def __init__(self, kind: str, weights: Weights) -> None:
        super().__init__()
        self.kind = kind
        self.layers = 1 + max(int(name.split(".")[1]) for name in weights)
        parameters = {name.replace(".", "-"): torch.nn.Parameter(weight) for name, weight in weights.items()}
        self.values = torch.nn.ParameterDict(parameters)

    def weight(self, layer: int, name: str) -> torch.Tensor:
        return self.values[f"convolutions-{layer}-{name}"]

    def convolution(self, layer: int, graph: Graph, x: torch.Tensor, own: int) -> torch.Tensor:
        """Rows of `x`: the batch's, then its halo's."""
        if self.kind == "gcn":
            return graph.product(x @ self.weight(layer, "weight")) + self.weight(layer, "bias")
        neighbours = graph.product(x) @ self.weight(layer, "neighbours-weight")
        return neighbours + self.weight(layer, "neighbours-bias") + x[:own] @ self.weight(layer, "root-weight")


def read_entries(settings: argparse.Namespace, nodes: int) -> Entries:
    """Rows, columns and values of the adjacency that a model multiplies with."""
    edges = np.load(f"{settings.data}/edges.npy").astype(np.int64)
    edges = edges if edges.shape[0] == 2 else edges.T
    edges = edges[:, edges[0] != edges[1]]
    keys = np.unique(np.concatenate([edges[0] * nodes + edges[1], edges[1] * nodes + edges[0]]))
    rows, columns = torch.from_numpy(keys // nodes), torch.from_numpy(keys % nodes)
    if settings.model == "sage":
        degrees = torch.bincount(rows, minlength=nodes).clamp(min=1).float()
        return rows, columns, 1 / degrees[rows]
    loops = torch.arange(nodes)
    rows, columns = torch.cat([rows, loops]), torch.cat([columns, loops])
    scale = torch.bincount(rows, minlength=nodes).float().rsqrt()
    return rows, columns, scale[rows] * scale[columns]


class Batch:
    """A partition with its halo; nodes are numbered partition by partition."""

    def __init__(self, first: int, last: int, entries: Entries) -> None:
        rows, columns, values = entries
        self.own = slice(first, last)
        count = last - first
        outside = torch.unique(columns[(columns < first) | (columns >= last)])
        inside = (columns >= first) & (columns < last)
        local = torch.where(inside, columns - first, count + torch.searchsorted(outside, columns))
        self.halo, self.count = outside, count
        self.graph = Graph((rows - first, local, values), (count, count + len(outside)))


class FullBatch(torch.nn.Module):
    """PyTorch Geometric's own layers on a CSR matrix, the fastest of its forms on a CPU (epoch-vs-pyg)."""

    def __init__(self, kind: str, weights: Weights, x: torch.Tensor, entries: Entries) -> None:
        from torch_geometric.nn import GCNConv, SAGEConv

        super().__init__()
        rows, columns, values = entries
        # SAGEConv takes the mean itself.
        values = values if kind == "gcn" else torch.ones_like(values)
        shape = (len(x), len(x))
        self.graph = torch.sparse_coo_tensor(torch.stack([rows, columns]), values, shape).coalesce().to_sparse_csr()
        self.x = x
        name = "weight" if kind == "gcn" else "root.weight"
        self.layers = sum(key.endswith("." + name) for key in weights)
        shapes = [weights[f"convolutions.{layer}.{name}"].shape for layer in range(self.layers)]
        sizes = [tuple(map(int, shape)) for shape in shapes]
        self.convolutions = torch.nn.ModuleList(
            GCNConv(*size, normalize=False) if kind == "gcn" else SAGEConv(*size) for size in sizes
        )
        with torch.no_grad():
            for layer, convolution in enumerate(self.convolutions):
                if kind == "gcn":
                    convolution.lin.weight.copy_(weights[f"convolutions.{layer}.weight"].t())
                    convolution.bias.copy_(weights[f"convolutions.{layer}.bias"].flatten())
                else:
                    convolution.lin_l.weight.copy_(weights[f"convolutions.{layer}.neighbours.weight"].t())
                    convolution.lin_r.weight.copy_(weights[f"convolutions.{layer}.root.weight"].t())
                    convolution.lin_l.bias.copy_(weights[f"convolutions.{layer}.neighbours.bias"].flatten())

    def batches(self, _epoch: int) -> list[slice]:
        return [slice(0, len(self.x))]

    def forward(self, own: slice) -> tuple[slice, torch.Tensor]:
        x = self.x
        for convolution in self.convolutions[:-1]:
            x = convolution(x, self.graph).relu()
        return own, self.convolutions[-1](x, self.graph)


class Histories:
    """Training with histories, a partition a batch."""

    def __init__(self, model: Model, x: torch.Tensor, entries: Entries, starts: list[int]) -> None:
        rows, columns, values = entries
        order = torch.argsort(rows, stable=True)
        rows, columns, values = rows[order], columns[order], values[order]
        bounds = torch.searchsorted(rows, torch.tensor(starts))

        def cut(k: int) -> Entries:
            own = slice(bounds[k], bounds[k + 1])
            return rows[own], columns[own], values[own]

        self.all = [Batch(starts[k], starts[k + 1], cut(k)) for k in range(PARTITIONS)]
        self.model, self.x = model, x
        width = model.weight(0, "weight" if model.kind == "gcn" else "root-weight").shape[1]
        self.layers = [torch.zeros(len(x), width) for _ in range(model.layers - 1)]

    def batches(self, epoch: int) -> list[Batch]:
        return [self.all[k] for k in np.random.default_rng(epoch).permutation(PARTITIONS)]

    def forward(self, batch: Batch) -> tuple[slice, torch.Tensor]:
        x = torch.cat([self.x[batch.own], self.x[batch.halo]])
        for layer in range(self.model.layers):
            x = self.model.convolution(layer, batch.graph, x, batch.count)
            if layer < self.model.layers - 1:
                x = x.relu()
                self.layers[layer][batch.own] = x.detach().float()
                x = torch.cat([x.float(), self.layers[layer][batch.halo]])
        return batch.own, x


# Of the two classes above, whose batches differ.
Driver = Any


def train(
    driver: Driver, model: torch.nn.Module, labels: torch.Tensor, training: torch.Tensor, settings: argparse.Namespace
) -> list[float]:
    """Seconds of each epoch."""
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    seconds = []
    for epoch in range(settings.epochs):
        start = time.perf_counter()
        for batch in driver.batches(epoch):
            optimiser.zero_grad()
            with torch.autocast("cpu", torch.bfloat16, enabled=settings.autocast):
                own, output = driver.forward(batch)
            wanted = training[own]
            F.cross_entropy(output[wanted].float(), labels[own][wanted]).backward()
            optimiser.step()
        seconds.append(time.perf_counter() - start)
    return seconds


def difference(driver: Driver, layers: int, order: torch.Tensor, settings: argparse.Namespace) -> float:
    """Of logits from exact histories: after as many passes as there are layers."""
    expected = torch.from_numpy(np.load(settings.logits))[order]
    found = torch.empty_like(expected)
    with torch.no_grad():
        for _ in range(layers):
            for batch in driver.batches(0):
                own, output = driver.forward(batch)
                found[own] = output
    return float((found - expected).abs().max() / expected.abs().max())


def partition(settings: argparse.Namespace) -> None:
    """Writes the partition of each node: so many communities each."""
    communities = np.load(f"{settings.data}/communities.npy")
    parts = communities.astype(np.int64) * PARTITIONS // COMMUNITIES
    np.savetxt(f"{settings.data}/parts.txt", parts, fmt="%d")
    print(json.dumps({}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", choices=("partition", "pyg", "pygas"))
    parser.add_argument("data", help="folder that gas-ingest generate wrote")
    parser.add_argument("--model", choices=("gcn", "sage"), required=True)
    parser.add_argument("--weights", help="model.safetensors of a run")
    parser.add_argument("--epochs", type=int, default=0)
    parser.add_argument("--autocast", action="store_true", help="pygas trains with products of bfloat16")
    parser.add_argument("--logits", help="logits of gas-run infer, to compare with")
    settings = parser.parse_args()
    if settings.mode == "partition":
        partition(settings)
        return

    parts = np.loadtxt(f"{settings.data}/parts.txt", dtype=np.int64)
    order = np.argsort(parts, kind="stable")
    starts = [0, *np.cumsum(np.bincount(parts, minlength=PARTITIONS)).tolist()]
    x = torch.from_numpy(np.load(f"{settings.data}/features.npy")[order])
    labels = torch.from_numpy(np.load(f"{settings.data}/labels.npy")[order]).long()
    training = torch.zeros(len(x), dtype=torch.bool)
    training[torch.from_numpy(np.load(f"{settings.data}/train.npy"))] = True
    training = training[torch.from_numpy(order)]
    place = torch.empty(len(x), dtype=torch.long)
    place[torch.from_numpy(order)] = torch.arange(len(x))
    rows, columns, values = read_entries(settings, len(x))
    entries = place[rows], place[columns], values
    del rows, columns, place

    weights = read_safetensors(settings.weights)
    driver: Driver
    model: FullBatch | Model
    if settings.mode == "pyg":
        driver = model = FullBatch(settings.model, weights, x, entries)
    else:
        model = Model(settings.model, weights)
        driver = Histories(model, x, entries, starts)
    del entries, values
    result: dict[str, Any] = {"versions": f"PyTorch {torch.__version__}"}
    if settings.logits:
        result["logitDifference"] = difference(driver, model.layers, torch.from_numpy(order), settings)
    result["seconds"] = train(driver, model, labels, training, settings)
    print(json.dumps(result))


main()
