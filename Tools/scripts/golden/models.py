"""Whole models on the undirected graph in one batch, without dropout: logits, and gradients of the mean cross-entropy.

`A` is GCN's normalised adjacency with self-loops. Batch norm is in training mode; norms.l follows convolutions.l. The
gradient of a bias that batch norm subtracts again is zero, and written as what rounding left of it (below 1e-12).
"""

import torch
import torch.nn.functional as F
from golden.cases import features, linear, model, plain, prefixed, random, randomise, same
from golden.files import write
from golden.graphs import FEATURES, ISOLATED, NODES, directed_edges, undirected_edges
from golden.operators import gat_parameters, gcnii_parameters, gin_layer, gin_parameters
from golden.pna import AGGREGATORS, SCALERS, PNAConvolution
from torch.nn import BatchNorm1d, Linear, Module, ModuleList
from torch_geometric.nn import APPNP, GATConv, GCN2Conv, GCNConv

HIDDEN, CLASSES = 6, 3


class Model(Module):
    """Parameters by our names: lins.0 before and lins.1 after the convolutions, where a model has them."""

    settings = {}

    def __init__(self, convolutions, lins=(), norms=()):
        super().__init__()
        self.convolutions, self.lins, self.norms = ModuleList(convolutions), ModuleList(lins), ModuleList(norms)

    def stored(self):
        found = {}
        for index, layer in enumerate(self.lins):
            found |= linear(layer, f"lins.{index}.")
        for index, layer in enumerate(self.convolutions):
            found |= prefixed(f"convolutions.{index}.", self.convolution(layer))
        for index, layer in enumerate(self.norms):
            found |= plain(layer, f"norms.{index}.")
        return found


def outer(inside=HIDDEN):
    return Linear(FEATURES, HIDDEN), Linear(inside, CLASSES)


def norms(count):
    return [BatchNorm1d(HIDDEN) for _ in range(count)]


class GCN(Model):
    """x <- relu(lins.0 x); twice x <- relu(norm(A x W + b) + x); lins.1 x."""

    def __init__(self, edges):
        super().__init__([GCNConv(HIDDEN, HIDDEN) for _ in range(2)], outer(), norms(2))
        self.edges = edges

    def forward(self, x):
        x = self.lins[0](x).relu()
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            x = (norm(convolution(x, self.edges)) + x).relu()
        return self.lins[1](x)

    @staticmethod
    def convolution(layer):
        return linear(layer.lin) | {"bias": (layer.bias, same)}


class BareGCN(GCN):
    """x <- relu(norm(A x W + b)); x <- relu(norm(A x W + b) + x), the residual where the widths agree; A x W + b."""

    def __init__(self, edges):
        widths = ((FEATURES, HIDDEN), (HIDDEN, HIDDEN), (HIDDEN, CLASSES))
        Model.__init__(self, [GCNConv(*width) for width in widths], (), norms(2))
        self.edges = edges

    def forward(self, x):
        for convolution, norm in zip(self.convolutions, self.norms, strict=False):  # the last convolution has no norm
            h = norm(convolution(x, self.edges))
            x = (h + x if h.shape == x.shape else h).relu()
        return self.convolutions[-1](x, self.edges)


class GAT(Model):
    """x <- elu(attention with 2 heads of 3, concatenated); attention with 3 heads of 3 classes, averaged.

    Every convolution adds its bias at the end: after concatenation, after the average.
    """

    settings = {"hidden": 3, "heads": 2, "output_heads": 3}
    convolution = staticmethod(gat_parameters)

    def __init__(self, edges):
        super().__init__([GATConv(FEATURES, 3, heads=2), GATConv(6, CLASSES, heads=3, concat=False)])
        self.edges = edges

    def forward(self, x):
        return self.convolutions[1](F.elu(self.convolutions[0](x, self.edges)), self.edges)


class WeightedGAT(GAT):
    """GAT whose attention looks at the weights of edges: edge_attr with edge_dim=1, the mean for self-loops that are
    missing."""

    def __init__(self, edges, edge_weight):
        Model.__init__(
            self, [GATConv(FEATURES, 3, heads=2, edge_dim=1), GATConv(6, CLASSES, heads=3, concat=False, edge_dim=1)]
        )
        self.edges, self.edge_attr = edges, edge_weight.unsqueeze(1)

    def forward(self, x):
        x = F.elu(self.convolutions[0](x, self.edges, self.edge_attr))
        return self.convolutions[1](x, self.edges, self.edge_attr)


class APPNPModel(Model):
    """z0 <- lins.1 relu(lins.0 x); ten times z <- (1 - alpha) A z + alpha z0, from z = z0."""

    settings = {"hidden": HIDDEN, "alpha": 0.1, "layers": 10}

    def __init__(self, edges):
        super().__init__((), outer())
        self.edges, self.propagate = edges, APPNP(K=10, alpha=0.1)

    def forward(self, x):
        return self.propagate(self.lins[1](self.lins[0](x).relu()), self.edges)


