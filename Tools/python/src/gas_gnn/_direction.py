"""Whether a list of edges is an undirected graph with both directions of each edge in it."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

from gas_gnn._columnfile import Array


@dataclasses.dataclass(frozen=True)
class Direction:
    """What was decided of a list of edges, and why in a sentence."""

    is_directed: bool
    reason: str
    repeated: int
    """Edges that stand in the list before."""


def direction(source: Array, target: Array, count: int, values: list[Array], *, merges: bool) -> Direction:
    """Decides it: undirected where every edge stands in both directions, with the same weight and features.

    `merges` says that values of repeated edges are put together, so that all of them count and not the first alone.
    """
    keys = _keys(source, target, count)
    turned = _keys(target, source, count)
    order, other = (np.argsort(numbers, kind="stable") for numbers in (keys, turned))
    first, other_first = (_firsts(numbers[places]) for numbers, places in ((keys, order), (turned, other)))
    repeated = len(keys) - int(first.sum())
    distinct = keys[order][first]
    if not np.array_equal(distinct, turned[other][other_first]):
        alone = distinct[~np.isin(distinct, turned, assume_unique=False)][0]
        ends = f"{int(alone) // count} → {int(alone) % count}"
        return Direction(True, f"directed: the edge {ends} stands in one direction alone", repeated)
    if merges:
        same = all(np.array_equal(_sorted(keys, value), _sorted(turned, value)) for value in values)
    else:
        same = all(np.array_equal(value[order[first]], value[other[other_first]]) for value in values)
    if not same:
        return Direction(True, "directed: weights or features of both directions of an edge differ", repeated)
    return Direction(False, "undirected: every edge stands in both directions", repeated)


def _keys(source: Array, target: Array, count: int) -> npt.NDArray[np.uint64]:
    keys: npt.NDArray[np.uint64] = source.astype(np.uint64) * np.uint64(count) + target.astype(np.uint64)
    return keys


def _firsts(ascending: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    """Marks the first of equal numbers."""
    marks = np.ones(len(ascending), bool)
    marks[1:] = ascending[1:] != ascending[:-1]
    return marks


def _sorted(keys: npt.NDArray[np.uint64], value: Array) -> Array:
    rows = value.reshape(len(value), -1)
    return rows[np.lexsort((*rows.T, keys))]
