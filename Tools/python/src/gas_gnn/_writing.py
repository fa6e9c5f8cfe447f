"""Stores of graphs that are in memory: arrays in a scratch folder, and gas-ingest."""

from __future__ import annotations

import os
import pathlib
from typing import Any

import numpy as np

from gas_gnn import _tools
from gas_gnn._arrays import edge_ends, is_path, node_number
from gas_gnn._errors import GasError, writable
from gas_gnn._graphs import parts_of
from gas_gnn._inputs import FLAGS, InputWriter, repeated_note
from gas_gnn._manifest import folder_of
from gas_gnn._scratch import scratch_folder
from gas_gnn._store import Store

SWITCHES = (
    "overwrite",
    "structural_features",
    "dense_features",
    "directed",
    "undirected",
    "weighted",
    "string_ids",
    "ignore_extra_columns",
)


def write(
    path: str | os.PathLike[str],
    graph: Any = None,
    *,
    edge_index: Any = None,
    x: Any = None,
    y: Any = None,
    train_mask: Any = None,
    val_mask: Any = None,
    test_mask: Any = None,
    edge_weight: Any = None,
    edge_attr: Any = None,
    sample_weight: Any = None,
    ids: Any = None,
    num_nodes: int | None = None,
    directed: bool | None = None,
    overwrite: bool = False,
    quiet: bool = False,
    scratch: str | os.PathLike[str] | None = None,
    **options: Any,
) -> Store:
    """Makes a store with gas-ingest, and opens it.

    - `graph`: a torch_geometric Data, a SciPy or sparse torch adjacency (entry (i, j) is the edge i → j), a NetworkX or
      a DGL graph; or `edge_index`, integers [2, E]: sources and targets among 0 … N−1.
    - `x`, `y`, masks, `edge_weight`, `edge_attr`: arrays, tensors or frames that come before those of the graph; of a
      NetworkX or DGL graph also the name of an attribute. `x` may be a SciPy matrix, or the path of a .npy or .npz.
      Masks are booleans [N] or [N, splits], or places of nodes.
    - `ids`: integers or texts that name the nodes in tables of scores; else their places do.
    - `directed`: whether edges have one direction. Without it, a graph is undirected where every edge stands in both
      directions, with the same weight and features: then its adjacency is the same either way. The choice is said. It
      takes about 50 bytes an edge; where edges are mapped and exceed memory, say what they are.
    - `quiet`: whether what was decided and assumed is not said on standard error; it is in `report["notes"]` always.
    - `scratch`: a folder with room for the arrays; that of the store without it.
    - `options`: flags of gas-ingest with _ for -, such as partitions=8, feature_type="float16", label_kind="regression"
      or memory="2GiB".

    Raises `GasError` where arrays do not fit each other, and `ToolError` with the tool's own line.
    """
    given = {
        "x": x,
        "y": y,
        "train_mask": train_mask,
        "val_mask": val_mask,
        "test_mask": test_mask,
        "edge_weight": edge_weight,
        "edge_attr": edge_attr,
        "sample_weight": sample_weight,
        "ids": ids,
    }
    if (graph is None) == (edge_index is None):
        raise GasError("write takes a graph or an edge_index, one of them")
    if directed is not None and not isinstance(directed, (bool, np.bool_)):
        raise GasError(f"directed: expected True, False or None, found {directed!r}")
    if num_nodes is not None:
        num_nodes = node_number(num_nodes)
    files = {name: value for name, value in given.items() if name in ("x", "y") and is_path(value) and _is_file(value)}
    names = {name: str(value) for name, value in given.items() if is_path(value) and name not in files}
    parts = parts_of(edge_index if graph is None else graph, names)
    attributes = {
        **parts.attributes,
        **{
            name: value
            for name, value in given.items()
            if value is not None and name not in names and name not in files
        },
    }
    place = folder_of(path)
    folder = place.absolute().parent if scratch is None else pathlib.Path(scratch)
    if scratch is None and not folder.is_dir():
        raise GasError(f"{folder}: expected a folder to make the store in, found none")
    with scratch_folder(folder, prefix=".gas-gnn-") as work:
        count = num_nodes or parts.num_nodes or _row_count(files.get("x"))
        writer = InputWriter(work.folder, edge_ends(parts.edge_index), attributes, count)
        writer.notes += parts.notes
        said = directed if directed is not None else parts.is_directed
        with writable(folder):
            flags = writer.flags(said, options)
        flags += [f"--{FLAGS[name]}={os.path.abspath(os.path.expanduser(value))}" for name, value in files.items()]
        flags += _tools.arguments({"overwrite": overwrite, **options}, SWITCHES)
        report = _tools.run("gas-ingest", [*flags, f"--output={os.path.abspath(place)}"], scratch=work)
    repeated = report.get("edges", {}).get("duplicates", 0)
    if said is not None and repeated and options.get("duplicates", "first") == "first":
        writer.notes.append(repeated_note(repeated, both=not said))
    report["notes"] = writer.notes + report.get("notes", [])
    if not quiet:
        _tools.show_notes(report["notes"])
    store = Store(place)
    store.report = report
    return store


def _row_count(path: Any) -> int | None:
    """The rows of a .npy file, which none but its header is read for."""
    if path is None or pathlib.Path(path).suffix != ".npy":
        return None
    try:
        return int(np.load(pathlib.Path(path).expanduser(), mmap_mode="r").shape[0])
    except (OSError, ValueError, IndexError) as error:
        raise GasError(f"x: {path}: {error}") from None


def _is_file(value: Any) -> bool:
    return pathlib.Path(value).suffix in (".npy", ".npz", ".txt", ".csv")
