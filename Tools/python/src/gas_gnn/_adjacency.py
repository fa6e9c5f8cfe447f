"""Edges of a store, by partition and as a whole."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gas_gnn._columnfile import Array
from gas_gnn._errors import FormatError
from gas_gnn._optional import required

if TYPE_CHECKING:
    from gas_gnn._store import Store

Integers = npt.NDArray[np.int64]


class Partition:
    """A partition of a store: n nodes, the edges to them, and the h nodes of other partitions that these come from.

    Arrays have a row for each of the n nodes, in the store's order; `nodes` says where they stand in input order.
    """

    def __init__(self, store: Store, number: int) -> None:
        self.store = store
        self.number = number
        table = store.manifest.partitions
        self.start, self.stop = table.nodes[number], table.nodes[number + 1]
        self._edges = table.edges[number], table.edges[number + 1]
        self._halo = table.halos[number], table.halos[number + 1]

    def __len__(self) -> int:
        return self.stop - self.start

    def __repr__(self) -> str:
        return (
            f"Partition({self.number}): {len(self)} nodes, {self.num_edges} edges, {self._halo[1] - self._halo[0]} halo"
        )

    @property
    def num_edges(self) -> int:
        """How many entries there are to the partition's nodes."""
        return self._edges[1] - self._edges[0]

    @functools.cached_property
    def nodes(self) -> npt.NDArray[np.uint32]:
        """Places of the partition's nodes in input order."""
        found: npt.NDArray[np.uint32] = self.store.column("order").rows(self.start, self.stop)
        return found

    @functools.cached_property
    def halo_rows(self) -> npt.NDArray[np.uint32]:
        """Rows of the store in which the halo stands, ascending."""
        found: npt.NDArray[np.uint32] = self.store.column("halo").rows(*self._halo)
        if len(found) and int(found.max()) >= self.store.num_nodes:
            path = self.store.path / "columns/halo.gascol"
            raise FormatError(path, None, int(found.max()), f"rows below {self.store.num_nodes}")
        return found

    @property
    def halo(self) -> npt.NDArray[np.uint32]:
        """Places of the halo in input order. They may be anywhere, so the store keeps 4 bytes a node in memory."""
        return self.store.order[self.halo_rows]

    @property
    def ids(self) -> Array:
        """Original ids of the partition's nodes."""
        return self.store.ids_of_rows(self.start, self.stop)

    @property
    def features(self) -> Any:
        """Features of the partition's nodes; None without features."""
        reader = self.store.feature_reader
        return None if reader is None else reader.between(self.start, self.stop)

    @property
    def labels(self) -> Array | None:
        """Labels of the partition's nodes, as `Store.labels` has them."""
        return self.store.labels_of_rows(self.start, self.stop) if self.store.manifest.labels else None

    @property
    def splits(self) -> npt.NDArray[np.uint8] | None:
        """uint8 [n, S]: the part that each node is in, as `Store.splits` has it."""
        return self.store.column("splits").rows(self.start, self.stop) if self.store.manifest.split_count else None

    @functools.cached_property
    def degrees(self) -> Integers:
        """Entries of each node's list."""
        found = self.store.column("degrees").rows(self.start, self.stop).astype(np.int64)
        if int(found.sum()) != self.num_edges:
            path = self.store.path / "columns/degrees.gascol"
            raise FormatError(path, None, f"degrees of {found.sum()}", f"{self.num_edges} in partition {self.number}")
        return found

    @functools.cached_property
    def neighbours(self) -> npt.NDArray[np.uint32]:
        """What each entry comes from: below n the partition's own node, and behind it a halo node."""
        found: npt.NDArray[np.uint32] = self.store.column("neighbours").rows(*self._edges)
        limit = len(self) + self._halo[1] - self._halo[0]
        if len(found) and int(found.max()) >= limit:
            path = self.store.path / "columns/neighbours.gascol"
            raise FormatError(path, None, int(found.max()), f"entries below {limit} in partition {self.number}")
        return found

    @property
    def edge_weight(self) -> npt.NDArray[np.float32] | None:
        """The weight of each entry."""
        return self.store.column("edge-weights").rows(*self._edges) if self.store.manifest.is_weighted else None

    @property
    def edge_attr(self) -> npt.NDArray[np.float32] | None:
        """The features of each entry."""
        return self.store.column("edge-features").rows(*self._edges) if self.store.manifest.edge_features else None

    @property
    def adj_t(self) -> Any:
        """A SciPy CSR matrix [n, n + h]: row i has the nodes that the i-th node hears from, first the partition's own
        and then its halo, with weights. Needs SciPy."""
        sparse = required("scipy.sparse", "the adjacency as a matrix")
        weights = self.edge_weight
        values = np.ones(self.num_edges, np.float32) if weights is None else weights
        ends = np.concatenate([[0], np.cumsum(self.degrees)])
        shape = (len(self), len(self) + len(self.halo_rows))
        return sparse.csr_matrix((values, self.neighbours.astype(np.int64), ends), shape=shape)

    def source_rows(self) -> npt.NDArray[np.uint32]:
        """The row of the store that each entry comes from."""
        own = np.arange(self.start, self.stop, dtype=np.uint32)
        return np.concatenate([own, self.halo_rows])[self.neighbours]

    def edge_index(self) -> Integers:
        """int64 [2, entries]: sources and targets, by places in input order."""
        sources = self.store.order[self.source_rows()].astype(np.int64)
        return np.stack([sources, np.repeat(self.nodes.astype(np.int64), self.degrees)])


def entry_starts(store: Store) -> Integers:
    """Where the entries to each node begin among all of them, by input order, and where the last ones end."""
    starts = np.zeros(store.num_nodes + 1, np.int64)
    np.cumsum(store.degrees, out=starts[1:])
    return starts


def places_of(partition: Partition, starts: Array) -> Integers:
    """Where the entries of a partition stand among those of all nodes."""
    lengths = partition.degrees
    own = np.cumsum(lengths) - lengths
    places: Integers = np.arange(partition.num_edges) + np.repeat(starts[partition.nodes] - own, lengths)
    return places


def edge_index(store: Store) -> Integers:
    starts = entry_starts(store)
    found = np.empty((2, store.num_edges), np.int64)
    found[1] = np.repeat(np.arange(store.num_nodes), store.degrees)
    for partition in store.partitions():
        found[0, places_of(partition, starts)] = store.order[partition.source_rows()]
    return found


def entry_column(store: Store, name: str) -> npt.NDArray[np.float32]:
    """A column with a row for each entry, in the order of `edge_index`."""
    starts = entry_starts(store)
    column = store.column(name)
    found = np.empty(column.shape, np.float32)
    for partition in store.partitions():
        found[places_of(partition, starts)] = column.rows(*partition._edges)
    return found


def adjacency(store: Store, *, transposed: bool) -> Any:
    sparse = required("scipy.sparse", "the adjacency as a matrix")
    weights = store.edge_weight
    values = np.ones(store.num_edges, np.float32) if weights is None else weights
    shape = (store.num_nodes, store.num_nodes)
    lists = sparse.csr_matrix((values, edge_index(store)[0], entry_starts(store)), shape=shape)
    lists.sort_indices()
    return lists if transposed else lists.T.tocsr()
