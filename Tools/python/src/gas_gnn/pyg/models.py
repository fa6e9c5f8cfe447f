"""The models of gas as modules of torch, made of the layers of PyTorch Geometric.

`make(config)` makes the module of a run. In `eval()` it computes what `gas-run infer` computes, and in `train()`
dropout and batch norm act where gas trains with them. Names of tensors are those of PyTorch Geometric's own models
where there are such; docs/pyg.md has all of them.

All modules are called as `module(x, edge_index, edge_weight=None, edge_attr=None)`: x float32 [N, F]; edge_index int64
[2, E], messages go from row 0 to row 1, an undirected edge stands there in both directions; edge_weight float32 [E];
edge_attr float32 [E, D]. The result is [N, outputs]: logits, or real values.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch_geometric.nn import APPNP as Propagation
from torch_geometric.nn import MLP as Perceptron
from torch_geometric.nn import GATConv, GCN2Conv, GCNConv

from gas_gnn.pyg.layers import PNAConv, Targets, WeightedGINConv, WeightedSAGEConv, make_norm, with_loops


@dataclasses.dataclass(frozen=True)
class ModelConfig:
    """What a module is made of.

    `settings` are those of `gas-run settings` that say what a model computes, by their names there. `edge_weights` says
    how weights are used: as `values`, as a `feature` of the attention, or not at all (`none`), and `weighted` whether
    the store of the run had any. `labels` is what its labels were: `single`, `multi` or `values`; `None` where that is
    not known.
    """

    settings: Mapping[str, Any]
    features: int
    outputs: int
    edge_features: int = 0
    edge_weights: str = "none"
    real_values: bool = False
    weighted: bool = False
    labels: str | None = None

    @classmethod
    def parse(cls, text: str) -> ModelConfig:
        """Reads what `gas-run export --format pyg` writes into the metadata."""
        return cls(**{name.replace("-", "_"): value for name, value in json.loads(text).items()})

    @property
    def model(self) -> str:
        """The name of the model."""
        return str(self.settings["model"])

    def __getitem__(self, name: str) -> Any:
        return self.settings[name]

    @property
    def has_outer_linears(self) -> bool:
        """Whether there are linear layers before and behind the convolutions."""
        return bool(self.settings.get("linear"))


def make(config: ModelConfig) -> Module:
    """Makes the module of a model, with new weights."""
    kinds: dict[str, type[Module]] = {"appnp": APPNP, "mlp": MLP}
    return kinds.get(config.model, Stack)(config)


class Module(nn.Module):
    """What all models have in common."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.targets = Targets(config.outputs) if config.real_values else None

    def forward(
        self, x: Tensor, edge_index: Tensor, edge_weight: Tensor | None = None, edge_attr: Tensor | None = None
    ) -> Tensor:
        self._check(x, edge_index, edge_weight, edge_attr)
        y = self.outputs(x, edge_index, edge_weight, edge_attr)
        return y if self.targets is None else self.targets(y)

    def outputs(self, x: Tensor, edge_index: Tensor, edge_weight: Tensor | None, edge_attr: Tensor | None) -> Tensor:
        """The outputs before they get the units of the labels."""
        raise NotImplementedError

    def _check(self, x: Tensor, edge_index: Tensor, edge_weight: Tensor | None, edge_attr: Tensor | None) -> None:
        config = self.config
        for name, value in (("x", x), ("edge_index", edge_index)):
            if isinstance(value, np.ndarray):
                raise ValueError(f"expected {name} as a tensor, found an array: torch.from_numpy makes one of it")
        if x.dim() != 2 or x.shape[1] != config.features:
            raise ValueError(f"expected x of shape [N, {config.features}], found {tuple(x.shape)}")
        is_dense = isinstance(edge_index, Tensor) and edge_index.layout == torch.strided
        if is_dense and (edge_index.dim() != 2 or edge_index.shape[0] != 2 or edge_index.is_floating_point()):
            raise ValueError(
                f"expected edge_index as integers [2, E], found {edge_index.dtype} of shape {tuple(edge_index.shape)}"
            )
        if edge_weight is not None and config.edge_weights == "none":
            raise ValueError(f"this {config.model} does not use edge weights: leave edge_weight out")
        if edge_weight is None and config.edge_weights == "feature":
            raise ValueError("this gat attends to edge weights: pass edge_weight")
        if edge_weight is not None and edge_weight.shape != edge_index.shape[1:]:
            raise ValueError(
                f"expected edge_weight of shape {tuple(edge_index.shape[1:])}, found {tuple(edge_weight.shape)}"
            )
        width = 0 if edge_attr is None else edge_attr.shape[1]
        if width != config.edge_features:
            raise ValueError(
                f"this {config.model} takes {config.edge_features} features an edge, edge_attr has {width}"
            )

    def _dropout(self, x: Tensor) -> Tensor:
        return functional.dropout(x, self.config["dropout"], self.training)


