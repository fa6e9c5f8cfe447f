"""Column files: header, blocks and codecs, as docs/format.md has them."""

from __future__ import annotations

import bisect
import concurrent.futures
import functools
import mmap
import os
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

from gas_gnn._arrays import places_of_nodes
from gas_gnn._columnfile import BFLOAT16, DATA_OFFSET, LZ4, PACKED, RAW, Array, ColumnFile
from gas_gnn._errors import GasError
from gas_gnn._packed import Damage, decompressed, unpacked, unshuffled

# Rows that are taken here and there of a large column are read by several threads, so that the disk has several pages
# to bring at a time.
_READERS, _FEW_ROWS = 16, 256
# Raw columns up to this size are compared with their checksums when they are read in place; gas-stat verify does so
# for all.
CHECKED_BYTES = 64 << 20


class Column(ColumnFile):
    """One array in a file. Header and table are checked when it is opened, and blocks when they are decoded.

    `shape` is that of the array, and `dtype` the type of its elements; bfloat16 is float32 here.
    """

    def __init__(self, path: str | os.PathLike[str], entry: dict[str, Any] | None = None) -> None:
        super().__init__(path, entry)
        self._is_checked = False

    def __len__(self) -> int:
        return self.shape[0]

    def __repr__(self) -> str:
        return f"Column({str(self.path)!r}, {self.dtype}, {self.shape})"

    @property
    def width(self) -> int:
        """Elements in a row."""
        return self.shape[1] if len(self.shape) == 2 else 1

    @functools.cached_property
    def _firsts(self) -> list[int]:
        return [int(first) for first in self._table["first"]]

    def _block(self, number: int) -> Array:
        """The elements of a block, compared with its checksum."""
        entry = self._table[number]
        offset, size = DATA_OFFSET + int(entry["offset"]), int(entry["bytes"])
        data = os.pread(self._file, size, offset)
        found = zlib.crc32(data)
        if found != int(entry["checksum"]) or len(data) != size:
            raise self._wrong(offset, f"{found:08x}", f"the block's checksum {int(entry['checksum']):08x}")
        following = self._firsts[number + 1] if number + 1 < len(self._firsts) else self._count
        count = following - self._firsts[number]
        if size == count * self._stored.itemsize:
            return np.frombuffer(data, self._stored)
        try:
            if self.encoding == PACKED:
                return unpacked(data, count)
            if self.encoding == LZ4:
                return unshuffled(decompressed(data, count * self._stored.itemsize), self._stored, count)
        except Damage as damage:
            raise self._wrong(offset, damage, "a block as docs/format.md has it") from None
        raise self._wrong(offset, f"{size} bytes", f"{count} elements as they are")

    def elements(self, start: int, stop: int) -> Array:
        """The elements from `start` to before `stop`, counted over rows and columns, as they are stored."""
        self._check_range("elements", start, stop, self._count)
        if start == stop:
            return np.zeros(0, self._stored)
        if self.is_mutable:
            return np.array(self.mapped.reshape(-1)[start:stop])
        first = bisect.bisect_right(self._firsts, start) - 1
        last = bisect.bisect_left(self._firsts, stop)
        out = np.empty(stop - start, self._stored)
        for number in range(first, last):
            block, begin = self._block(number), self._firsts[number]
            low, high = max(start, begin), min(stop, begin + len(block))
            out[low - start : high - start] = block[low - begin : high - begin]
        return out

    def _check_range(self, what: str, start: int, stop: int, count: int) -> None:
        if not all(isinstance(place, (int, np.integer)) for place in (start, stop)) or not 0 <= start <= stop <= count:
            raise GasError(f"{self.path}: expected {what} from 0 to {count}, found {start!r} to {stop!r}")

    def rows(self, start: int = 0, stop: int | None = None) -> Array:
        """Rows of the store, decoded and checked, in the store's own order. bfloat16 becomes float32."""
        stop = len(self) if stop is None else stop
        self._check_range("rows", start, stop, len(self))
        found = self.elements(start * self.width, stop * self.width)
        return self._widened(found).reshape((stop - start, *self.shape[1:]))

    def _widened(self, found: Array) -> Array:
        if self._kind != BFLOAT16:
            return found
        bits: npt.NDArray[np.uint32] = found.astype(np.uint32) << np.uint32(16)
        return bits.view(np.float32)

    @functools.cached_property
    def mapped(self) -> Array:
        """The array as it lies in the file, read-only, without being read into memory; raw columns alone.

        Its pages belong to the page cache. bfloat16 is uint16 here. Columns of more than 64 MiB are not compared with
        their checksums.
        """
        return self._map(mmap.MADV_NORMAL)

    @functools.cached_property
    def _scattered(self) -> Array:
        """The same array for reading rows here and there: the system reads nothing ahead of them."""
        return self._map(mmap.MADV_RANDOM)

    def _map(self, advice: int) -> Array:
        if self.encoding != RAW:
            raise ValueError(f"{self.path}: a compressed column cannot be mapped; use rows()")
        if self._count == 0:
            return np.zeros(self.shape, self._stored)
        if self._data_bytes <= CHECKED_BYTES and not self._is_checked:
            self.check()
        whole = mmap.mmap(self._file, DATA_OFFSET + self._data_bytes, access=mmap.ACCESS_READ)
        whole.madvise(advice)
        return np.frombuffer(whole, self._stored, self._count, DATA_OFFSET).reshape(self.shape)

    def taken(self, places: npt.NDArray[np.integer[Any]]) -> Array:
        """Rows at places of a raw column, in the order of `places`; read from front to back."""
        places = places_of_nodes(places, len(self), f"{self.path}: rows")
        order = np.argsort(places, kind="stable")
        found = np.empty((len(places), *self.shape[1:]), self._stored)
        found[order] = self._gathered(places[order])
        return self._widened(found)

    def _gathered(self, places: npt.NDArray[np.integer[Any]]) -> Array:
        source = self._scattered
        if self._data_bytes <= CHECKED_BYTES or len(places) <= _FEW_ROWS:
            return np.take(source, places, axis=0)
        found = np.empty((len(places), *self.shape[1:]), self._stored)
        size = -(-len(places) // _READERS)

        def gather(start: int) -> None:
            np.take(source, places[start : start + size], axis=0, out=found[start : start + size])

        with concurrent.futures.ThreadPoolExecutor(_READERS) as readers:
            list(readers.map(gather, range(0, len(places), size)))
        return found

    def check(self) -> None:
        """Compares every block with its checksum."""
        for number in range(len(self._table)):
            self._block(number)
        self._is_checked = True
