"""Prints as JSON what orders of the rows in a partition cost: orders.py STORE FINE CACHE, the latter a library made of
cache.c.

FINE is the same graph in more and smaller partitions, whose nodes are the clusters of an order. Rows have 1 KiB in
caches, which is 256 float32, and 128 bytes in pages.
"""

import ctypes
import itertools
import json
import sys

import gas_gnn
import numpy as np
from scipy.sparse.csgraph import reverse_cuthill_mckee

# Rows of 1 KiB in a core's second-level cache, and in its share of the third.
CAPACITIES = {"1 MiB": 1 << 10, "16 MiB": 16 << 10}
ROWS_IN_PAGE = 32


class Graph:
    """A store's graph in input order, with the partition of each node."""

    def __init__(self, path: str) -> None:
        store = gas_gnn.Store(path)
        self.lists = store.adjacency(transposed=True).tocsr()
        self.count = self.lists.shape[0]
        self.rows = store.rows.astype(np.int64)
        self.starts = np.cumsum([0] + [len(partition) for partition in store.partitions()])
        self.part = np.searchsorted(self.starts, self.rows, side="right") - 1

    def is_sharing(self) -> np.ndarray:
        """For each row but the first, whether the same partitions read it as the row before."""
        entries = self.lists.tocoo()
        cut = self.part[entries.row] != self.part[entries.col]
        places = self.rows[entries.col[cut]] * len(self.starts) + self.part[entries.row[cut]]
        owner, reader = np.divmod(np.unique(places), len(self.starts))
        # Sums of random numbers tell sets apart.
        signs = np.random.default_rng(1).integers(1, 1 << 60, len(self.starts))
        sets = np.zeros(self.count, np.int64)
        np.add.at(sets, owner, signs[reader])
        return (sets[1:] == sets[:-1]) & (np.diff(self.part[np.argsort(self.rows)]) == 0)


def cuthill_mckee(graph: Graph) -> np.ndarray:
    """The place of each node in its partition's reverse Cuthill-McKee order."""
    places = np.zeros(graph.count, np.int64)
    both = (graph.lists + graph.lists.T).tocsr()
    for number in range(len(graph.starts) - 1):
        nodes = np.flatnonzero(graph.part == number)
        order = reverse_cuthill_mckee(both[nodes][:, nodes].tocsr(), symmetric_mode=True)
        places[nodes[order]] = np.arange(len(nodes))
    return places


def orders(graph: Graph, fine: Graph) -> dict[str, np.ndarray]:
    """The nodes by rows, for each order."""
    nodes, part = np.arange(graph.count), graph.part
    set_of_row = np.cumsum(np.concatenate([[False], ~graph.is_sharing()]))
    return {
        "border": np.argsort(graph.rows),
        "input": np.lexsort((nodes, part)),
        "degree": np.lexsort((nodes, -np.diff(graph.lists.indptr), part)),
        "Cuthill-McKee": np.lexsort((cuthill_mckee(graph), part)),
        "clusters": np.lexsort((graph.rows, fine.part, part)),
        "border, then clusters": np.lexsort((nodes, fine.part, set_of_row[graph.rows])),
    }


def cost(graph: Graph, order: np.ndarray, cache: ctypes.CDLL) -> dict[str, float]:
    """Misses for each entry, and pages for each halo row; each partition is a batch."""
    rows = np.empty(graph.count, np.int64)
    rows[order] = np.arange(graph.count)
    misses, pages, halo_count = dict.fromkeys(CAPACITIES, 0), 0, 0
    for first, end in itertools.pairwise(graph.starts):
        lists = graph.lists[order[first:end]]
        sources = rows[lists.indices]
        is_own = (sources >= first) & (sources < end)
        halo = np.unique(sources[~is_own])
        halo_count += len(halo)
        pages += len(np.unique(halo // ROWS_IN_PAGE))
        local = np.where(is_own, sources - first, end - first + np.searchsorted(halo, sources))
        # Entries of a list ascend.
        target = np.repeat(np.arange(end - first), np.diff(lists.indptr))
        accesses = np.ascontiguousarray(local[np.lexsort((local, target))], np.uint32)
        for name, capacity in CAPACITIES.items():
            pointer = accesses.ctypes.data_as(ctypes.c_void_p)
            found = cache.row_cache_misses(len(accesses), pointer, int(end - first) + len(halo), capacity)
            assert found >= 0, "no memory"
            misses[name] += found
    entries = graph.lists.nnz
    return {**{name: found / entries for name, found in misses.items()}, "pages": pages / max(1, halo_count)}


def main() -> None:
    graph, fine = Graph(sys.argv[1]), Graph(sys.argv[2])
    cache = ctypes.CDLL(sys.argv[3])
    cache.row_cache_misses.restype = ctypes.c_int64
    cache.row_cache_misses.argtypes = [ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64]
    halo_count = sum(len(partition.halo_rows) for partition in gas_gnn.Store(sys.argv[1]).partitions())
    costs = {name: cost(graph, order, cache) for name, order in orders(graph, fine).items()}
    print(json.dumps({"nodes": graph.count, "entries": graph.lists.nnz, "haloRows": halo_count, "orders": costs}))


main()
