"""Neighbour sampling in NumPy, for installations of PyTorch Geometric without pyg-lib and torch-sparse."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt
import torch
from torch_geometric.sampler import BaseSampler, NodeSamplerInput, SamplerOutput

from gas_gnn._arrays import places_of_nodes
from gas_gnn._errors import GasError
from gas_gnn.pyg.stores import GraphStore

Integers = npt.NDArray[np.int64]


class NeighborSampler(BaseSampler):  # type: ignore[misc]
    """Samples what PyG's NeighborSampler samples, without its compiled libraries, which PyPI does not have:
    `NeighborLoader((features, graph), num_neighbors, neighbor_sampler=NeighborSampler(graph, num_neighbors), …)`.

    - `num_neighbors`: how many in-neighbours of each node a hop takes, by chance and each once; -1 takes all.
    - `seed`: the same seed gives the same batches in one process; every worker has its own sequence.
    """

    def __init__(self, graph: GraphStore, num_neighbors: Sequence[int], seed: int = 0) -> None:
        if not isinstance(graph, GraphStore):
            raise GasError(f"NeighborSampler takes a gas_gnn.pyg.GraphStore, found {type(graph).__name__}")
        counts = list(num_neighbors) if isinstance(num_neighbors, Iterable) else [num_neighbors]
        if not counts or any(not _is_whole(count) or count < -1 for count in counts):
            raise GasError(f"num_neighbors: expected counts from 0, or -1 for all, found {num_neighbors!r}")
        if not _is_whole(seed) or seed < 0:
            raise GasError(f"seed: expected a whole number from 0, found {seed!r}")
        self.graph, self.num_neighbors, self.seed = graph, counts, seed
        self._random: np.random.Generator | None = None

    @property
    def edge_permutation(self) -> None:
        """Edges are in PyG's order already."""
        return

    def sample_from_nodes(self, inputs: NodeSamplerInput, **_: Any) -> SamplerOutput:
        """The nodes that hops from the seeds reach, seeds first, and the edges that were followed."""
        colptr, row = self.graph.colptr.numpy(), self.graph.row.numpy()
        seeds = places_of_nodes(inputs.node.numpy(), self.graph.store.num_nodes, "seeds")
        nodes = _Numbering(seeds)
        frontier = np.arange(len(seeds))
        sources, targets, edges, node_counts, edge_counts = [], [], [], [len(seeds)], []
        for count in self.num_neighbors:
            places, owners = self._chosen(colptr, nodes.all[frontier], count)
            known = len(nodes.all)
            sources.append(nodes.numbers(row[places]))
            targets.append(frontier[owners])
            edges.append(places)
            frontier = np.arange(known, len(nodes.all))
            node_counts.append(len(frontier))
            edge_counts.append(len(places))
        return SamplerOutput(
            node=torch.from_numpy(nodes.all),
            row=torch.from_numpy(np.concatenate(sources)),
            col=torch.from_numpy(np.concatenate(targets)),
            edge=torch.from_numpy(np.concatenate(edges)),
            num_sampled_nodes=node_counts,
            num_sampled_edges=edge_counts,
            metadata=(inputs.input_id, inputs.time),
        )

    def sample_from_edges(self, *_: Any, **__: Any) -> NoReturn:
        """Links are not sampled from."""
        raise GasError("gas_gnn.pyg.NeighborSampler samples from nodes; for LinkNeighborLoader install pyg-lib")

    def _chosen(self, colptr: Integers, nodes: Integers, count: int) -> tuple[Integers, Integers]:
        """Places of the entries that are followed, ascending in each list, and whose list each is in."""
        begins = colptr[nodes]
        lengths = colptr[nodes + 1] - begins
        owners = np.repeat(np.arange(len(nodes)), lengths)
        ends = np.cumsum(lengths)
        places = np.arange(int(lengths.sum())) + np.repeat(begins - ends + lengths, lengths)
        if count < 0 or not len(places) or int(lengths.max()) <= count:
            return places, owners
        # The entries of each list by a random key, of which the first are taken.
        keys = self._generator().random(len(places))
        order = np.lexsort((keys, owners))
        rank = np.arange(len(places)) - np.repeat(ends - lengths, lengths)
        taken = np.sort(order[rank < count])
        return places[taken], owners[taken]

    def _generator(self) -> np.random.Generator:
        if self._random is None:
            worker = torch.utils.data.get_worker_info()
            self._random = np.random.default_rng([self.seed, 0 if worker is None else 1 + worker.id])
        return self._random


def _is_whole(value: Any) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


class _Numbering:
    """Numbers nodes in the order in which they are met."""

    def __init__(self, seeds: Integers) -> None:
        self.all = seeds.copy()
        self._sorted, self._places = np.unique(seeds, return_index=True)

    def numbers(self, nodes: Integers) -> Integers:
        """The number of each node; those that are new get the next ones."""
        distinct, first, inverse = np.unique(nodes, return_index=True, return_inverse=True)
        at = np.searchsorted(self._sorted, distinct)
        is_known = at < len(self._sorted)
        is_known[is_known] = self._sorted[at[is_known]] == distinct[is_known]
        numbers = np.empty(len(distinct), np.int64)
        numbers[is_known] = self._places[at[is_known]]
        new = np.flatnonzero(~is_known)
        new = new[np.argsort(first[new])]
        numbers[new] = len(self.all) + np.arange(len(new))
        self.all = np.concatenate([self.all, distinct[new]])
        merged = np.concatenate([self._sorted, distinct[new]])
        order = np.argsort(merged, kind="stable")
        self._sorted, self._places = merged[order], np.concatenate([self._places, numbers[new]])[order]
        return numbers[inverse]
