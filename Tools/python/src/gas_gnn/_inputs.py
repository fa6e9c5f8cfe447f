"""Arrays as the files that gas-ingest reads."""

from __future__ import annotations

import pathlib
from typing import Any

import numpy as np

from gas_gnn._arrays import (
    check_edges,
    check_order,
    check_sizes,
    integer_ids,
    label_kind,
    masks,
    node_count,
)
from gas_gnn._columnfile import Array
from gas_gnn._direction import direction
from gas_gnn._errors import GasError
from gas_gnn._graphs import MASKS
from gas_gnn._optional import required
from gas_gnn._plain import is_sparse, plain

# Edges that are written at a time.
_CHUNK = 1 << 20
FLAGS = {
    "x": "features",
    "y": "labels",
    "sample_weight": "sample-weights",
    "edge_weight": "edge-weights",
    "edge_attr": "edge-features",
}


class InputWriter:
    """Writes arrays as the files that gas-ingest reads."""

    def __init__(
        self, folder: pathlib.Path, ends: tuple[Array, Array], attributes: dict[str, Any], given: int | None
    ) -> None:
        self.folder, self.notes = folder, list[str]()
        self.source, self.target = ends
        check_order(attributes)
        self.ids = _ids(attributes.pop("ids", None))
        self.attributes = {name: plain(value, name) for name, value in attributes.items()}
        check_edges(len(self.source), self.attributes)
        for name in ("y", "sample_weight", "edge_weight", "edge_attr"):
            if name in self.attributes:
                check_sizes(name, self.attributes[name])
        rows = dict(self.attributes) | ({} if self.ids is None else {"ids": self.ids})
        for name in MASKS:
            if name in rows and rows[name].dtype != bool:
                del rows[name]  # Places of nodes, perhaps.
        self.count = node_count(given, ends, rows)
        if self.ids is not None and len(set(self.ids.tolist())) != self.count:
            raise GasError("ids: expected a different one for each node, found one twice")

    def flags(self, directed: bool | None, options: dict[str, Any]) -> list[str]:
        """Writes all files, and returns the flags that name them."""
        flags = self._nodes(options)
        if len(self.source) == 0:
            raise GasError("expected edges, found none: gas_gnn.write_table makes stores without, for an mlp")
        kept = self._decided(directed, options, flags)
        flags += self._edges(kept)
        for name in ("edge_weight", "edge_attr"):
            if name in self.attributes:
                flags.append(self._array(name, self.attributes[name][kept]))
        return flags

    def _decided(self, directed: bool | None, options: dict[str, Any], flags: list[str]) -> Any:
        """Adds the flag for the direction; returns which edges are written."""
        merges = options.get("duplicates", "first") != "first"
        if directed is not None:
            flags.append("--directed" if directed else "--undirected")
            return slice(None)
        values = [self.attributes[name] for name in ("edge_weight", "edge_attr") if name in self.attributes]
        found = direction(self.source, self.target, self.count, values, merges=merges)
        advice = "; pass directed=False to let messages go both ways" if found.is_directed else ""
        self.notes.append(found.reason + advice)
        if found.repeated and not merges:
            self.notes.append(repeated_note(found.repeated))
        flags.append("--directed" if found.is_directed else "--undirected")
        return slice(None) if found.is_directed else self.source <= self.target

    def _nodes(self, options: dict[str, Any]) -> list[str]:
        flags = [] if self.ids is not None else [f"--nodes={self.count}"]
        for name in ("x", "y", "sample_weight"):
            if name in self.attributes:
                flags.append(self._array(name, self.attributes[name]))
        if "y" in self.attributes and "label_kind" not in options:
            kind = label_kind(self.attributes["y"])
            flags += [f"--label-kind={kind}"] if kind else []
        for part, mask in masks(self.attributes, self.count).items():
            np.save(self.folder / f"{part}.npy", mask[:, 0] if mask.shape[1] == 1 else mask)
            flags.append(f"--{part}={self.folder / part}.npy")
        return flags

    def _array(self, name: str, value: Any) -> str:
        file = self.folder / f"{name}.npy"
        if is_sparse(value):
            file = file.with_suffix(".npz")
            required("scipy.sparse", "sparse features").save_npz(file, value.tocsr(), compressed=False)
        else:
            np.save(file, value.astype(np.uint8) if value.dtype == bool else value)
        return f"--{FLAGS[name]}={file}"

    def _edges(self, kept: Any) -> list[str]:
        source, target = self.source[kept], self.target[kept]
        if self.ids is not None and self.ids.dtype == object:
            return self._named_edges(source, target)
        file = self.folder / "edges.bin"
        kind = np.dtype("<u4" if self.ids is None else "<i8")
        with open(file, "wb") as out:
            for start in range(0, len(source), _CHUNK):
                pairs = np.stack([ends[start : start + _CHUNK] for ends in (source, target)], axis=1)
                out.write((pairs if self.ids is None else self.ids[pairs]).astype(kind).tobytes())
        flags = [str(file), "--binary=u32" if self.ids is None else "--binary=i64"]
        if self.ids is not None:
            np.save(self.folder / "ids.npy", self.ids)
            flags.append(f"--ids={self.folder / 'ids.npy'}")
        return flags

    def _named_edges(self, source: Array, target: Array) -> list[str]:
        assert self.ids is not None
        names = np.array([text.encode(errors="surrogateescape") for text in self.ids], object)
        with open(self.folder / "ids.txt", "wb") as out:
            out.writelines(name + b"\n" for name in names)
        with open(self.folder / "edges.tsv", "wb") as out:
            for start in range(0, len(source), _CHUNK):
                ends = (names[part[start : start + _CHUNK]] for part in (source, target))
                out.writelines(a + b"\t" + b + b"\n" for a, b in zip(*ends, strict=True))
        return [
            str(self.folder / "edges.tsv"),
            f"--ids={self.folder / 'ids.txt'}",
            "--string-ids",
            "--separator=tab",
            "--comment=none",
            "--skip-lines=0",
        ]


def repeated_note(count: int, *, both: bool = False) -> str:
    """A note about edges that stand in the list before, perhaps (`both`) in the other direction."""
    if both:
        which = "1 edge repeats another" if count == 1 else f"{count} edges repeat others"
        return f"{which}, in the same direction or the other, and each pair counts once"
    which = "1 edge repeats another and does" if count == 1 else f"{count} edges repeat others and do"
    return f"{which} not count (PyG counts them); duplicates='sum' with edge_weight adds their weights"


def _ids(value: Any) -> Array | None:
    """Integers, or an object array of texts that a line of a file can hold."""
    if value is None:
        return None
    array = np.asarray(value.detach().cpu().numpy() if hasattr(value, "detach") else value)
    if array.ndim != 1:
        raise GasError(f"ids: expected one for each node, found {list(array.shape)}")
    if array.dtype.kind in "iu":
        return integer_ids(array)
    if all(isinstance(number, int) and not isinstance(number, bool) for number in array.tolist()):
        return integer_ids(array)
    if not all(isinstance(text, str) for text in array.tolist()):
        other = next(text for text in array.tolist() if not isinstance(text, str))
        raise GasError(f"ids: expected integers or texts, found {other!r}")
    for text in array.tolist():
        if not text or text != text.strip() or not text.isprintable():
            raise GasError(
                f"ids: expected texts without blanks at their ends and without control characters, found {text!r}"
            )
    return np.array(array.tolist(), object)
