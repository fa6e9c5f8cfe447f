"""Blocks of compressed columns: LZ4 and packed differences, as docs/format.md has them."""

from __future__ import annotations

import lz4.block
import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.uint32]
Places = npt.NDArray[np.int64]
GROUP = 128


class Damage(ValueError):
    """What is wrong with a block, without the place, which the column knows."""


def unshuffled(data: bytes, dtype: np.dtype[np.generic], count: int) -> npt.NDArray[np.generic]:
    """Elements of which all first bytes come first, then all second bytes, and so on."""
    planes = np.frombuffer(data, np.uint8).reshape(dtype.itemsize, count)
    return np.ascontiguousarray(planes.T).view(dtype).reshape(count)


def decompressed(block: bytes, byte_count: int) -> bytes:
    """An LZ4 block, which has to give just so many bytes."""
    try:
        data: bytes = lz4.block.decompress(block, uncompressed_size=byte_count)
    except (lz4.block.LZ4BlockError, ValueError) as error:
        raise Damage(f"a block that LZ4 refuses ({error})") from None
    if len(data) != byte_count:
        raise Damage(f"{len(data)} bytes in an LZ4 block of {byte_count}")
    return data


def unpacked(block: bytes, count: int) -> npt.NDArray[np.uint32]:
    """The elements of a packed block."""
    if not block:
        raise Damage("an empty block")
    width = block[0] & 127
    if width > 32:
        raise Damage(f"numbers of {width} bits")
    if block[0] >> 7:
        differences = unshuffled(decompressed(block[1:], 4 * count), np.dtype("<u4"), count).astype(np.uint32)
    else:
        differences = _grouped(np.frombuffer(block, np.uint8)[1:], width, count)
    # Sums are taken modulo 2^64, of which 2^width is a divisor.
    sums = np.cumsum(differences, dtype=np.uint64) + np.arange(count, dtype=np.uint64)
    found: npt.NDArray[np.uint32] = (sums & np.uint64((1 << width) - 1)).astype(np.uint32)
    return found


def _grouped(data: Bytes, width: int, count: int) -> npt.NDArray[np.uint32]:
    """Differences in groups of 128, of which the last is filled up."""
    groups = -(-count // GROUP)
    low, high, starts = _heads(data, width, groups)
    out = np.zeros((groups, GROUP), np.uint32)
    for bits in np.unique(low):
        chosen = np.flatnonzero(low == bits)
        if bits:
            out[chosen] = _low_parts(data, starts[chosen] + 2, int(bits))
    _add_high_parts(data, low, high, starts, width, out)
    return out.reshape(-1)[:count]


def _heads(data: Bytes, width: int, groups: int) -> tuple[npt.NDArray[np.int64], ...]:
    """Bits of the low parts, number of high parts, and beginning of each group; the last must end with the block."""
    low, high, starts = (np.zeros(groups, np.int64) for _ in range(3))
    at, size, raw = 0, len(data), data.tobytes()
    for group in range(groups):
        if at + 2 > size:
            raise Damage("a block that ends within a group")
        bits, outliers = raw[at], raw[at + 1]
        if bits > width or outliers > GROUP or (outliers and bits == width):
            raise Damage(f"a group of {bits} bits with {outliers} high parts, where numbers have {width} bits")
        low[group], high[group], starts[group] = bits, outliers, at
        places = 16 if outliers > 16 else outliers
        at += 2 + 16 * bits + places + (outliers * (width - bits) + 7) // 8
    if at != size:
        raise Damage(f"groups that end at byte {at} of {size}")
    return low, high, starts


def _low_parts(data: Bytes, starts: npt.NDArray[np.int64], bits: int) -> npt.NDArray[np.uint32]:
    """Low parts of groups that have the same number of bits: four lanes of words each, difference i in lane i mod 4."""
    stored = data[starts[:, None] + np.arange(16 * bits)]
    lanes = np.ascontiguousarray(stored).view("<u4").reshape(len(starts), bits, 4)
    place = np.arange(GROUP // 4) * bits
    word, shift = place // 32, (place % 32).astype(np.uint64)
    following = np.minimum(word + 1, bits - 1)
    wide = lanes[:, word].astype(np.uint64) | lanes[:, following].astype(np.uint64) << np.uint64(32)
    parts = wide >> shift[None, :, None] & np.uint64((1 << bits) - 1)
    found: npt.NDArray[np.uint32] = parts.reshape(len(starts), GROUP).astype(np.uint32)
    return found


def _add_high_parts(data: Bytes, low: Places, high: Places, starts: Places, width: int, out: Numbers) -> None:
    """Adds the high parts of all groups to their differences."""
    groups = np.flatnonzero(high)
    counts, bits = high[groups], width - low[groups]
    begins = starts[groups] + 2 + 16 * low[groups]
    # Of each high part: which of the groups it belongs to, and its number there.
    owner = np.repeat(np.arange(len(groups)), counts)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    places = _places(data, begins, counts, owner, number)
    first_bit = 8 * (begins + np.where(counts > 16, 16, counts))[owner] + number * bits[owner]
    # 32 bits from any bit of a byte on lie in five bytes.
    padded = np.concatenate([data, np.zeros(5, np.uint8)])
    words = np.zeros(len(owner), np.uint64)
    for byte in range(5):
        words |= padded[(first_bit >> 3) + byte].astype(np.uint64) << np.uint64(8 * byte)
    masks = (np.uint64(1) << bits[owner].astype(np.uint64)) - np.uint64(1)
    parts = words >> (first_bit & 7).astype(np.uint64) & masks
    out[groups[owner], places] |= (parts << low[groups][owner].astype(np.uint64)).astype(np.uint32)


def _places(data: Bytes, begins: Places, counts: Places, owner: Places, number: Places) -> Places:
    """Which differences have high parts: a byte each, or a bit for each difference of the group if they are many."""
    are_many = counts > 16
    places = np.zeros(len(owner), np.int64)
    is_listed = ~are_many[owner]
    places[is_listed] = data[begins[owner[is_listed]] + number[is_listed]]
    marks = np.unpackbits(data[begins[are_many][:, None] + np.arange(16)], axis=1, bitorder="little")
    if np.any(marks.sum(axis=1, dtype=np.int64) != counts[are_many]):
        raise Damage("marks of another number of high parts")
    places[~is_listed] = np.nonzero(marks)[1]
    follows = owner[1:] == owner[:-1]
    if np.any(places >= GROUP) or np.any(follows & (places[1:] <= places[:-1])):
        raise Damage("places of high parts that do not ascend to less than 128")
    return places
