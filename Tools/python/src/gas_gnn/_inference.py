"""Exact inference by gas-run infer."""

from __future__ import annotations

import dataclasses
import os
import pathlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gas_gnn import _tools
from gas_gnn._arrays import places_of_nodes
from gas_gnn._columnfile import Array
from gas_gnn._errors import GasError, writable
from gas_gnn._manifest import folder_of
from gas_gnn._scratch import scratch_folder

if TYPE_CHECKING:
    from gas_gnn._runs import Run
    from gas_gnn._store import Store

KINDS = ("embeddings", "logits", "predictions")


@dataclasses.dataclass(frozen=True)
class Outputs:
    """What an inference computed, a row for each node in input order, or for each of the nodes that were asked for.

    Arrays are mapped from files without names, so they need no memory, and the disk has their space back when they go.
    What was not asked for is None. `report` is what gas-run infer printed: scores, times, notes.
    """

    embeddings: npt.NDArray[np.float32] | None
    logits: npt.NDArray[np.float32] | None
    predictions: Array | None
    report: dict[str, Any]


def infer(
    run: Run,
    store: Store | str | os.PathLike[str] | None = None,
    *,
    outputs: Sequence[str] | None = None,
    nodes: npt.ArrayLike | None = None,
    scratch: str | os.PathLike[str] | None = None,
    **options: Any,
) -> Outputs:
    """Computes a run's outputs exactly, layer by layer, within the memory of a batch.

    - `store`: another store to compute on, with features as the run's store has them.
    - `outputs`: which of embeddings, logits and predictions; without it all that the model has. One of a single layer,
      and an mlp, has no embeddings.
    - `nodes`: places in input order of the nodes that are wanted, in this order; all without it.
    - `scratch`: a folder with room for the outputs and for hidden rows; that for temporary files without it.
    - `options`: flags of gas-run infer, such as weights="last", threshold="auto", memory="2GiB", threads=4.
    """
    check_run(run, "infer")
    outputs = _wanted(run, outputs)
    place = run.store.path if store is None else _folder(store)
    flags = ["infer", os.path.abspath(place), *run.flags]
    if store is not None and place.resolve() != run.store.path.resolve():
        flags += ["--from", os.path.abspath(run.store.path)]
    with scratch_folder(scratch) as held:
        files = {kind: held.folder / f"{kind}.npy" for kind in outputs}
        flags += [f"--{kind}={file}" for kind, file in files.items()]
        if nodes is not None:
            flags.append(f"--nodes={_write_nodes(run.store if store is None else store, nodes, held.folder)}")
        report = _tools.run("gas-run", flags + _tools.arguments(options), scratch=held)
        # The files are mapped, and lose their names with the folder.
        arrays = {kind: np.load(file, mmap_mode="r") for kind, file in files.items()}
    return Outputs(**{kind: arrays.get(kind) for kind in KINDS}, report=report)


def check_run(run: Any, function: str) -> None:
    """Refuses what is not a run."""
    if not hasattr(run, "folder"):
        raise GasError(f"{function} takes a run, as gas_gnn.Run(store, name) opens it, found {type(run).__name__}")


def _wanted(run: Run, outputs: Sequence[str] | None) -> list[str]:
    """What is computed, which the model has."""
    # Embeddings are what one stage hands to the next: an mlp is one stage, others have one for each layer.
    config = run.config
    has_embeddings = config.get("model") != "mlp" and config.get("layers") != 1
    if outputs is None:
        return [kind for kind in KINDS if has_embeddings or kind != "embeddings"]
    if isinstance(outputs, str):
        raise GasError(f"outputs: expected a list such as [{outputs!r}], found {outputs!r}")
    if not outputs or any(kind not in KINDS for kind in outputs):
        raise GasError(f"outputs are some of {', '.join(KINDS)}; found {list(outputs)}")
    if "embeddings" in outputs and not has_embeddings:
        raise GasError(
            f'the run "{run.name}" has no embeddings, since its model ({config.get("model")}, layers'
            f" {config.get('layers')}) has no hidden layer between stages: ask for logits"
        )
    return list(outputs)


def _folder(store: Any) -> pathlib.Path:
    """The folder of a store, or the path of one."""
    return folder_of(getattr(store, "path", store))


def _write_nodes(store: Any, nodes: npt.ArrayLike, folder: pathlib.Path) -> pathlib.Path:
    """A list of the nodes' ids."""
    from gas_gnn._store import Store

    opened = store if isinstance(store, Store) else Store(store)
    places = places_of_nodes(nodes, opened.num_nodes)
    if len(places) == 0:
        raise GasError("nodes: expected at least one, found none")
    ids = opened.ids[places]
    if ids.dtype != object:
        file = folder / "nodes.npy"
        with writable(file):
            np.save(file, ids)
    else:
        awkward = next((text for text in ids if text != text.strip() or not text.isprintable()), None)
        if awkward is not None:
            raise GasError(
                f"nodes: a list cannot name the id {awkward!r}; compute all nodes and take rows of the result"
            )
        file = folder / "nodes.txt"
        with writable(file):
            file.write_bytes(b"".join(f"{text}\n".encode(errors="surrogateescape") for text in ids))
    return file
