"""Column files as they lie on the disk: header and table of blocks, as docs/format.md has them."""

from __future__ import annotations

import os
import pathlib
import stat
import struct
import weakref
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

from gas_gnn._errors import FormatError, readable

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


class ColumnFile:
    """An open column file of which header and table have been checked, and blocks have not."""

    def __init__(self, path: str | os.PathLike[str], entry: dict[str, Any] | None = None) -> None:
        self.path = pathlib.Path(path)
        try:
            with readable():
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