class GCNII(Model):
    """x <- x0 <- relu(lins.0 x); for l = 1 ... 4 x <- relu(((1 - alpha) A x + alpha x0)((1 - b) I + b W)),
    b = ln(theta / l + 1), W: convolutions.{l - 1}.weight; lins.1 x."""

    settings = {"hidden": HIDDEN, "alpha": 0.1, "theta": 0.5, "layers": 4}
    convolution = staticmethod(gcnii_parameters)

    def __init__(self, edges):
        super().__init__([GCN2Conv(HIDDEN, alpha=0.1, theta=0.5, layer=layer) for layer in range(1, 5)], outer())
        self.edges = edges

    def forward(self, x):
        x = x0 = self.lins[0](x).relu()
        for convolution in self.convolutions:
            x = convolution(x, x0, self.edges).relu()
        return self.lins[1](x)


class GIN(Model):
    """x <- relu(lins.0 x); three times x <- relu(mlp((1 + eps) x + sum over neighbours)) + x; lins.1 x.

    mlp: mlp.0 -> relu -> mlp.1. (The published model has batch norm between mlp.0 and relu.)
    """

    convolution = staticmethod(gin_parameters)

    def __init__(self, edges):
        super().__init__([gin_layer(HIDDEN, HIDDEN, HIDDEN, eps=eps) for eps in (0.3, -0.2, 0.1)], outer())
        self.edges = edges

    def forward(self, x):
        x = self.lins[0](x).relu()
        for convolution in self.convolutions:
            x = convolution(x, self.edges).relu() + x
        return self.lins[1](x)


class PNA(Model):
    """x <- relu(norm(convolution x)); convolution x. Aggregators mean, max, min, std; scalers as in the pna cases."""

    convolution = staticmethod(PNAConvolution.stored)

    def __init__(self, edges):
        widths = ((FEATURES, HIDDEN), (HIDDEN, CLASSES))
        super().__init__([PNAConvolution(*width, edges, AGGREGATORS, SCALERS) for width in widths], (), norms(1))
        self.settings = {"delta": self.convolutions[0].delta, "aggregators": 4, "scalers": 3}

    def forward(self, x):
        return self.convolutions[1](self.norms[0](self.convolutions[0](x)).relu())


class PNAJK(Model):
    """x0 <- relu(lins.0 x); x_l <- relu(convolution x_{l-1} + x_{l-1}), l = 1 ... 3; lins.1 of x0, x1, x2, x3 side by
    side.

    Aggregators mean, max; scalers identity, amplification.
    """

    convolution = staticmethod(PNAConvolution.stored)
    norm_count = 0

    def __init__(self, edges):
        layers = [PNAConvolution(HIDDEN, HIDDEN, edges, AGGREGATORS[:2], SCALERS[:2]) for _ in range(3)]
        super().__init__(layers, outer(4 * HIDDEN), norms(self.norm_count))
        self.settings = {"delta": layers[0].delta, "aggregators": 2, "scalers": 2}

    def forward(self, x):
        xs = [self.lins[0](x).relu()]
        for convolution in self.convolutions:
            xs.append((convolution(xs[-1]) + xs[-1]).relu())
        return self.lins[1](torch.cat(xs, dim=1))


class NormedPNAJK(PNAJK):
    """As PNAJK with batch norm: x0 <- relu(norms.3(lins.0 x)); x_l <- relu(norms.{l - 1}(convolution x_{l-1}) +
    x_{l-1})."""

    norm_count = 4

    def forward(self, x):
        xs = [self.norms[3](self.lins[0](x)).relu()]
        for convolution, norm in zip(self.convolutions, self.norms, strict=False):
            xs.append((norm(convolution(xs[-1])) + xs[-1]).relu())
        return self.lins[1](torch.cat(xs, dim=1))


MODELS = {
    "gcn": GCN,
    "gcn-bare": BareGCN,
    "gat": GAT,
    "appnp": APPNPModel,
    "gcnii": GCNII,
    "gin": GIN,
    "pna": PNA,
    "pna-jk": PNAJK,
    "pna-jk-norm": NormedPNAJK,
}


def models(folder, generator):
    edges = undirected_edges(generator)
    x = features(generator).detach()
    labels = torch.randint(0, CLASSES, (NODES,), generator=generator)
    labels[ISOLATED] = labels[5] = -1
    for name, kind in MODELS.items():
        network = kind(edges)
        parameters = network.stored()
        assert len(parameters) == len(list(network.parameters())), f"model-{name}: a parameter without a name"
        randomise(parameters, generator)
        write(
            folder,
            f"model-{name}",
            {"edges": edges, "x": x} | model(network(x), labels, parameters),
            **network.settings,
        )


def weighted_models(folder, generator):
    """On a directed graph without self-loops, with weights of both signs."""
    edges = directed_edges(generator)
    edges = edges[:, edges[0] != edges[1]]
    edge_weight = random(edges.shape[1], generator=generator)
    x = features(generator).detach()
    labels = torch.randint(0, CLASSES, (NODES,), generator=generator)
    labels[ISOLATED] = labels[5] = -1
    network = WeightedGAT(edges, edge_weight)
    parameters = network.stored()
    randomise(parameters, generator)
    write(
        folder,
        "weighted-model-gat",
        {"edges": edges, "edge_weight": edge_weight, "x": x} | model(network(x), labels, parameters),
        **network.settings,
    )
