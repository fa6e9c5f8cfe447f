"""The store's C kernels and liblz4, called on blocks of integers; and the blocks of a column, as docs/format.md has
them."""

import ctypes
import ctypes.util
import pathlib
import subprocess
import zlib
from collections.abc import Callable, Iterator

from gasbench.shared.messages import Failure
from gasbench.shared.places import ROOT

# LZ4 is taken where it is at most this share of packed bits: Sources/…/BlockCodec+Packed.swift.
SHORTER = 31 / 32
SOURCES = ("isa.c", "pack.c", "reference.c", "shuffle.c")
Integers = ctypes.Array[ctypes.c_uint32]
Decoder = Callable[[], object]


class Kernels:
    """What is needed of Sources/CGasKernels as a shared library."""

    def __init__(self, path: pathlib.Path, *flags: str) -> None:
        sources = ROOT / "Sources/CGasKernels"
        files = [str(sources / name) for name in SOURCES]
        command = ["clang", "-O2", "-shared", "-fPIC", *flags, f"-I{sources}/include", *files, "-lm", "-o", str(path)]
        if subprocess.run(command).returncode != 0:
            raise Failure("building the kernels failed")
        self.library = ctypes.CDLL(str(path))
        for name in ("gas_pack", "gas_pack_limit"):
            getattr(self.library, name).restype = ctypes.c_int64
        for name in ("gas_unpack", "gas_reference_unpack"):
            getattr(self.library, name).restype = ctypes.c_bool
        self.library.gas_instruction_set.restype = ctypes.c_char_p
        self.lz4 = ctypes.CDLL(ctypes.util.find_library("lz4") or "liblz4.so.1")

    @property
    def instruction_set(self) -> str:
        return str(self.library.gas_instruction_set().decode())

    def lz4_block(self, integers: Integers) -> bytes:
        """Shuffled bytes, compressed: what a store of format 1 holds."""
        size = ctypes.sizeof(integers)
        planes, packed = bytes_of(size), bytes_of(size + size // 255 + 16)
        self.library.gas_shuffle(ctypes.c_int64(len(integers)), ctypes.c_int64(4), integers, planes)
        length = self.lz4.LZ4_compress_default(planes, packed, size, len(packed))
        return packed.raw[:length]

    def packed_block(self, integers: Integers) -> bytes:
        """A byte of the width, then packed bits of the differences, or LZ4 of them where that is shorter."""
        count, width = ctypes.c_int64(len(integers)), max(integers).bit_length()
        differences = like(integers)
        self.library.gas_differences(count, width, integers, differences)
        buffer = bytes_of(self.library.gas_pack_limit(count))
        length = self.library.gas_pack(count, width, differences, buffer)
        packed = buffer.raw[:length]
        shorter = self.lz4_block(differences)
        if len(shorter) <= int(SHORTER * len(packed)):
            return bytes([0x80 | width]) + shorter
        return bytes([width]) + packed

    def decoder(self, block: bytes, integers: Integers, unpack: str = "gas_unpack") -> Decoder:
        """A call that decodes a block into `integers`, its arguments made beforehand."""
        count, width, rest = ctypes.c_int64(len(integers)), block[0] & 0x7F, block[1:]
        if block[0] < 0x80:
            source, size = (ctypes.c_uint8 * len(rest)).from_buffer_copy(rest), ctypes.c_int64(len(rest))
            call = getattr(self.library, unpack)
            return lambda: call(count, width, size, source, integers)
        return self.lz4_decoder(rest, integers, then=lambda: self.library.gas_sums(count, width, integers, integers))

    def lz4_decoder(self, block: bytes, integers: Integers, then: Decoder = lambda: None) -> Decoder:
        count, four, size = ctypes.c_int64(len(integers)), ctypes.c_int64(4), ctypes.sizeof(integers)
        planes = bytes_of(size)

        def decode() -> None:
            self.lz4.LZ4_decompress_safe(block, planes, len(block), size)
            self.library.gas_unshuffle(count, four, planes, integers)
            then()

        return decode


def bytes_of(size: int) -> ctypes.Array[ctypes.c_char]:
    return ctypes.create_string_buffer(size)


def like(integers: Integers) -> Integers:
    return (ctypes.c_uint32 * len(integers))()


def stored_blocks(path: pathlib.Path) -> tuple[int, list[tuple[int, bytes]]]:
    """Encoding of a column (1 lz4, 2 packed), and (count, stored bytes) of its blocks."""
    file = path.read_bytes()

    def number(place: int, size: int) -> int:
        return int.from_bytes(file[place : place + size], "little")

    table, entries, blocks = number(64, 8), number(72, 8), []
    for entry in range(entries):
        place = table + 24 * entry
        end = number(place + 24, 8) if entry + 1 < entries else number(32, 8)
        start = 4096 + number(place + 8, 8)
        stored = file[start : start + number(place + 16, 4)]
        if zlib.crc32(stored) != number(place + 20, 4):
            raise Failure(f"{path}: block {entry} is damaged")
        blocks.append((end - number(place, 8), stored))
    return number(20, 4), blocks


def decoded_blocks(kernels: Kernels, path: pathlib.Path) -> Iterator[tuple[Integers, bytes | None]]:
    """The integers of each block, and the bytes that stand for them in a packed column."""
    encoding, blocks = stored_blocks(path)
    for count, stored in blocks:
        integers = (ctypes.c_uint32 * count)()
        if len(stored) == 4 * count:
            ctypes.memmove(integers, stored, len(stored))
        elif encoding == 1:
            kernels.lz4_decoder(stored, integers)()
        else:
            kernels.decoder(stored, integers)()
        yield integers, stored if encoding == 2 else None
