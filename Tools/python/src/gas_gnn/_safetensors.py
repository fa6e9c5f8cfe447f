"""Files of safetensors: 8 bytes of header length, a JSON header, the bytes of the tensors.

https://github.com/huggingface/safetensors describes the format. docs/format.md says what gas adds: a checksum among the
metadata, which its tools check.
"""

from __future__ import annotations

import json
import os
import pathlib
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from gas_gnn._errors import FormatError

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
    except ValueError as error:
        raise FormatError(path, 8, error, "a header of JSON") from None
    metadata = header.pop(_METADATA, {})
    return {name: _tensor(path, name, entry, data[8 + length :]) for name, entry in header.items()}, metadata


def _tensor(path: str | os.PathLike[str], name: str, entry: Mapping[str, Any], data: bytes) -> Array:
    kind = _TYPES.get(entry["dtype"])
    if kind is None:
        raise FormatError(path, 8, f'"{name}" of type {entry["dtype"]}', f"tensors of {', '.join(_TYPES)}")
    start, end = entry["data_offsets"]
    shape = entry["shape"]
    if end > len(data) or end - start != np.dtype(kind).itemsize * int(np.prod(shape, dtype=np.int64)):
        raise FormatError(path, 8, f'bytes {start} to {end} for "{name}" of shape {shape}', "as many as it has")
    found: Array = np.frombuffer(data[start:end], kind).reshape(shape)
    return found


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
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _, _, data in tensors.values():
            file.write(data)
