"""What users give as arrays, tensors, lists or frames, as arrays of NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np

from gas_gnn._columnfile import Array
from gas_gnn._errors import GasError
from gas_gnn._optional import required

_MISSING = ("NoneType", "NAType", "NaTType")


def plain(value: Any, name: str) -> Array:
    """A NumPy array of an array, a tensor, a list or a frame."""
    if hasattr(value, "detach"):  # torch
        value = _of_tensor(value.detach().cpu(), name)
    if hasattr(value, "dtypes") and hasattr(value, "columns"):  # pandas
        wrong = [str(column) for column, kind in value.dtypes.items() if getattr(kind, "kind", "O") not in "biuf"]
        if wrong:
            raise GasError(f"{name}: column {wrong[0]} holds no numbers; gas_gnn.write_table encodes words and dates")
        value = value.to_numpy()
    if is_sparse(value):
        return value  # type: ignore[no-any-return]  # Sparse, which gas-ingest reads as it is.
    try:
        array = np.asarray(value)
    except ValueError:
        raise GasError(
            f"{name}: expected an array, found a {type(value).__name__} with rows of several lengths"
        ) from None
    if array.dtype.kind not in "biuf":
        raise GasError(f"{name}: {_no_numbers(array, name)}")
    return array


def _no_numbers(array: Array, name: str) -> str:
    """What is wrong with an array that does not hold numbers."""
    is_mask = name.endswith("_mask")
    wanted = "booleans or places of nodes" if is_mask else "numbers"
    parts = [] if array.dtype != object else array.ravel().tolist()
    if array.dtype.kind in "US" or any(isinstance(part, str) for part in parts):
        advice = "" if is_mask else "; numpy.unique(…, return_inverse=True) numbers them"
        return f"expected {wanted}, found texts{advice}"
    if any(hasattr(part, "__len__") for part in parts):
        return f"expected {wanted}, found rows of several lengths"
    # The missing values of pandas cannot be compared.
    lacking = next((place for place, part in enumerate(parts) if type(part).__name__ in _MISSING), None)
    if lacking is None:
        return f"expected {wanted}, found {array.dtype}"
    advice = "" if is_mask else "; missing values may be NaN, in an array of floats"
    return f"expected {wanted}, found {array.dtype} with nothing at index {lacking}{advice}"


def _of_tensor(tensor: Any, name: str) -> Any:
    """An array of a tensor on the CPU; a sparse one becomes a matrix of SciPy."""
    if str(tensor.dtype) == "torch.bfloat16":
        tensor = tensor.float()
    if str(tensor.layout) == "torch.strided":
        return tensor.numpy()
    if tensor.dim() != 2 or name != "x":
        raise GasError(f"{name}: expected an array, found a sparse tensor {list(tensor.shape)}: to_dense() makes one")
    rows, columns, values = coo_of_tensor(tensor)
    return required("scipy.sparse", "sparse features").csr_matrix((values, (rows, columns)), shape=tuple(tensor.shape))


def coo_of_tensor(tensor: Any) -> tuple[Array, Array, Array]:
    """Rows, columns and values of the entries of a sparse tensor; entries of one place are added, as torch does."""
    entries = tensor.detach().cpu().to_sparse_coo().coalesce()
    rows, columns = (part.numpy() for part in entries.indices())
    values = entries.values()
    values = (values.float() if str(values.dtype) == "torch.bfloat16" else values).numpy()
    if "_bs" in str(tensor.layout):
        # Blocks are filled up with zeros, which are no entries.
        kept = values != 0
        rows, columns, values = rows[kept], columns[kept], values[kept]
    return rows, columns, values


def is_sparse(value: Any) -> bool:
    """Whether it is a matrix of SciPy."""
    return hasattr(value, "tocsr")
