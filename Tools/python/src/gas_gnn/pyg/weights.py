"""Weights of runs to PyTorch Geometric, and of PyTorch Geometric's models to runs.

`gas-run export` and `gas-run import` know the names and the layout of all tensors; here they become modules of torch.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from gas_gnn import _safetensors, _tools
from gas_gnn._errors import GasError
from gas_gnn._inference import check_run
from gas_gnn._runs import Run
from gas_gnn._scratch import scratch_folder
from gas_gnn._store import Store, runs_folder
from gas_gnn.pyg.foreign import settings_of
from gas_gnn.pyg.models import ModelConfig, Module, make

# The name of each type in a file of safetensors, and what its bytes are seen as in NumPy, which has no bfloat16.
_TYPES = {
    torch.float32: ("F32", None),
    torch.float64: ("F64", None),
    torch.float16: ("F16", None),
    torch.bfloat16: ("BF16", torch.int16),
    torch.int64: ("I64", None),
}
# What wrappers of modules put in front of every name.
_WRAPPERS = ("module.", "_orig_mod.")


def to_pyg(run: Run, *, weights: str = "best") -> Module:
    """A module with the weights of a run, in evaluation mode.

    `weights` is `best` (the epoch with the best validation score) or `last`. On the graph of the run's store its
    outputs are those of `gas-run infer --logits`, but for rounding.
    """
    check_run(run, "to_pyg")
    with scratch_folder() as scratch:
        path = scratch.folder / "weights.safetensors"
        flags = ["export", os.path.abspath(run.store.path), *run.flags, "--format=pyg", f"--output={path}"]
        _tools.run("gas-run", [*flags, f"--weights={weights}"], scratch=scratch)
        tensors, metadata = _safetensors.read(path)
    module = make(ModelConfig.parse(metadata["gas"]))
    module.load_state_dict({name: torch.tensor(tensor) for name, tensor in tensors.items()})
    module.eval()
    return module


def from_pyg(
    source: nn.Module | Mapping[str, Tensor],
    model: str | None = None,
    store: Store | str | os.PathLike[str] | None = None,
    run: str | None = None,
    *,
    runs: str | os.PathLike[str] | None = None,
    overwrite: bool = False,
    **settings: object,
) -> Run:
    """Makes a run of weights that were trained in PyTorch Geometric, for exact inference over the whole store.

    - `source`: a module of `to_pyg` or of `gas_gnn.pyg.models`, a GCN, GraphSAGE, GAT or MLP of torch_geometric.nn, or
      a state dict with their names. A module is checked to compute what the model here computes; a state dict cannot
      show it (docs/pyg.md lists what has to be alike).
    - `model`: the model's name in `gas-run settings`; a module tells it by itself.
    - `store`: features and labels as the model takes and gives them.
    - `run`: the name of the run; `overwrite` replaces one of that name.
    - `runs`: the folder of the store's runs, where they are not to lie in the store.
    - `settings`: what neither module nor tensors show, by the names of flags: `alpha=0.1`, `layers=10`.

    Warns of what was converted or assumed. Raises `GasError` where something of the module has no counterpart, and
    `ToolError` naming the tensor or setting that does not fit.
    """
    if store is None or run is None:
        raise TypeError("from_pyg takes a store and the name of a run")
    opened = store if isinstance(store, Store) else Store(store)
    if not isinstance(source, (nn.Module, Mapping)):
        raise GasError(f"from_pyg takes a module of torch or its state_dict(), found {type(source).__name__}")
    known: dict[str, object] = {}
    if isinstance(source, nn.Module):
        known = settings_of(source, opened)
        if model is not None and model != known["model"]:
            raise GasError(f"the module is a {known['model']}; found model {model!r}")
        tensors: Mapping[str, Tensor] = source.state_dict()
    else:
        tensors = source
    given = {name.replace("_", "-"): value for name, value in settings.items()}
    # Which values of a store's edges are used is chosen for the store.
    for name in (known.keys() & given.keys()) - {"edge-values"}:
        said, found = (_tools.arguments({name: value}) for value in (known[name], given[name]))
        if said != found:
            raise GasError(f"the module has {' '.join(said)}; found {' '.join(found)}: leave it out")
    folder = runs_folder(runs)
    place: dict[str, object] = {"model": model, "runs": folder and os.path.abspath(folder)}
    flags = _tools.arguments(place | known | given) + ["--overwrite"] * overwrite
    with scratch_folder() as scratch:
        # Messages name the file.
        path = scratch.folder / "the weights"
        _safetensors.write(path, {name: _bytes(name, tensor) for name, tensor in _unwrapped(tensors).items()})
        words = ["import", os.path.abspath(opened.path), str(path), f"--run={run}", "--format=pyg", *flags]
        report = _tools.run("gas-run", words, scratch=scratch)
    for note in report.get("notes", []):
        warnings.warn(note, stacklevel=2)
    return Run(opened, run, folder)


def _unwrapped(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    found = dict(tensors)
    for prefix in _WRAPPERS:
        if found and all(name.startswith(prefix) for name in found):
            found = {name.removeprefix(prefix): tensor for name, tensor in found.items()}
    return found


def _bytes(name: str, tensor: object) -> tuple[str, tuple[int, ...], bytes]:
    if not isinstance(tensor, Tensor):
        raise GasError(f'expected a tensor "{name}", found a {type(tensor).__name__}: pass state_dict() of a module')
    if isinstance(tensor, nn.parameter.UninitializedTensorMixin):
        raise GasError(f'"{name}" has no shape yet: run the module once, or name its input widths')
    if tensor.dtype not in _TYPES:
        raise GasError(f'"{name}" has type {tensor.dtype}; expected one of {", ".join(map(str, _TYPES))}')
    kind, view = _TYPES[tensor.dtype]
    plain = tensor.detach().cpu().contiguous()
    array = (plain if view is None else plain.view(view)).numpy()
    little = array.astype(array.dtype.newbyteorder("<"), copy=False)
    return kind, tuple(tensor.shape), np.ascontiguousarray(little).tobytes()
