"""Features of nodes, in each of the ways in which stores keep them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gas_gnn._columnfile import Array
from gas_gnn._errors import FormatError
from gas_gnn._optional import required

if TYPE_CHECKING:
    from gas_gnn._nodes import NodeColumns

# Rows that are widened at a time.
_CHUNK = 1 << 16


def from_int8(rows: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Rows of a float32 scale and signed bytes: each number is scale × byte."""
    scales = np.ascontiguousarray(rows[:, :4]).view("<f4")
    found: npt.NDArray[np.float32] = np.multiply(rows[:, 4:].view(np.int8), scales, dtype=np.float32)
    return found


class FeatureReader:
    """Reads features by rows of the store."""

    def __init__(self, store: NodeColumns) -> None:
        self._store = store
        features = store.manifest.features
        self.width = int(features.get("width", 0))
        self.is_sparse = features.get("storage") == "sparse"
        self._is_int8 = features.get("encoding") == "int8"
        if self.is_sparse:
            self._offsets = store.column("feature-offsets")
            self._indices = store.column("feature-indices")
            self._values = store.column("feature-values")
            return
        self._column = store.column("features")
        stored = self.width + 4 if self._is_int8 else self.width
        if self._column.width != stored:
            raise FormatError(self._column.path, 40, self._column.width, f"rows of {stored} elements")

    @property
    def mapped(self) -> Array | None:
        """The rows where they lie, if that is float32."""
        if self.is_sparse or self._column.mapped.dtype != np.dtype("<f4"):
            return None
        return self._column.mapped

    def _floats(self, rows: Array) -> npt.NDArray[np.float32]:
        return from_int8(rows) if self._is_int8 else rows.astype(np.float32, copy=False)

    def between(self, start: int, stop: int) -> Any:
        """Features of consecutive rows of the store."""
        if self.is_sparse:
            return self._matrix(self._offsets.rows(start, stop + 1).astype(np.int64))
        return self._floats(self._column.rows(start, stop))

    def taken(self, rows: Array) -> Any:
        """Features of any rows, in their order."""
        if not self.is_sparse:
            return self._floats(self._column.taken(rows))
        begins = self._offsets.taken(rows).astype(np.int64)
        lengths = self._offsets.taken(rows.astype(np.int64) + 1).astype(np.int64) - begins
        ends = np.concatenate([[0], np.cumsum(lengths)])
        places = np.arange(ends[-1]) + np.repeat(begins - ends[:-1], lengths)
        return self._csr(self._values.taken(places), self._indices.taken(places), ends)

    def all(self) -> Any:
        """Features of all nodes in input order."""
        if self.is_sparse:
            return self.between(0, self._store.num_nodes)[self._store.rows.astype(np.int64)]
        out = np.empty((self._store.num_nodes, self.width), np.float32)
        for start in range(0, self._store.num_nodes, _CHUNK):
            stop = min(start + _CHUNK, self._store.num_nodes)
            out[self._store.order[start:stop]] = self.between(start, stop)
        return out

    def _matrix(self, offsets: npt.NDArray[np.int64]) -> Any:
        begin, end = int(offsets[0]), int(offsets[-1])
        return self._csr(self._values.rows(begin, end), self._indices.rows(begin, end), offsets - begin)

    def _csr(self, values: Array, indices: Array, ends: Array) -> Any:
        sparse = required("scipy.sparse", "sparse features")
        shape = (len(ends) - 1, self.width)
        kind = np.int32 if len(values) < 1 << 31 else np.int64
        return sparse.csr_matrix((np.array(values), indices.astype(kind), ends.astype(kind)), shape=shape)
