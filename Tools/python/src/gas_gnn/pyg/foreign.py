"""PyTorch Geometric's own models: which of them gas can compute, and with which settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch_geometric.nn as pyg
from torch import nn
from torch_geometric.nn.norm import BatchNorm, LayerNorm

from gas_gnn._errors import GasError
from gas_gnn._store import Store
from gas_gnn.pyg.models import Module

_KINDS = {"single": "classes", "multi": "several labels", "values": "real values"}

# What a convolution must be like. Everything else about it shows in its tensors.
_GRAPH = {"flow": "source_to_target"}
_CONVOLUTIONS: dict[type[nn.Module], tuple[str, type[nn.Module], dict[str, object]]] = {
    pyg.GCN: ("gcn", pyg.GCNConv, {"improved": False, "normalize": True, "add_self_loops": True, "aggr": "add"}),
    pyg.GraphSAGE: ("sage", pyg.SAGEConv, {"aggr": "mean", "normalize": False, "project": False, "root_weight": True}),
    pyg.GAT: ("gat", pyg.GATConv, {"negative_slope": 0.2, "add_self_loops": True, "residual": False, "aggr": "add"}),
}


def settings_of(module: nn.Module, store: Store) -> dict[str, object]:
    """The settings of a module, by the names of flags.

    Raises `GasError` naming what the module has otherwise than the model here.
    """
    if isinstance(module, Module):
        trained, wanted = module.config.labels, store.manifest.labels.get("kind")
        if trained and wanted and trained != wanted:
            raise GasError(
                f"the module predicts {_KINDS[trained]}, and the labels of {store.path} are {_KINDS[wanted]}: name a"
                " store with such labels"
            )
        return dict(module.config.settings)
    if type(module) is pyg.MLP:
        return _perceptron(module)
    if type(module) in _CONVOLUTIONS:
        return _stack(module, store)
    names = ", ".join(kind.__name__ for kind in (*_CONVOLUTIONS, pyg.MLP))
    raise GasError(
        f"{type(module).__module__}.{type(module).__name__} is neither a module of gas_gnn.pyg.models nor {names} of"
        " torch_geometric.nn: if it computes what a model of gas computes, pass its state_dict() and the model's name"
    )


def _stack(module: nn.Module, store: Store) -> dict[str, object]:
    model, kind, wanted = _CONVOLUTIONS[type(module)]
    activation = nn.ELU if model == "gat" else nn.ReLU
    _expect(module, "jk_mode", None)
    _expect(module, "act_first", False)
    _expect_kind(module, "act", module.act, activation)
    if model == "gat":
        _expect(module.act, "alpha", 1.0, "act.alpha")
    for place, conv in enumerate(module.convs):
        name = f"convs.{place}"
        _expect_kind(module, name, conv, kind)
        for attribute, value in (_GRAPH | wanted).items():
            _expect(conv, attribute, value, f"{name}.{attribute}")
        if model == "gat":
            _check_attention(conv, name, place == len(module.convs) - 1, store)
    for place, norm in enumerate(module.norms):
        _check_norm(norm, f"norms.{place}")
    settings: dict[str, object] = {"dropout": module.dropout.p, "drop-input": False, "residual": False}
    return {"model": model} | settings


def _perceptron(module: nn.Module) -> dict[str, object]:
    _expect(module, "plain_last", True)
    _expect_kind(module, "act", module.act, nn.ReLU)
    for place, norm in enumerate(module.norms):
        _expect_kind(module, f"norms.{place}", norm, nn.Identity)
    return {"model": "mlp", "dropout": max(module.dropout), "drop-input": False}


def _check_attention(conv: nn.Module, name: str, last: bool, store: Store) -> None:
    if conv.heads > 1:
        _expect(conv, "concat", not last, f"{name}.concat")
    if conv.edge_dim is None:
        return
    # What a self-loop that is added looks like: features 0, and the mean of the weights.
    features = int(store.manifest.edge_features.get("width", 0))
    _expect(conv, "fill_value", 0.0 if conv.edge_dim == features else "mean", f"{name}.fill_value")
    loops = store.manifest.keys.get("selfLoopCount", 0)
    if loops:
        raise GasError(
            f"{name} is GATConv with edge_dim, which replaces self-loops, and {store.path} has {loops}, which keep"
            " their own attributes here: ingest with --self-loops drop"
        )


def _check_norm(norm: nn.Module, name: str) -> None:
    if isinstance(norm, BatchNorm):
        _expect(norm.module, "eps", 1e-5, f"{name}.eps")
        _expect(norm.module, "affine", True, f"{name}.affine")
        _expect(norm.module, "track_running_stats", True, f"{name}.track_running_stats")
    elif isinstance(norm, LayerNorm):
        _expect(norm, "mode", "node", f"{name}.mode")
        _expect(norm, "eps", 1e-5, f"{name}.eps")
        _expect(norm, "affine", True, f"{name}.affine", lambda norm: norm.weight is not None)
    elif not isinstance(norm, nn.Identity):
        raise GasError(f"{name} is {type(norm).__name__}; gas has BatchNorm, LayerNorm(mode='node') or none")


def _expect(
    owner: nn.Module,
    attribute: str,
    value: object,
    name: str | None = None,
    read: Callable[[Any], object] | None = None,
) -> None:
    found = read(owner) if read else getattr(owner, attribute, None)
    if found != value:
        raise GasError(f"{name or attribute} of the module is {found!r}; the model of gas has {value!r}")


def _expect_kind(owner: nn.Module, name: str, found: object, kind: type[nn.Module]) -> None:
    if type(found) is not kind:
        raise GasError(
            f"{name} of {type(owner).__name__} is {type(found).__name__}; the model of gas has {kind.__name__}"
        )
