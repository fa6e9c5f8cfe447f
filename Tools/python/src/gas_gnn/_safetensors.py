"""Files of safetensors: 8 bytes of header length, a JSON header, the bytes of the tensors.

https://github.com/huggingface/safetensors describes the format. docs/format.md says what gas adds: a checksum among the
metadata, which its tools check.
"""

from __future__ import annotations

import json
import math
import os
import pathlib
import struct
from collections.abc import Mapping
from typing import Any, TypeGuard

import numpy as np
import numpy.typing as npt

from gas_gnn._errors import FormatError, writable

Array = npt.NDArray[Any]

_TYPES = {"F32": "<f4", "F64": "<f8", "F16": "<f2", "I64": "<i8", "I32": "<i4"}
_METADATA = "__metadata__"


def read(path: str | os.PathLike[str]) -> tuple[dict[str, Array], dict[str, str]]:
    """The tensors of a file by their names, and the texts of its metadata."""
    data = pathlib.Path(path).read_bytes()
    length = struct.unpack_from("<Q", data)[0] if len(data) >= 8 else len(data)
    if length > len(data) - 8:
        raise FormatError(path, 0, f"{len(data)} bytes", "a header of the length that the file begins with")
    try:
        header = json.loads(data[8 : 8 + length])
    except (ValueError, RecursionError) as error:
        raise FormatError(path, 8, error, "a header of JSON") from None
    if not isinstance(header, dict):
        raise FormatError(path, 8, f"a {type(header).__name__}", "a header that is a JSON object")
    metadata = header.pop(_METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(text, str) for text in metadata.values()):
        raise FormatError(path, 8, "something else", f"texts in {_METADATA}")
    return {name: _tensor(path, name, entry, data[8 + length :]) for name, entry in header.items()}, metadata


def _tensor(path: str | os.PathLike[str], name: str, entry: object, data: bytes) -> Array:
    fields = entry if isinstance(entry, dict) else {}
    kind, shape, offsets = (fields.get(key) for key in ("dtype", "shape", "data_offsets"))
    if not isinstance(kind, str) or not _are_counts(shape) or not _are_counts(offsets) or len(offsets) != 2:
        raise FormatError(path, 8, "something else", f'dtype, shape and data_offsets for "{name}"')
    if kind not in _TYPES:
        raise FormatError(path, 8, f'"{name}" of type {kind}', f"tensors of {', '.join(_TYPES)}")
    start, end = offsets
    # Numbers of Python, which do not overflow.
    size = np.dtype(_TYPES[kind]).itemsize * math.prod(shape)
    if end > len(data) or end - start != size:
        raise FormatError(path, 8, f'bytes {start} to {end} for "{name}" of shape {shape}', "as many as it has")
    try:
        found: Array = np.frombuffer(data[start:end], _TYPES[kind]).reshape(shape)
    except ValueError as error:
        raise FormatError(path, 8, error, f'a shape of "{name}" that an array can have') from None
    return found


def _are_counts(value: object) -> TypeGuard[list[int]]:
    return isinstance(value, list) and all(type(number) is int and number >= 0 for number in value)


def write(
    path: str | os.PathLike[str],
    tensors: Mapping[str, tuple[str, tuple[int, ...], bytes]],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Writes tensors, each as its type in safetensors, its shape and its bytes, little-endian and in C order."""
    header: dict[str, Any] = {_METADATA: dict(metadata or {})}
    offset = 0
    for name, (kind, shape, data) in tensors.items():
        header[name] = {"dtype": kind, "shape": list(shape), "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with writable(path), open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _, _, data in tensors.values():
            file.write(data)
