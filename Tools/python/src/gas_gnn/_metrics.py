"""metrics.jsonl: a record for each epoch."""

from __future__ import annotations

import pathlib
from typing import Any

import numpy as np

from gas_gnn._columnfile import Array
from gas_gnn._errors import FormatError, readable
from gas_gnn._json import parsed


def read_records(path: pathlib.Path) -> list[dict[str, Any]]:
    """All records, each compared with its checksum. A last line that is cut belongs to an epoch under way."""
    if not path.parent.exists():
        raise FormatError(path.parent, None, "nothing", "the folder of a run; was the store moved, or the run removed?")
    with readable():
        data = path.read_bytes() if path.exists() else b""
    records, offset = [], 0
    for line in data.splitlines(keepends=True):
        if line.endswith(b"\n"):
            records.append(parsed(line, path, offset))
        offset += len(line)
    return records


def table(records: list[dict[str, Any]]) -> dict[str, Array]:
    """A column for each number of the records, with dots between nested keys: `scores.val.macroF1`, `layer1.drift`.

    Numbers that a record lacks are NaN.
    """
    flat = [_flat(record) for record in records]
    names = dict.fromkeys(name for row in flat for name in row)
    return {name: _column([row.get(name) for row in flat]) for name in names}


def _flat(record: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in record.items():
        if key == "staleness" and isinstance(value, list):
            for layer in value:
                found.update(_flat({name: layer[name] for name in layer if name != "layer"}, f"layer{layer['layer']}."))
        elif isinstance(value, dict):
            found.update(_flat(value, f"{prefix}{key}."))
        elif not isinstance(value, list):
            found[prefix + key] = value
    return found


def _column(values: list[Any]) -> Array:
    if all(isinstance(value, bool) for value in values):
        return np.array(values, bool)
    if all(isinstance(value, int) for value in values):
        return np.array(values, np.int64)
    if all(value is None or isinstance(value, (int, float)) for value in values):
        return np.array([np.nan if value is None else value for value in values], np.float64)
    return np.array(values, object)
