"""A store as PyTorch Geometric's remote backend: NeighborLoader((feature_store, graph_store), …)."""

from __future__ import annotations

import mmap
import os
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch_geometric.data import FeatureStore as RemoteFeatures
from torch_geometric.data import GraphStore as RemoteGraph
from torch_geometric.data import TensorAttr
from torch_geometric.data.graph_store import EdgeAttr, EdgeLayout

from gas_gnn._adjacency import places_of
from gas_gnn._errors import GasError
from gas_gnn._scratch import scratch_file
from gas_gnn._store import Store

Integers = npt.NDArray[np.int64]
_READ_ONLY = "a store is read-only: gas_gnn.write makes one"


class FeatureStore(RemoteFeatures):  # type: ignore[misc]
    """`x`, `y` and the masks of nodes, by their places in input order.

    They are gathered from the mapped files, so that a batch reads its own rows; pages of the files belong to the page
    cache. In memory are 8 bytes a node, which say where each stands.
    """

    def __init__(self, store: Store | str | os.PathLike[str]) -> None:
        super().__init__()
        self.store = store if isinstance(store, Store) else Store(store)

    def _rows(self, name: str, nodes: Integers) -> Any:
        if name == "x" and self.store.manifest.features:
            found = self.store.feature_rows(nodes)
            return found.toarray() if hasattr(found, "toarray") else found
        if name == "y" and self.store.manifest.labels:
            return self.store.label_rows(nodes)
        if name in _MASKS and self.store.manifest.split_count:
            mask = self.store.split_rows(nodes) == 1 + _MASKS.index(name)
            return mask[:, 0] if mask.shape[1] == 1 else mask
        return None

    def _get_tensor(self, attr: TensorAttr) -> torch.Tensor | None:
        found = (
            self._rows(attr.attr_name, _places(attr.index, self.store.num_nodes)) if attr.group_name is None else None
        )
        return None if found is None else torch.from_numpy(np.ascontiguousarray(found))

    def _get_tensor_size(self, attr: TensorAttr) -> tuple[int, ...] | None:
        found = self._rows(attr.attr_name, np.zeros(1, np.int64)) if attr.group_name is None else None
        return None if found is None else (self.store.num_nodes, *found.shape[1:])

    def get_all_tensor_attrs(self) -> list[TensorAttr]:
        """What the store has of x, y and the masks."""
        node = np.zeros(1, np.int64)
        return [TensorAttr(None, name) for name in ("x", "y", *_MASKS) if self._rows(name, node) is not None]

    def _put_tensor(self, tensor: Any, attr: TensorAttr) -> bool:
        raise GasError(_READ_ONLY)

    def _remove_tensor(self, attr: TensorAttr) -> bool:
        raise GasError(_READ_ONLY)


_MASKS = ("train_mask", "val_mask", "test_mask")


def _places(index: Any, count: int) -> Integers:
    """The nodes that an index means: None is all."""
    if index is None or isinstance(index, slice):
        return np.arange(count)[index or slice(None)]
    found = index.detach().cpu().numpy() if isinstance(index, torch.Tensor) else np.asarray(index)
    return np.flatnonzero(found) if found.dtype == bool else np.atleast_1d(found)


class GraphStore(RemoteGraph):  # type: ignore[misc]
    """The edges of a store as PyG's CSC: `row`, the sources, and `colptr`, where those of each node begin.

    PyG's samplers want both as int64 tensors of the whole graph. They are made once, partition by partition, in a
    file without a name in `scratch` (else the folder for temporary files), of 8 bytes an entry and 8 a node, and
    mapped: so they are not in memory, and go with this object. Edge i is column i of `Store.edge_index()`, whose
    weights and features are `Store.edge_weight` and `edge_attr`.
    """

    def __init__(self, store: Store | str | os.PathLike[str], scratch: str | os.PathLike[str] | None = None) -> None:
        super().__init__()
        opened = store if isinstance(store, Store) else Store(store)
        self.store, self._scratch = opened, scratch
        self.colptr, self.row = _mapped_csc(opened, scratch)

    def __reduce__(self) -> Any:
        # Workers that are not forked make their own file.
        return GraphStore, (self.store, self._scratch)

    def get_all_edge_attrs(self) -> list[EdgeAttr]:
        """The one kind of edges."""
        count = self.store.num_nodes
        return [EdgeAttr(None, EdgeLayout.CSC, is_sorted=True, size=(count, count))]

    def _get_edge_index(self, edge_attr: EdgeAttr) -> tuple[torch.Tensor, torch.Tensor] | None:
        if edge_attr.edge_type is not None or edge_attr.layout != EdgeLayout.CSC:
            return None
        return self.row, self.colptr

    def _put_edge_index(self, edge_index: Any, edge_attr: EdgeAttr) -> bool:
        raise GasError(_READ_ONLY)

    def _remove_edge_index(self, edge_attr: EdgeAttr) -> bool:
        raise GasError(_READ_ONLY)


def _mapped_csc(store: Store, scratch: str | os.PathLike[str] | None) -> tuple[torch.Tensor, torch.Tensor]:
    """colptr and row in a file without a name."""
    length = store.num_nodes + 1 + store.num_edges
    with scratch_file(scratch, 8 * length) as file:
        mapped = mmap.mmap(file.fileno(), 8 * length)
    numbers: npt.NDArray[np.int64] = np.frombuffer(mapped, np.int64)
    colptr, row = numbers[: store.num_nodes + 1], numbers[store.num_nodes + 1 :]
    for partition in store.partitions():
        colptr[1 + partition.nodes] = partition.degrees
    np.cumsum(colptr, out=colptr)
    for partition in store.partitions():
        row[places_of(partition, colptr)] = store.order[partition.source_rows()]
    # Batches read lists here and there: nothing need be read ahead of them.
    mapped.madvise(mmap.MADV_RANDOM)
    return torch.from_numpy(colptr), torch.from_numpy(row)
