"""Tensors of a run's weights, for PyTorch's side of comparisons."""

import json
import pathlib

import numpy as np
import torch


def read_safetensors(path: str | pathlib.Path) -> dict[str, torch.Tensor]:
    """The float32 tensors of a file, by name."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        assert entry["dtype"] == "F32", f"{path}: {name} is not float32"
        first, end = entry["data_offsets"]
        tensors[name] = torch.from_numpy(np.frombuffer(data[first:end], np.float32).reshape(entry["shape"]).copy())
    return tensors
