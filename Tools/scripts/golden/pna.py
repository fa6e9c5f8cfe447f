"""Aggregations of PyTorch Geometric, alone and in the PNA layer of GNNAutoScale."""

from itertools import product

import torch
from golden.cases import features, linear, operator, randomise
from golden.files import write
from golden.graphs import FEATURES, NODES, OUTPUTS, graphs
from torch_geometric.nn.aggr import (
    DegreeScalerAggregation,
    MaxAggregation,
    MinAggregation,
    SoftmaxAggregation,
    StdAggregation,
)
from torch_geometric.utils import degree

AGGREGATORS = ("mean", "max", "min", "std")
SCALERS = ("identity", "amplification", "attenuation")


def aggr(folder, generator):
    """Over in-neighbours, by column; a node without any gets zeros.

    std: sqrt(mean(x^2) - mean(x)^2), and 0 with gradient 0 where the variance is at most 1e-5. softmax: sum of
    exp(x) x / sum of exp(x).
    """
    aggregations = {
        "max": MaxAggregation(),
        "min": MinAggregation(),
        "std": StdAggregation(),
        "softmax": SoftmaxAggregation(t=1.0),
    }
    for name, edges, edge_weight in graphs(generator):
        if edge_weight is not None:
            continue
        x = features(generator)
        for kind, aggregation in aggregations.items():
            y = aggregation(x[edges[0]], edges[1], dim_size=NODES)
            write(folder, f"aggr-{kind}-{name}", {"edges": edges} | operator(y, {}, generator, x=x))


class PNAConvolution(torch.nn.Module):
    """lin(x) + sum over i of post_i(scale_i(aggregate_i(relu(pre_i(x))))), i over aggregators x scalers, scalers
    fastest.

    Scales, for d neighbours and delta = mean over all nodes of ln(d + 1): identity 1, amplification ln(d + 1) / delta,
    attenuation delta / ln(max(d, 1) + 1).
    """

    def __init__(self, inputs, outputs, edges, aggregators, scalers):
        super().__init__()
        self.edges = edges
        degrees = degree(edges[1], NODES, dtype=torch.long)
        pairs = list(product(aggregators, scalers))
        self.aggregations = torch.nn.ModuleList(
            DegreeScalerAggregation(aggregator, scaler, degrees.bincount()) for aggregator, scaler in pairs
        )
        self.pre = torch.nn.ModuleList(torch.nn.Linear(inputs, outputs) for _ in pairs)
        self.post = torch.nn.ModuleList(torch.nn.Linear(outputs, outputs) for _ in pairs)
        self.linear = torch.nn.Linear(inputs, outputs)
        self.delta = self.aggregations[0].init_avg_deg_log

    def forward(self, x):
        y = self.linear(x)
        for aggregation, pre, post in zip(self.aggregations, self.pre, self.post, strict=True):
            messages = pre(x).relu()[self.edges[0]]
            y = y + post(aggregation(messages, self.edges[1], dim_size=NODES))
        return y

    def stored(self):
        found = {}
        for kind in ("pre", "post"):
            for index, layer in enumerate(getattr(self, kind)):
                found |= linear(layer, f"{kind}.{index}.")
        return found | linear(self.linear, "linear.")


def pna(folder, generator):
    for name, edges, edge_weight in graphs(generator):
        if edge_weight is not None:
            continue
        x = features(generator)
        for size, aggregators, scalers in (("full", AGGREGATORS, SCALERS), ("small", AGGREGATORS[:1], SCALERS[:2])):
            layer = PNAConvolution(FEATURES, OUTPUTS, edges, aggregators, scalers)
            parameters = layer.stored()
            randomise(parameters, generator)
            tensors = operator(layer(x), parameters, generator, x=x)
            write(
                folder,
                f"pna-{name}-{size}",
                {"edges": edges} | tensors,
                delta=layer.delta,
                aggregators=len(aggregators),
                scalers=len(scalers),
            )
