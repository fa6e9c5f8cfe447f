"""Columns of a store that have a row for each node."""

from __future__ import annotations

import functools
import itertools
import os
from typing import Any

import numpy as np
import numpy.typing as npt

from gas_gnn._arrays import place_of, places_of_nodes
from gas_gnn._column import Column
from gas_gnn._columnfile import Array
from gas_gnn._errors import FormatError, GasError
from gas_gnn._features import FeatureReader
from gas_gnn._manifest import Manifest, folder_of

_PARTS = ("train", "val", "test")


class NodeColumns:
    """What a store says of its nodes, in input order."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = folder_of(path)
        self.manifest = Manifest(self.path)
        self._columns: dict[str, Column] = {}

    @property
    def num_nodes(self) -> int:
        """How many nodes there are."""
        return self.manifest.node_count

    def column(self, name: str) -> Column:
        """A column as it lies in the store, whose rows are in the store's own order: `order` says which nodes."""
        if name not in self._columns:
            self._columns[name] = self._opened(name)
        return self._columns[name]

    def _opened(self, name: str) -> Column:
        entry = self.manifest.columns.get(name)
        if entry is None:
            there = ", ".join(sorted(self.manifest.columns))
            raise GasError(f'{self.path} has no column "{name}"; there are {there}')
        column = Column(self.path / "columns" / f"{name}.gascol", entry)
        if list(column.shape) != entry.get("shape"):
            raise FormatError(column.path, 32, list(column.shape), f"the shape {entry.get('shape')} of the manifest")
        return column

    @functools.cached_property
    def order(self) -> npt.NDArray[np.uint32]:
        """The place in input order of each row of the store."""
        order = self.column("order").rows()
        is_placed = np.zeros(self.num_nodes, bool)
        if len(order) == self.num_nodes and int(order.max()) < self.num_nodes:
            is_placed[order] = True
        if not is_placed.all():
            raise FormatError(self.path / "columns/order.gascol", None, "repeated places", "each place once")
        return order

    @functools.cached_property
    def rows(self) -> npt.NDArray[np.uint32]:
        """The row of the store in which each node stands, by input order."""
        rows = np.empty_like(self.order)
        rows[self.order] = np.arange(self.num_nodes, dtype=rows.dtype)
        return rows

    def rows_of(self, nodes: npt.ArrayLike) -> npt.NDArray[np.uint32]:
        """The rows of the store of some nodes, by their places in input order.

        Raises `GasError` where a place is not one of 0 … N−1.
        """
        return self.rows[places_of_nodes(nodes, self.num_nodes)]

    @functools.cached_property
    def _is_in_input_order(self) -> bool:
        return bool(np.array_equal(self.order, np.arange(self.num_nodes, dtype=self.order.dtype)))

    def in_input_order(self, rows: Array) -> Array:
        """Rows of the store, brought into input order; the same array where they are already."""
        return rows if self._is_in_input_order else rows[self.rows]

    @functools.cached_property
    def feature_reader(self) -> FeatureReader | None:
        """Reads features by rows of the store; None without features."""
        return FeatureReader(self) if self.manifest.features else None

    @property
    def features(self) -> Any:
        """Features, float32 [N, F]: mapped from the file where they lie there so in input order, else an array; a SciPy
        CSR matrix where they are sparse; None without features."""
        reader = self.feature_reader
        if reader is None:
            return None
        return reader.mapped if self._is_in_input_order and reader.mapped is not None else reader.all()

    def feature_rows(self, nodes: npt.ArrayLike) -> Any:
        """Features of some nodes, by their places in input order. The others are not read."""
        if self.feature_reader is None:
            raise GasError(f"{self.path} has no features")
        return self.feature_reader.taken(self.rows_of(nodes))

    def label_rows(self, nodes: npt.ArrayLike) -> Array:
        """Labels of some nodes, by their places in input order, as `labels` has them."""
        return self._labels(self.column("labels").taken(self.rows_of(nodes)))

    def split_rows(self, nodes: npt.ArrayLike) -> npt.NDArray[np.uint8]:
        """The parts that some nodes are in, uint8 [nodes, S], as `splits` has them."""
        return self.column("splits").taken(self.rows_of(nodes))

    @functools.cached_property
    def labels(self) -> Array | None:
        """Labels: int64 [N] with -1 for none; of several labels a node int8 [N, C], 0, 1 or -1 where one is missing;
        real values float32 [N, C], NaN where one is missing. None without labels."""
        if not self.manifest.labels:
            return None
        return self.in_input_order(self.labels_of_rows(0, self.num_nodes))

    def labels_of_rows(self, start: int, stop: int) -> Array:
        """Labels of consecutive rows of the store, as `labels` has them."""
        return self._labels(self.column("labels").rows(start, stop))

    def _labels(self, found: Array) -> Array:
        kind = self.manifest.labels.get("kind")
        return found.astype(np.int64) if kind == "single" else found.view(np.int8) if kind == "multi" else found

    @functools.cached_property
    def splits(self) -> npt.NDArray[np.uint8] | None:
        """uint8 [N, S]: 0 in no part, 1 train, 2 validation, 3 test, in each of S splits; None without."""
        return self.in_input_order(self.column("splits").rows()) if self.manifest.split_count else None

    def mask(self, part: str, split: int | None = None) -> npt.NDArray[np.bool_] | None:
        """Which nodes are in a part, `train`, `val` or `test`: [N], of several splits [N, S] unless one is named."""
        if part not in _PARTS:
            raise GasError(f"part: expected one of {', '.join(_PARTS)}, found {part!r}")
        if self.splits is None:
            return None
        found: npt.NDArray[np.bool_] = self.splits == 1 + _PARTS.index(part)
        if split is None:
            return found[:, 0] if found.shape[1] == 1 else found
        return found[:, place_of(split, found.shape[1], "split")]

    @property
    def train_mask(self) -> npt.NDArray[np.bool_] | None:
        """Nodes to train on."""
        return self.mask("train")

    @property
    def val_mask(self) -> npt.NDArray[np.bool_] | None:
        """Nodes to validate with."""
        return self.mask("val")

    @property
    def test_mask(self) -> npt.NDArray[np.bool_] | None:
        """Nodes to test with."""
        return self.mask("test")

    @functools.cached_property
    def ids(self) -> Array:
        """Original ids: int64 [N], or an object array of texts."""
        return self.in_input_order(self.ids_of_rows(0, self.num_nodes))

    def ids_of_rows(self, start: int, stop: int) -> Array:
        """Original ids of consecutive rows of the store."""
        if self.manifest.id_kind == "sequential":
            return self.column("order").rows(start, stop).astype(np.int64)
        if self.manifest.id_kind == "integer":
            return self.column("ids").rows(start, stop)
        offsets = self.column("id-offsets").rows(start, stop + 1).astype(np.int64)
        text = self.column("id-bytes").rows(int(offsets[0]), int(offsets[-1])).tobytes()
        places = (offsets - offsets[0]).tolist()
        found = np.empty(stop - start, object)
        found[:] = [text[a:b].decode(errors="surrogateescape") for a, b in itertools.pairwise(places)]
        return found

    @functools.cached_property
    def degrees(self) -> npt.NDArray[np.uint32]:
        """In-neighbours of each node, self-loops included."""
        return self.in_input_order(self.column("degrees").rows())

    @functools.cached_property
    def weighted_degrees(self) -> npt.NDArray[np.float32] | None:
        """The sum of the weights of the edges to each node; None without weights."""
        return self.in_input_order(self.column("weighted-degrees").rows()) if self.manifest.is_weighted else None

    @functools.cached_property
    def sample_weights(self) -> npt.NDArray[np.float32] | None:
        """How much each node counts in the loss; None where all count alike."""
        if "sample-weights" not in self.manifest.columns:
            return None
        return self.in_input_order(self.column("sample-weights").rows())