class MLP(Module):
    """Linear layers with relu between, on each node's features alone."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        widths = [config.features] + [config["hidden"]] * (config["layers"] - 1) + [config.outputs]
        self.lins = nn.ModuleList(nn.Linear(*pair) for pair in itertools.pairwise(widths))

    def outputs(self, x: Tensor, edge_index: Tensor, edge_weight: Tensor | None, edge_attr: Tensor | None) -> Tensor:
        for place, linear in enumerate(self.lins):
            x = x.relu() if place > 0 else x
            x = linear(self._dropout(x) if place > 0 or self.config["drop-input"] else x)
        return x


class APPNP(Module):
    """An MLP of two layers, whose outputs are propagated."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        hidden = config["hidden"]
        self.lins = nn.ModuleList([nn.Linear(config.features, hidden), nn.Linear(hidden, config.outputs)])
        self.propagation = Propagation(K=config["layers"], alpha=config["alpha"])

    def outputs(self, x: Tensor, edge_index: Tensor, edge_weight: Tensor | None, edge_attr: Tensor | None) -> Tensor:
        x = self.lins[0](self._dropout(x)).relu()
        return self.propagation(self.lins[1](self._dropout(x)), edge_index, edge_weight)


class Stack(Module):
    """Convolutions with norm, activation, residual and dropout between, and linear layers around: gcn, sage, gat,
    gcnii, gin, pna and pna-jk."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        layers, hidden = config["layers"], config["hidden"]
        jumps = config.model == "pna-jk"
        if config.model.startswith("pna"):
            self.register_buffer("mean_log_degree", torch.ones(1))
        self.convs = nn.ModuleList(_convolution(config, layer) for layer in range(layers))
        widths = [hidden * (config["heads"] if config.model == "gat" else 1)] * (layers - 1)
        if config.has_outer_linears:
            behind = hidden * (layers + 1) if jumps else hidden
            self.lins = nn.ModuleList([nn.Linear(config.features, hidden), nn.Linear(behind, config.outputs)])
            widths += [hidden] * (2 if jumps else 1)
        # gin has its norm inside its layers.
        norm = "none" if config.model == "gin" else config["norm"]
        self.norms = nn.ModuleList(make_norm(norm, width) for width in widths)

    def outputs(self, x: Tensor, edge_index: Tensor, edge_weight: Tensor | None, edge_attr: Tensor | None) -> Tensor:
        config = self.config
        edges = self._edges(x, edge_index, edge_weight, edge_attr)
        if config["drop-input"]:
            x = self._dropout(x)
        hidden = []
        if config.has_outer_linears:
            x = self.lins[0](x)
            # With jumping knowledge the last norm belongs to the first linear layer.
            hidden.append((self.norms[-1](x) if config.model == "pna-jk" else x).relu())
            x = self._dropout(hidden[0])
        for place, conv in enumerate(self.convs):
            x = x if place == 0 else self._dropout(hidden[-1])
            y = self._convolve(conv, x, hidden, edges)
            if place == len(self.convs) - 1 and not config.has_outer_linears:
                return y
            hidden.append(self._activated(self.norms[place](y), x))
        return self.lins[1](self._dropout(torch.cat(hidden, 1) if config.model == "pna-jk" else hidden[-1]))

    def _edges(
        self, x: Tensor, edge_index: Tensor, weight: Tensor | None, attributes: Tensor | None
    ) -> tuple[Tensor, Tensor | None]:
        """The edges as the layers take them: with a weight, or for gat with self-loops and all that attention sees."""
        if self.config.model != "gat":
            return edge_index, weight
        return with_loops(edge_index, x.shape[0], attributes, weight)

    def _convolve(
        self, conv: nn.Module, x: Tensor, hidden: list[Tensor], edges: tuple[Tensor, Tensor | None]
    ) -> Tensor:
        if self.config.model == "gcnii":
            return conv(x, hidden[0], *edges)
        if self.config.model.startswith("pna"):
            return conv(x, *edges, self.mean_log_degree)
        return conv(x, *edges)

    def _activated(self, y: Tensor, x: Tensor) -> Tensor:
        """The activation of a layer's output y, with its input x added where both are equally wide."""
        if self.config.model == "gin":
            return y.relu() + x if x.shape == y.shape else y.relu()
        if self.config["residual"] and x.shape == y.shape:
            y = y + x
        return functional.elu(y) if self.config.model == "gat" else y.relu()


def _convolution(config: ModelConfig, layer: int) -> nn.Module:
    """The convolution of a layer, counted from 0."""
    last = layer == config["layers"] - 1
    hidden = config["hidden"]
    inputs = config.features if layer == 0 and not config.has_outer_linears else hidden
    outputs = config.outputs if last and not config.has_outer_linears else hidden
    match config.model:
        case "gcn":
            return GCNConv(inputs, outputs)
        case "sage":
            return WeightedSAGEConv(inputs, outputs)
        case "gat":
            columns = config.edge_features + (config.edge_weights == "feature")
            return GATConv(
                inputs if layer == 0 else inputs * config["heads"],
                outputs,
                heads=config["out-heads"] if last else config["heads"],
                concat=not last,
                dropout=config["dropout"],
                add_self_loops=False,
                edge_dim=columns or None,
            )
        case "gcnii":
            shares = config["shared-weights"]
            return GCN2Conv(hidden, config["alpha"], config["theta"], layer + 1, shared_weights=shares)
        case "gin":
            norm = {"none": None, "batch": "batch_norm", "layer": "layer_norm"}[config["norm"]]
            kwargs = {"mode": "node"} if norm == "layer_norm" else None
            perceptron = Perceptron([inputs, outputs, outputs], norm=norm, norm_kwargs=kwargs)
            return WeightedGINConv(perceptron, train_eps=True)
        case "pna" | "pna-jk":
            return PNAConv(inputs, outputs, config["aggregators"], config["scalers"])
    raise ValueError(f"no model is called {config.model}")
