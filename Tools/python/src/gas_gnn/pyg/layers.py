"""Layers that PyTorch Geometric lacks, or has otherwise than the models of gas take them."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch_geometric.nn import GINConv, SAGEConv
from torch_geometric.nn.norm import BatchNorm, LayerNorm
from torch_geometric.utils import scatter


class Targets(nn.Module):
    """y = mean + deviation * x for each column: outputs in the units of labels that are real values."""

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(outputs))
        self.register_buffer("deviation", torch.ones(outputs))

    def forward(self, x: Tensor) -> Tensor:
        return self.mean + self.deviation * x


def make_norm(kind: str, width: int) -> nn.Module:
    """The norm of a setting's value: batch, layer or none."""
    if kind == "batch":
        return BatchNorm(width)
    return LayerNorm(width, mode="node") if kind == "layer" else nn.Identity()


def with_loops(
    edge_index: Tensor, count: int, attributes: Tensor | None, weight: Tensor | None
) -> tuple[Tensor, Tensor | None]:
    """Edges with a self-loop for each of `count` nodes that has none, and what attention sees of them.

    Self-loops that are added have attributes 0 and the mean of the weights of the edges to their node, 0 where there
    are none; the weight stands behind the attributes. Self-loops that are there keep their own.
    """
    sources, targets = edge_index
    missing = torch.ones(count, dtype=torch.bool, device=edge_index.device)
    missing[targets[sources == targets]] = False
    nodes = missing.nonzero().view(-1)
    columns = []
    if attributes is not None:
        columns.append(torch.cat([attributes, attributes.new_zeros(len(nodes), attributes.shape[1])]))
    if weight is not None:
        means = scatter(weight, targets, dim_size=count, reduce="mean")
        columns.append(torch.cat([weight, means[nodes]]).unsqueeze(1))
    loops = torch.stack([nodes, nodes])
    return torch.cat([edge_index, loops], dim=1), torch.cat(columns, 1) if columns else None


def _weighted(messages: Tensor, weight: Tensor | None) -> Tensor:
    return messages if weight is None else weight.unsqueeze(1) * messages


class WeightedSAGEConv(SAGEConv):
    """SAGEConv whose messages may have weights: their mean is over the number of neighbours."""

    def forward(self, x: Tensor, edge_index: Tensor, edge_weight: Tensor | None = None) -> Tensor:
        if edge_weight is None:
            return super().forward(x, edge_index)
        return self.lin_l(_received(x, edge_index, edge_weight, "mean")) + self.lin_r(x)


class WeightedGINConv(GINConv):
    """GINConv whose messages may have weights."""

    def forward(self, x: Tensor, edge_index: Tensor, edge_weight: Tensor | None = None) -> Tensor:
        if edge_weight is None:
            return super().forward(x, edge_index)
        return self.nn(_received(x, edge_index, edge_weight, "sum") + (1 + self.eps) * x)


def _received(x: Tensor, edge_index: Tensor, weight: Tensor, reduce: str) -> Tensor:
    sources, targets = edge_index
    return scatter(_weighted(x[sources], weight), targets, dim_size=x.shape[0], reduce=reduce)


class PNAConv(nn.Module):
    """lin(x) + the sum over pairs of an aggregator and a scaler of post(scale * aggregate(relu(pre(x)))), as in the
    experiments of GNNAutoScale; torch_geometric.nn.PNAConv is another layer.

    Scales of a node with d neighbours: identity 1, amplification log(d + 1) / m, attenuation m / log(max(d, 1) + 1), m
    the mean of log(d + 1) over the nodes of the graph that was trained on.
    """

    LEAST_VARIANCE = 1e-5

    def __init__(self, inputs: int, outputs: int, aggregators: list[str], scalers: list[str]) -> None:
        super().__init__()
        self.pairs = [(aggregator, scaler) for aggregator in aggregators for scaler in scalers]
        self.pre_lins = nn.ModuleList(nn.Linear(inputs, outputs) for _ in self.pairs)
        self.post_lins = nn.ModuleList(nn.Linear(outputs, outputs) for _ in self.pairs)
        self.lin = nn.Linear(inputs, outputs)

    def forward(self, x: Tensor, edge_index: Tensor, edge_weight: Tensor | None, mean_log_degree: Tensor) -> Tensor:
        sources, targets = edge_index
        degrees = torch.bincount(targets, minlength=x.shape[0]).to(x.dtype)
        y = self.lin(x)
        for (aggregator, scaler), pre, post in zip(self.pairs, self.pre_lins, self.post_lins, strict=True):
            messages = _weighted(pre(x).relu()[sources], edge_weight)
            received = self._aggregate(messages, targets, x.shape[0], aggregator)
            y = y + post(received * self._scale(scaler, degrees, mean_log_degree).unsqueeze(1))
        return y

    def _aggregate(self, messages: Tensor, targets: Tensor, count: int, aggregator: str) -> Tensor:
        if aggregator != "std":
            return scatter(messages, targets, dim_size=count, reduce=aggregator)
        means = scatter(messages, targets, dim_size=count, reduce="mean")
        variances = scatter((messages - means[targets]) ** 2, targets, dim_size=count, reduce="mean")
        # The root's slope grows without bounds towards 0.
        seen = variances > self.LEAST_VARIANCE
        return torch.where(seen, variances.clamp(min=self.LEAST_VARIANCE).sqrt(), torch.zeros_like(variances))

    @staticmethod
    def _scale(scaler: str, degrees: Tensor, mean_log_degree: Tensor) -> Tensor:
        if scaler == "identity" or float(mean_log_degree) == 0:
            return torch.ones_like(degrees)
        if scaler == "amplification":
            return (degrees + 1).log() / mean_log_degree
        return mean_log_degree / (degrees.clamp(min=1) + 1).log()


def mean_log_degree(edge_index: Tensor, count: int) -> float:
    """The mean of log(d + 1) over the nodes of a graph, d the number of edges to a node, for a pna that is trained in
    torch: `module.mean_log_degree.fill_(mean_log_degree(edge_index, count))`."""
    degrees = torch.bincount(edge_index[1], minlength=count).tolist()
    return math.fsum(math.log(degree + 1) for degree in degrees) / max(1, count)
