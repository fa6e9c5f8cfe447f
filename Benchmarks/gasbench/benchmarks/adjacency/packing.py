"""The store's C kernels and liblz4, called on blocks of integers; and the blocks of a column, as docs/format.md has them."""
import ctypes
import ctypes.util
import subprocess
import zlib

from programs import ROOT, Failure

SHORTER = 31 / 32  # LZ4 is taken where it is at most this share of packed bits: Sources/GasStore/Columns/BlockCodec+Packed.swift


SOURCES = ("isa.c", "pack.c", "reference.c", "shuffle.c")


class Kernels:
    """What is needed of Sources/CGasKernels as a shared library."""

    def __init__(self, path, *flags):
        sources = ROOT / "Sources/CGasKernels"
        command = ["clang", "-O2", "-shared", "-fPIC", *flags, f"-I{sources}/include",
                   *(str(sources / name) for name in SOURCES), "-lm", "-o", str(path)]
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
    def instruction_set(self):
        return self.library.gas_instruction_set().decode()

    def lz4_block(self, integers):
        """Shuffled bytes, compressed: what a store of format 1 holds."""
        size = ctypes.sizeof(integers)
        planes, packed = bytes_of(size), bytes_of(size + size // 255 + 16)
        self.library.gas_shuffle(ctypes.c_int64(len(integers)), ctypes.c_int64(4), integers, planes)
        return packed[:self.lz4.LZ4_compress_default(planes, packed, size, len(packed))]

    def packed_block(self, integers):
        count, width = ctypes.c_int64(len(integers)), max(integers).bit_length()
        differences = like(integers)
        self.library.gas_differences(count, width, integers, differences)
        packed = bytes_of(self.library.gas_pack_limit(count))
        packed = packed[:self.library.gas_pack(count, width, differences, packed)]
        shorter = self.lz4_block(differences)
        if len(shorter) <= int(SHORTER * len(packed)):
            return bytes([0x80 | width]) + shorter
        return bytes([width]) + packed

    def decoder(self, block, integers, unpack="gas_unpack"):
        """A call that decodes a block into `integers`, its arguments made beforehand."""
        count, width, rest = ctypes.c_int64(len(integers)), block[0] & 0x7f, block[1:]
        if block[0] < 0x80:
            source, size = (ctypes.c_uint8 * len(rest)).from_buffer_copy(rest), ctypes.c_int64(len(rest))
            return lambda call=getattr(self.library, unpack): call(count, width, size, source, integers)
        return self.lz4_decoder(rest, integers, then=lambda: self.library.gas_sums(count, width, integers, integers))

    def lz4_decoder(self, block, integers, then=lambda: None):
        count, four, size = ctypes.c_int64(len(integers)), ctypes.c_int64(4), ctypes.sizeof(integers)
        planes = bytes_of(size)

        def decode():
            self.lz4.LZ4_decompress_safe(block, planes, len(block), size)
            self.library.gas_unshuffle(count, four, planes, integers)
            then()
        return decode


def bytes_of(size):
    return (ctypes.c_char * size)()


def like(integers):
    return (ctypes.c_uint32 * len(integers))()


def stored_blocks(path):
    """Encoding of a column (1 lz4, 2 packed), and (count, stored bytes) of its blocks."""
    file = path.read_bytes()

    def number(place, size):
        return int.from_bytes(file[place:place + size], "little")

    table, entries, blocks = number(64, 8), number(72, 8), []
    for entry in range(entries):
        place = table + 24 * entry
        end = number(place + 24, 8) if entry + 1 < entries else number(32, 8)
        start = 4096 + number(place + 8, 8)
        stored = file[start:start + number(place + 16, 4)]
        if zlib.crc32(stored) != number(place + 20, 4):
            raise Failure(f"{path}: block {entry} is damaged")
        blocks.append((end - number(place, 8), stored))
    return number(20, 4), blocks


def decoded_blocks(kernels, path):
    """The integers of each block, and the bytes that stand for them in a packed column."""
    encoding, blocks = stored_blocks(path)
    for count, stored in blocks:
        integers = (ctypes.c_uint32 * count)()
        if len(stored) == 4 * count:
            ctypes.memmove(integers, stored, len(stored))
        else:
            {1: kernels.lz4_decoder, 2: kernels.decoder}[encoding](stored, integers)()
        yield integers, stored if encoding == 2 else None
