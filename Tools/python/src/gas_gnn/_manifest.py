"""What a store is: manifest.json and encoding.json."""

from __future__ import annotations

import dataclasses
import itertools
import os
import pathlib
import zlib
from typing import Any

from gas_gnn._errors import FormatError, GasError, readable
from gas_gnn._json import parsed, with_checksum

VERSIONS = (1, 2, 3)
SHARD_VERSION = 4


@dataclasses.dataclass(frozen=True)
class PartitionTable:
    """Where the rows, entries and halo rows of each partition begin, and behind the last one."""

    nodes: list[int]
    edges: list[int]
    halos: list[int]

    def __len__(self) -> int:
        return len(self.nodes) - 1


class Manifest:
    """manifest.json, checked: version, checksum, and the numbers that are computed with."""

    @readable()
    def __init__(self, folder: pathlib.Path) -> None:
        self.path = folder / "manifest.json"
        if not folder.is_dir():
            raise FormatError(folder, None, "a file" if folder.exists() else "nothing", "a store, which is a folder")
        if not self.path.is_file():
            raise FormatError(self.path, None, "no such file", "a store; gas-ingest and gas_gnn.write make one")
        self.keys, self.checksum = with_checksum(self.path)
        version = self.keys.get("formatVersion")
        if version == SHARD_VERSION:
            raise FormatError(self.path, None, self._shard(), "a whole store; gas-run works on its shards, with mpirun")
        if version not in VERSIONS:
            raise FormatError(self.path, None, version, "format version 1 to 3; a newer gas-gnn may read it")
        self.node_count = self._count("nodeCount", 1)
        self.edge_count = self._count("edgeCount")
        self.split_count = self._count("splitCount")
        self.is_directed = self.keys.get("directed") is True
        self.is_weighted = self.keys.get("weighted") is True
        self.id_kind = self.keys.get("idKind")
        if self.id_kind not in ("sequential", "integer", "string"):
            raise FormatError(self.path, None, self.id_kind, "idKind sequential, integer or string")
        self.features: dict[str, Any] = self._part("features")
        self.edge_features: dict[str, Any] = self._part("edgeFeatures")
        self.labels: dict[str, Any] = self._part("labels")
        self.partitions = self._partitions()
        self.columns = self._columns()

    def _shard(self) -> str:
        shard = self._part("shard")
        return f"the part of rank {shard.get('rank')} of {shard.get('ranks')}"

    def _count(self, key: str, least: int = 0) -> int:
        value = self.keys.get(key)
        if not isinstance(value, int) or value < least:
            raise FormatError(self.path, None, f"{key} {value}", f"a number of at least {least}")
        return value

    def _part(self, key: str) -> dict[str, Any]:
        value = self.keys.get(key, {})
        if not isinstance(value, dict):
            raise FormatError(self.path, None, f"{key} {value}", "an object")
        return value

    def _columns(self) -> dict[str, dict[str, Any]]:
        try:
            return {str(entry["name"]): dict(entry) for entry in self.keys["columns"]}
        except (KeyError, TypeError, ValueError):
            raise FormatError(self.path, None, "a broken list", "columns with their names") from None

    def _partitions(self) -> PartitionTable:
        table = self._part("partitions")
        nodes = self._starts(table.get("nodeStarts"), self.node_count)
        edges = self._starts(table.get("edgeStarts"), self.edge_count)
        halos = self._starts(table.get("haloStarts"), None)
        if not len(nodes) == len(edges) == len(halos):
            raise self._bad_table()
        return PartitionTable(nodes, edges, halos)

    def _starts(self, numbers: object, end: int | None) -> list[int]:
        if not isinstance(numbers, list) or len(numbers) < 2 or not all(isinstance(number, int) for number in numbers):
            raise self._bad_table()
        ascends = numbers[0] == 0 and all(a <= b for a, b in itertools.pairwise(numbers))
        if not ascends or (end is not None and numbers[-1] != end):
            raise self._bad_table()
        return numbers

    def _bad_table(self) -> FormatError:
        return FormatError(self.path, None, "a bad partition table", "starts that ascend from 0")

    def encoding(self) -> dict[str, Any] | None:
        """encoding.json, which stores of tables have."""
        entry = self.keys.get("tableEncoding")
        if entry is None:
            return None
        path = self.path.parent / "encoding.json"
        try:
            with readable():
                data = path.read_bytes()
        except FileNotFoundError:
            raise FormatError(path, None, "no file", "the encoding that the manifest names") from None
        found = f"{zlib.crc32(data):08x}"
        if len(data) != entry["byteCount"] or found != entry["checksum"]:
            expected = f"{entry['byteCount']} bytes of checksum {entry['checksum']}"
            raise FormatError(path, 0, f"{len(data)} bytes of checksum {found}", expected)
        return parsed(data, path)


def feature_names(columns: list[dict[str, Any]]) -> list[str]:
    """A name for each feature that columns of tables became: amount, country=CH, note#3, age?."""
    names: list[str] = []
    for column in columns:
        name, kind = str(column["name"]), column["kind"]
        if kind == "category":
            names += [f"{name}={word}" for word in column["categories"]]
        elif kind == "hash":
            names += [f"{name}#{bucket}" for bucket in range(column["buckets"])]
        elif kind != "none":
            names.append(name)
        if column.get("flagsGaps"):
            names.append(f"{name}?")
    return names


def folder_of(path: str | os.PathLike[str]) -> pathlib.Path:
    """The folder that a user's path means."""
    if not isinstance(path, (str, os.PathLike)) or not os.fspath(path):
        raise GasError(f"expected a store or the path of one, found {path!r}")
    return pathlib.Path(path).expanduser()
