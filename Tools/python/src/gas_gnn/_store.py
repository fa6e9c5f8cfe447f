"""Stores: folders that gas-ingest makes, read as docs/format.md says."""

from __future__ import annotations

import functools
import os
import pathlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gas_gnn._adjacency import Partition, adjacency, edge_index, entry_column
from gas_gnn._arrays import place_of
from gas_gnn._errors import GasError, readable
from gas_gnn._manifest import feature_names
from gas_gnn._nodes import NodeColumns

if TYPE_CHECKING:
    from gas_gnn._runs import Run

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


class Store(NodeColumns):
    """A store, opened for reading: a graph with features, labels and splits.

    Arrays have a row for each node in input order: the order of the arrays, tables or ids that the store was made of.
    Each is read when it is asked for. What is as long as the graph is in memory then, except for `features` where they
    are mapped; `partition` and `partitions` read a part, and `rows` reads some nodes.

    Raises `FormatError` where a file is not as docs/format.md says, and `GasError` where this user may not read it.
    Threads may share a store.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        super().__init__(path)
        self.report: dict[str, Any] = {}
        """What gas-ingest reported, where `gas_gnn.write` made the store just now."""

    def __reduce__(self) -> Any:
        # Files that are open stay with the process: another one opens the store again.
        return type(self), (str(self.path.absolute()),)

    def __repr__(self) -> str:
        return f"Store({str(self.path)!r}): {self.num_nodes} nodes, {self.num_edges} edges"

    @property
    def num_edges(self) -> int:
        """How many entries the adjacency has: an undirected edge counts twice, a self-loop once."""
        return self.manifest.edge_count

    @property
    def is_directed(self) -> bool:
        """Whether edges have the one direction in which they were given."""
        return self.manifest.is_directed

    @property
    def num_features(self) -> int:
        """Features of a node; 0 without features."""
        return int(self.manifest.features.get("width", 0))

    @property
    def num_classes(self) -> int:
        """Classes, labels of a node, or its real values; 0 without labels."""
        return int(self.manifest.labels.get("classCount", 0))

    @functools.cached_property
    def encoding(self) -> dict[str, Any] | None:
        """What columns of tables became, as docs/format.md has encoding.json; None of stores without tables."""
        return self.manifest.encoding()

    @property
    def class_names(self) -> list[str] | None:
        """The word of each class, where the store was made of tables with classes."""
        labels = (self.encoding or {}).get("labels")
        return list(labels["classes"]) if labels and labels["kind"] == "classes" else None

    @property
    def feature_names(self) -> list[str] | None:
        """A name for each feature, where the store was made of tables."""
        return feature_names(self.encoding["nodes"]) if self.encoding else None

    @property
    def edge_feature_names(self) -> list[str] | None:
        """A name for each feature of an edge, its relations among them, where the store was made of tables."""
        if self.encoding is None:
            return None
        return feature_names(self.encoding["edges"]) + [f"relation={name}" for name in self.encoding["relations"]]

    def __len__(self) -> int:
        return self.num_nodes

    @property
    def num_partitions(self) -> int:
        """How many partitions there are."""
        return len(self.manifest.partitions)

    def partition(self, number: int) -> Partition:
        """One partition: its nodes, and the edges to them. Nothing else is read."""
        return Partition(self, place_of(number, self.num_partitions, "partition"))

    def partitions(self) -> Iterator[Partition]:
        """All partitions, one after the other."""
        return (self.partition(number) for number in range(self.num_partitions))

    def edge_index(self) -> Integers:
        """int64 [2, E]: sources and targets of all entries, by places in input order. Entries are ordered by target, so
        that they are PyG's CSC; an undirected edge stands in both directions."""
        return edge_index(self)

    @property
    def edge_weight(self) -> Floats | None:
        """float32 [E]: weights, in the order of `edge_index`; None without weights."""
        return entry_column(self, "edge-weights") if self.manifest.is_weighted else None

    @property
    def edge_attr(self) -> Floats | None:
        """float32 [E, D]: features of edges, in the order of `edge_index`; None without."""
        return entry_column(self, "edge-features") if self.manifest.edge_features else None

    def adjacency(self, *, transposed: bool = False) -> Any:
        """The adjacency as a SciPy CSR matrix [N, N] in input order: entry (u, v) is the edge u → v, with its weight.
        `transposed` has the neighbours that v hears from in its row v, as PyG's `adj_t`. Needs SciPy."""
        return adjacency(self, transposed=transposed)

    @property
    def runs(self) -> list[str]:
        """Names of the runs that lie in the store."""
        return names_of_runs(self.path / "runs")

    def run(self, name: str, runs: str | os.PathLike[str] | None = None) -> Run:
        """A run of this store; `runs` is the folder that it lies in, where that is not in the store."""
        from gas_gnn._runs import Run

        return Run(self, name, runs)

    def check(self) -> None:
        """Compares every byte of the columns with its checksum. gas-stat verify checks the invariants too."""
        for name in self.manifest.columns:
            self.column(name).check()


def names_of_runs(folder: pathlib.Path) -> list[str]:
    """Names of the runs in a folder."""
    with readable():
        names = sorted(os.listdir(folder)) if folder.exists() else []
        return [name for name in names if (folder / name / "config.json").exists()]


def runs_folder(path: str | os.PathLike[str] | None) -> pathlib.Path | None:
    """The folder of runs that a user's path means."""
    if path is None:
        return None
    if not isinstance(path, (str, os.PathLike)) or not os.fspath(path):
        raise GasError(f"runs: expected the path of a folder, found {path!r}")
    return pathlib.Path(path).expanduser()
