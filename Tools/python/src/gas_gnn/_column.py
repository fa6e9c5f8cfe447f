"""Column files: header, blocks and codecs, as docs/format.md has them."""

from __future__ import annotations

import bisect
import functools
import mmap
import os
import pathlib
import stat
import struct
import weakref
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

from gas_gnn._errors import FormatError
from gas_gnn._packed import Damage, decompressed, unpacked, unshuffled

Array = npt.NDArray[Any]

MAGIC = b"GASCOL\r\n"
HEADER_BYTES = 88
DATA_OFFSET = 4096
LARGEST_BLOCK = 1 << 20
# bfloat16, which NumPy does not have, is kept in its 16 bits and made float32 where it is read.
TYPES = {1: "u1", 2: "<i4", 3: "<u4", 4: "<i8", 5: "<u8", 6: "<f2", 7: "<u2", 8: "<f4", 9: "<f8"}
BFLOAT16 = 7
RAW, LZ4, PACKED = 0, 1, 2
_ENTRY = np.dtype([("first", "<u8"), ("offset", "<u8"), ("bytes", "<u4"), ("checksum", "<u4")])
# Raw columns up to this size are compared with their checksums when they are read in place; gas-stat verify does so
# for all.
CHECKED_BYTES = 64 << 20


class Column:
    """One array in a file. Header and table are checked when it is opened, and blocks when they are decoded.

    `shape` is that of the array, and `dtype` the type of its elements; bfloat16 is float32 here.
    """

    def __init__(self, path: str | os.PathLike[str], entry: dict[str, Any] | None = None) -> None:
        self.path = pathlib.Path(path)
        try:
            self._file = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            raise FormatError(self.path, None, "no file", "a column of the store") from None
        # Kept open, so that a store that is replaced meanwhile is read as it was.
        weakref.finalize(self, os.close, self._file)
        status = os.fstat(self._file)
        if not stat.S_ISREG(status.st_mode):
            raise FormatError(self.path, None, "no regular file", "a column of the store")
        self._size = status.st_size
        self._read_header(entry or {})
        self._table = self._read_table()

    def __len__(self) -> int:
        return self.shape[0]

    def __repr__(self) -> str:
        return f"Column({str(self.path)!r}, {self.dtype}, {self.shape})"

    @property
    def width(self) -> int:
        """Elements in a row."""
        return self.shape[1] if len(self.shape) == 2 else 1

    def _wrong(self, offset: int | None, found: object, expected: object) -> FormatError:
        return FormatError(self.path, offset, found, expected)

    def _read_header(self, entry: dict[str, Any]) -> None:
        head = os.pread(self._file, HEADER_BYTES, 0)
        if head[:8] != MAGIC[: len(head[:8])] or len(head) < HEADER_BYTES:
            found = f"{len(head)} bytes" if MAGIC.startswith(head[:8]) else repr(head[:8])
            raise self._wrong(0, found, f"a column that begins with {MAGIC!r}")
        if head[12:16] != b"\x04\x03\x02\x01":
            raise self._wrong(12, head[12:16].hex(), "the byte-order mark 04030201")
        version, _, kind, encoding, flags, rank = struct.unpack_from("<6I", head, 8)
        if version != 1:
            raise self._wrong(8, version, "version 1 of column files; a newer release of gas-gnn may know it")
        stated = struct.unpack_from("<I", head, 84)[0]
        checksum = zlib.crc32(head[:84])
        if checksum != stated:
            raise self._wrong(84, f"{checksum:08x}", f"the header's checksum {stated:08x}")
        if entry.get("headerChecksum", f"{stated:08x}") != f"{stated:08x}":
            raise self._wrong(84, f"{stated:08x}", f"the checksum {entry['headerChecksum']} of the manifest")
        if kind not in TYPES:
            raise self._wrong(16, kind, "an element type from 1 to 9")
        if encoding not in (RAW, LZ4, PACKED) or (encoding == PACKED and kind != 3):
            raise self._wrong(20, encoding, "encoding 0, 1 or 2 (of uint32 alone)")
        if flags > 1 or rank not in (1, 2):
            raise self._wrong(24, f"flags {flags} and rank {rank}", "flags 0 or 1 and rank 1 or 2")
        self.encoding, self.is_mutable, self._kind = encoding, flags == 1, kind
        self._stored = np.dtype(TYPES[kind])
        self.dtype = np.dtype(np.float32) if kind == BFLOAT16 else self._stored
        self._read_extent(head, rank)

    def _read_extent(self, head: bytes, rank: int) -> None:
        rows, width, start, self._data_bytes, self._table_offset, self._table_count = struct.unpack_from(
            "<6Q", head, 32
        )
        self.shape: tuple[int, ...] = (rows,) if rank == 1 else (rows, width)
        if (rank == 1 and width != 1) or start != DATA_OFFSET:
            raise self._wrong(32, f"width {width} and data from {start}", f"data from {DATA_OFFSET}")
        self._table_checksum = struct.unpack_from("<I", head, 80)[0]
        after = self._table_offset - DATA_OFFSET - self._data_bytes
        end = self._table_offset + _ENTRY.itemsize * self._table_count
        if not 0 <= after < 8 or self._size != end:
            raise self._wrong(64, f"{self._size} bytes", f"a file of {end} bytes")
        gaps = os.pread(self._file, DATA_OFFSET - HEADER_BYTES, HEADER_BYTES)
        gaps += os.pread(self._file, after, self._table_offset - after)
        if any(gaps):
            raise self._wrong(HEADER_BYTES, "other bytes", "zeros behind the header and the data")
        is_raw = self.encoding == RAW
        if is_raw and self._data_bytes != rows * width * self._stored.itemsize:
            raise self._wrong(56, f"{self._data_bytes} bytes", f"{rows} rows of {width} elements")
        if self.is_mutable and (self._table_count or not is_raw):
            raise self._wrong(72, f"{self._table_count} blocks", "a raw column without checksums, since it is mutable")

    def _read_table(self) -> npt.NDArray[Any]:
        data = os.pread(self._file, self._table_count * _ENTRY.itemsize, self._table_offset)
        if not self.is_mutable and zlib.crc32(data) != self._table_checksum:
            found = f"{zlib.crc32(data):08x}"
            raise self._wrong(self._table_offset, found, f"the table's checksum {self._table_checksum:08x}")
        table = np.frombuffer(data, _ENTRY)
        ends = np.append(table["first"][1:], self._count) if len(table) else np.zeros(0)
        sizes = (ends.astype(np.int64) - table["first"].astype(np.int64)) * self._stored.itemsize
        stored = table["bytes"].astype(np.int64)
        offsets = np.cumsum(stored) - stored
        is_whole = self.is_mutable or (int(stored.sum()) == self._data_bytes and (len(table) > 0 or self._count == 0))
        begins = len(table) == 0 or int(table["first"][0]) == 0
        if not (is_whole and begins and np.array_equal(offsets, table["offset"])):
            raise self._wrong(self._table_offset, "a table with gaps", "blocks in order and without gaps")
        if np.any(sizes <= 0) or np.any(sizes > LARGEST_BLOCK) or np.any(stored > sizes):
            raise self._wrong(self._table_offset, "a block that is too large", "blocks of at most 1 MiB")
        return table

    @property
    def _count(self) -> int:
        return int(np.prod(self.shape, dtype=np.uint64))

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
        if not 0 <= start <= stop <= self._count:
            raise IndexError(f"{self.path}: elements {start} to {stop} of {self._count}")
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

    def rows(self, start: int = 0, stop: int | None = None) -> Array:
        """Rows of the store, decoded and checked, in the store's own order. bfloat16 becomes float32."""
        stop = len(self) if stop is None else stop
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
        if self.encoding != RAW:
            raise ValueError(f"{self.path}: a compressed column cannot be mapped; use rows()")
        if self._count == 0:
            return np.zeros(self.shape, self._stored)
        if self._data_bytes <= CHECKED_BYTES:
            self.check()
        whole = mmap.mmap(self._file, DATA_OFFSET + self._data_bytes, access=mmap.ACCESS_READ)
        return np.frombuffer(whole, self._stored, self._count, DATA_OFFSET).reshape(self.shape)

    def taken(self, places: npt.NDArray[np.integer[Any]]) -> Array:
        """Rows at places of a raw column, in the order of `places`; read from front to back."""
        if len(places) < 2:
            return self._widened(np.asarray(self.mapped[places]))
        order = np.argsort(places, kind="stable")
        found = np.empty((len(places), *self.shape[1:]), self._stored)
        found[order] = self.mapped[places[order]]
        return self._widened(found)

    def check(self) -> None:
        """Compares every block with its checksum."""
        for number in range(len(self._table)):
            self._block(number)
