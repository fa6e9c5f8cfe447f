"""Packed blocks, against a packer that follows docs/format.md bit by bit."""

from __future__ import annotations

import random
import struct

import lz4.block
import numpy as np
from gas_gnn._packed import Damage, unpacked

from tests.support import Case


def bits_of(value: int, count: int) -> list[int]:
    """The lowest bits, the lowest first."""
    return [value >> place & 1 for place in range(count)]


def bytes_of(bits: list[int]) -> bytes:
    """Bits in a row from the lowest of the first byte on, filled up with zeros."""
    bits = bits + [0] * (-len(bits) % 8)
    return bytes(sum(bits[at + place] << place for place in range(8)) for at in range(0, len(bits), 8))


def packed_group(differences: list[int], width: int, low: int) -> bytes:
    """128 differences, with `low` bits in their low parts."""
    high = [place for place, value in enumerate(differences) if value >> low]
    lanes = [[bit for value in differences[lane::4] for bit in bits_of(value, low)] for lane in range(4)]
    words = b"".join(bytes_of(lanes[lane][32 * word : 32 * word + 32]) for word in range(low) for lane in range(4))
    places = bytes(high) if len(high) <= 16 else bytes_of([int(place in high) for place in range(128)])
    parts = bytes_of([bit for place in high for bit in bits_of(differences[place] >> low, width - low)])
    return bytes([low, len(high)]) + words + places + parts


def packed(values: list[int], choice: random.Random) -> bytes:
    """A block of groups with any numbers of bits in their low parts."""
    width = max(values).bit_length()
    differences = [(b - a - 1) % (1 << width) for a, b in zip([-1, *values], values, strict=False)]
    differences += [0] * (-len(differences) % 128)
    groups = (differences[at : at + 128] for at in range(0, len(differences), 128))
    return bytes([width]) + b"".join(packed_group(group, width, choice.randint(0, width)) for group in groups)


class PackedTests(Case):
    """Blocks of every kind."""

    needs_tools = False

    def blocks(self) -> list[tuple[list[int], bytes]]:
        """Numbers of all widths, ascending in lists and not."""
        choice = random.Random(7)
        found = []
        for width in range(33):
            for count in (1, 127, 128, 129, 500):
                limit = (1 << width) - 1
                values = [choice.randint(0, limit) for _ in range(count)]
                if choice.random() < 0.5:
                    values = sorted(values)
                if width and choice.random() < 0.5:
                    # Mostly small steps, so that few differences have high parts.
                    values = [min(limit, value & 255) for value in values]
                    values[choice.randrange(count)] = limit
                found.append((values, packed(values, choice)))
        return found

    def test_groups(self) -> None:
        for values, block in self.blocks():
            np.testing.assert_array_equal(unpacked(block, len(values)), values)

    def test_lz4(self) -> None:
        values = [3, 4, 4, 900, 2]
        width = 10
        differences = [(b - a - 1) % (1 << width) for a, b in zip([-1, *values], values, strict=False)]
        planes = np.frombuffer(struct.pack("<5I", *differences), np.uint8).reshape(5, 4).T.tobytes()
        block = bytes([width | 128]) + lz4.block.compress(planes, store_size=False)
        np.testing.assert_array_equal(unpacked(block, 5), values)

    def test_what_is_no_block_is_refused(self) -> None:
        """Whatever bytes there are, the result is damage or numbers, and never another error."""
        choice = random.Random(3)
        refused = 0
        for values, block in self.blocks():
            data = bytearray(block)
            data[choice.randrange(len(data))] ^= 1 << choice.randrange(8)
            for broken in (bytes(data), block[: choice.randrange(len(block))], block + b"\0"):
                try:
                    self.assertEqual(len(unpacked(broken, len(values))), len(values))
                except Damage:
                    refused += 1
        self.assertGreater(refused, 300)

    def test_each_rule(self) -> None:
        group = packed_group([0] * 128, 4, 4)
        for block, words in [
            (b"", "empty"),
            (bytes([33]) + group, "33 bits"),
            (bytes([3]) + group, "4 bits"),
            (bytes([4]) + bytes([4, 1]) + group[2:], "high parts"),
            (bytes([4]) + group[:-1], "end"),
            (bytes([4]) + group + b"\0", "end"),
            (bytes([4]) + bytes([0, 1, 128, 1]), "places"),
            (bytes([4]) + bytes([0, 2, 5, 5, 1]), "places"),
            (bytes([4]) + bytes([0, 17]) + bytes([255] * 16) + bytes(9), "marks"),
        ]:
            with self.assertRaisesRegex(Damage, words):
                unpacked(block, 128)
