"""What users give as arrays, checked: edges, features, labels, masks."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import numpy.typing as npt

from gas_gnn._columnfile import Array
from gas_gnn._errors import GasError
from gas_gnn._plain import is_sparse, plain

Integers = npt.NDArray[np.int64]


def edge_ends(edge_index: Any) -> tuple[Array, Array]:
    """Sources and targets of an edge_index [2, E], as integers that are not negative."""
    ends = plain(edge_index, "edge_index")
    if ends.ndim != 2 or ends.shape[0] != 2:
        turned = "; its transpose has that shape" if ends.ndim == 2 and ends.shape[1] == 2 else ""
        raise GasError(f"edge_index: expected the shape [2, edges], found {list(ends.shape)}{turned}")
    if ends.shape[1] == 0:
        ends = ends.astype(np.int64)
    if ends.dtype.kind not in "iu":
        raise GasError(f"edge_index: expected integers, found {ends.dtype}")
    return ends[0], ends[1]


def integer_ids(values: Any) -> Integers:
    """Ids that are integers, as a store keeps them."""
    try:
        ids = np.asarray(values)
        # A list may hold integers that no type of NumPy does.
        if len(ids) == 0 or ids.dtype.kind == "i" or (ids.dtype.kind == "u" and int(ids.max()) < 2**63):
            return ids.astype(np.int64)
    except OverflowError:
        pass
    largest = max((int(value) for value in values), key=abs)
    raise GasError(f"ids: expected integers from -2^63 to 2^63 - 1, found {largest}: pass them as texts")


def check_order(attributes: dict[str, Any]) -> None:
    """Refuses frames of pandas whose index tells another order of the nodes than their rows have.

    Rows belong to nodes by their place. A frame that was shuffled or sorted has the numbers of its nodes in its index.
    """
    known: tuple[str, Any] | None = None
    for name, value in attributes.items():
        index: Any = getattr(value, "index", None)
        if name.startswith("edge_") or not hasattr(index, "equals"):
            continue
        if index.dtype.kind in "iu" and not index.is_monotonic_increasing:
            places = np.sort(index.to_numpy())
            if np.array_equal(places, np.arange(len(places))):
                raise GasError(
                    f"{name}: expected rows in the order of the nodes, found an index that begins with {index[0]}:"
                    " sort_index() brings them there, reset_index(drop=True) keeps the order of the rows"
                )
        if known is not None and not index.equals(known[1]) and index.sort_values().equals(known[1].sort_values()):
            raise GasError(f"{name}: expected rows in the order of {known[0]}, found them in another: reindex one")
        known = known or (name, index)


def node_number(given: Any) -> int:
    """The `num_nodes` that a user gave."""
    is_whole = isinstance(given, (int, np.integer)) and not isinstance(given, bool)
    if not is_whole or given < 1:
        raise GasError(f"num_nodes: expected a whole number from 1, found {given!r}")
    return int(given)


def node_count(given: int | None, edges: tuple[Array, Array], attributes: dict[str, Any]) -> int:
    """How many nodes there are: as said, else as many as the arrays have rows, else one more than the largest end."""
    rows = {name: value.shape[0] for name, value in attributes.items() if not name.startswith("edge_")}
    count = given if given is not None else next(iter(rows.values()), None)
    largest = max((int(ends.max()) for ends in edges if len(ends)), default=-1)
    if count is None:
        count = largest + 1
    if count < 1:
        raise GasError("expected a graph with nodes and edges, found none")
    for name, found in rows.items():
        if found != count:
            source = next((f", as {other} has" for other, same in rows.items() if same == count), "")
            raise GasError(f"{name}: expected a row for each of {count} nodes{source}, found {found}")
    if largest >= count:
        raise GasError(f"edge_index: expected nodes 0 to {count - 1}, found {largest}")
    for ends in edges:
        if len(ends) and ends.dtype.kind == "i" and int(ends.min()) < 0:
            raise GasError(f"edge_index: expected nodes 0 to {count - 1}, found {ends.min()}")
    return int(count)


def places_of_nodes(nodes: npt.ArrayLike, count: int, name: str = "nodes") -> Integers:
    """Places of nodes in input order, of which there are `count`: a vector of integers, or a mask."""
    try:
        places = np.asarray(nodes)
    except ValueError:
        expected = f"places from 0 to {count - 1} as a vector of integers"
        raise GasError(f"{name}: expected {expected}, found rows of several lengths") from None
    if places.dtype == bool:
        if places.shape != (count,):
            raise GasError(f"{name}: expected a mask of {count}, found {places.shape}")
        return np.flatnonzero(places)
    if places.ndim != 1 or (len(places) and places.dtype.kind not in "iu"):
        found = f"{places.dtype} {list(places.shape)}"
        if places.ndim == 1 and places.dtype.kind == "f":
            found += f" such as {places[int(np.argmax(places != np.floor(places)))]}"
        raise GasError(f"{name}: expected places from 0 to {count - 1} as a vector of integers, found {found}")
    # Negative numbers would count from the end.
    wrong = (places < 0) | (places >= count)
    if wrong.any():
        first = int(np.argmax(wrong))
        raise GasError(f"{name}: expected places from 0 to {count - 1}, found {places[first]} at index {first}")
    return places.astype(np.int64, copy=False)


def place_of(value: Any, count: int, name: str, first: int = 0) -> int:
    """A number among `count`, counted from `first`. Negative ones do not count from the end."""
    is_whole = isinstance(value, (int, np.integer)) and not isinstance(value, (bool, np.bool_))
    if not is_whole or not first <= value < first + count:
        raise GasError(f"{name}: expected a whole number from {first} to {first + count - 1}, found {value!r}")
    return int(value)


def check_edges(edge_count: int, attributes: dict[str, Any]) -> None:
    """What belongs to edges has a row for each."""
    for name in ("edge_weight", "edge_attr"):
        if name in attributes and len(attributes[name]) != edge_count:
            found = len(attributes[name])
            raise GasError(f"{name}: expected a row for each of {edge_count} edges, found {found}")
    if "edge_weight" in attributes:
        weight = attributes["edge_weight"]
        if weight.ndim == 2 and weight.shape[1] == 1:
            attributes["edge_weight"] = weight = weight[:, 0]
        if weight.ndim != 1:
            raise GasError(
                f"edge_weight: expected a number for each edge, found {list(weight.shape)}; edge_attr takes rows"
            )


def check_sizes(name: str, values: Array) -> None:
    """Refuses numbers that float32, in which stores keep them, would turn into 0 or infinity."""
    if is_sparse(values) or values.dtype.kind != "f" or values.dtype.itemsize <= 4:
        return
    with np.errstate(over="ignore", under="ignore"):
        kept = values.astype(np.float32)
    wrong = ((kept == 0) & (values != 0)) | (np.isinf(kept) & np.isfinite(values))
    if wrong.any():
        place = tuple(int(index) for index in np.argwhere(wrong)[0])
        raise GasError(
            f"{name}: expected numbers that float32 holds (0, or sizes from 1.4e-45 to 3.4e38), found {values[place]}"
            f" at index {place[0] if len(place) == 1 else place}: give them another unit"
        )


def label_kind(y: Array) -> str | None:
    """How labels are to be read where their type tells it; None leaves it to gas-ingest.

    Refuses numbers that may be classes or values.
    """
    if is_sparse(y) or y.dtype.kind != "f":
        return None
    known = y[~np.isnan(y)]
    is_whole = bool(np.all(known == np.floor(known)))
    if not is_whole:
        return "regression"
    if y.ndim == 2 and y.shape[1] > 1 and bool(np.all((known == 0) | (known == 1))):
        return "multi-label"
    raise GasError(
        f'y: {y.dtype} numbers that are whole may be classes or values: pass label_kind="classes" or "regression"'
        ' ("multi-label" for several of 0 and 1)'
    )


def masks(attributes: dict[str, Any], count: int) -> dict[str, npt.NDArray[np.bool_]]:
    """Masks [N, splits], all with as many splits; places of nodes become masks too."""
    found = {
        part: _mask(attributes[f"{part}_mask"], f"{part}_mask", count)
        for part in ("train", "val", "test")
        if f"{part}_mask" in attributes
    }
    splits = max((mask.shape[1] for mask in found.values()), default=1)
    for part, mask in found.items():
        if mask.shape[1] not in (1, splits):
            raise GasError(f"{part}_mask: expected one split or {splits}, found {mask.shape[1]}")
        # One test set for several splits, as PyG's WikiCS has it.
        found[part] = np.repeat(mask, splits, axis=1) if mask.shape[1] < splits else mask
    return found


def _mask(value: Array, name: str, count: int) -> npt.NDArray[np.bool_]:
    if value.dtype == bool or (value.dtype == np.uint8 and value.shape[0] == count and bool(np.all(value <= 1))):
        if value.shape[0] != count or value.ndim > 2:
            raise GasError(f"{name}: expected a mask of {count} nodes, found {list(value.shape)}")
        return np.asarray(value, bool).reshape(count, -1)
    if value.dtype.kind not in "iu" or value.ndim != 1:
        raise GasError(f"{name}: expected booleans or places of nodes, found {value.dtype} {list(value.shape)}")
    if value.shape[0] == count and count > 2 and bool(np.all((value == 0) | (value == 1))):
        raise GasError(f"{name}: {value.dtype} numbers may be a mask or places of nodes: pass booleans")
    wrong = (value < 0) | (value >= count)
    if wrong.any():
        raise GasError(f"{name}: expected places 0 to {count - 1}, found {value[wrong][0]}")
    mask = np.zeros((count, 1), bool)
    mask[value] = True
    return mask


def is_path(value: Any) -> bool:
    """Whether it names a file."""
    return isinstance(value, (str, os.PathLike))
