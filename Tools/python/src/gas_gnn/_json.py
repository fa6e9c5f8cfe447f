"""JSON files with the checksum of docs/format.md in them."""

from __future__ import annotations

import json
import os
import pathlib
import re
import zlib
from typing import Any

from gas_gnn._errors import FormatError, readable

_CHECKSUM = re.compile(rb'"checksum"\s*:\s*"([0-9a-f]{8})"')


def sealed(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Reads an object and compares its checksum, if it has one. Older files of runs have none."""
    return parsed(_read(path), path)


def with_checksum(path: str | os.PathLike[str]) -> tuple[dict[str, Any], str]:
    """Reads an object that has a checksum, which is compared, and what that is."""
    value, stated = _opened(_read(path), path, None)
    if stated is None:
        raise FormatError(path, None, "none", "a checksum")
    return value, str(stated)


def _read(path: str | os.PathLike[str]) -> bytes:
    try:
        with readable():
            return pathlib.Path(path).read_bytes()
    except FileNotFoundError:
        raise FormatError(
            path, None, "no file", "what was there when it was opened; it has been removed since"
        ) from None


def parsed(data: bytes, path: str | os.PathLike[str], offset: int | None = None) -> dict[str, Any]:
    """An object of JSON; without `checksum` and `checksum-kind`, which belong to the file and not to what it says."""
    return _opened(data, path, offset)[0]


def _opened(data: bytes, path: str | os.PathLike[str], offset: int | None) -> tuple[dict[str, Any], object]:
    """The object, and the checksum that it states, which was compared; None without one."""
    try:
        value = json.loads(data)
    except ValueError as error:
        raise FormatError(path, offset, error, "JSON") from None
    if not isinstance(value, dict):
        raise FormatError(path, offset, f"a {type(value).__name__}", "a JSON object")
    kind = value.pop("checksum-kind", None)
    stated = value.pop("checksum", None)
    if stated is None and kind is not None:
        raise FormatError(path, offset, "none", "a checksum")
    if stated is not None:
        _check(data, path, offset, stated)
    return value, stated


def _check(data: bytes, path: str | os.PathLike[str], offset: int | None, stated: object) -> None:
    for place in _CHECKSUM.finditer(data):
        if place[1].decode() == stated:
            blank = data[: place.start(1)] + b"0" * 8 + data[place.end(1) :]
            found = f"{zlib.crc32(blank):08x}"
            if found != stated:
                raise FormatError(path, offset, found, f"the checksum {stated}")
            return
    raise FormatError(path, offset, stated, "a checksum of eight hexadecimal digits")
