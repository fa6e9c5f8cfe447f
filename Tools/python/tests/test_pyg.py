"""A store as PyTorch Geometric's remote backend, against the same graph in memory."""

from __future__ import annotations

import pickle
import warnings
from typing import Any

import gas_gnn
import numpy as np

from tests.support import Case, pairs, random_edges, require

N = 500


class RemoteTests(Case):
    """NeighborLoader((feature_store, graph_store), …)."""

    needs = ("torch", "torch_geometric")

    def setUp(self) -> None:
        super().setUp()
        warnings.simplefilter("ignore")
        import torch
        from torch_geometric.data import Data

        random = torch.Generator().manual_seed(0)
        edges = torch.tensor(random_edges(N, 2000, both=False))
        x, y = torch.randn(N, 6, generator=random), torch.randint(0, 3, (N,), generator=random)
        self.data = Data(x=x, y=y, edge_index=edges, train_mask=torch.arange(N) % 3 == 0)
        self.store = gas_gnn.write(self.folder / "a.store", self.data, partitions=4, quiet=True)
        from gas_gnn.pyg import FeatureStore, GraphStore

        self.features, self.graph = FeatureStore(self.store), GraphStore(self.store)

    def test_graph(self) -> None:
        """row and colptr are those that PyG makes of the data, up to the order in a list."""
        from torch_geometric.sampler.utils import to_csc

        row, colptr, perm = self.graph.csc()
        self.assertIsNone(perm)
        expected = to_csc(self.data)
        np.testing.assert_array_equal(colptr, expected[0])
        for node in range(N):
            ends = slice(int(colptr[node]), int(colptr[node + 1]))
            self.assertEqual(sorted(row[ends].tolist()), sorted(expected[1][ends].tolist()))
        np.testing.assert_array_equal(row, self.store.edge_index()[0])
        again = pickle.loads(pickle.dumps(self.graph))
        features = pickle.loads(pickle.dumps(self.features))
        np.testing.assert_array_equal(features[None, "x", None], self.data.x)
        np.testing.assert_array_equal(again.row, row)

    def test_features(self) -> None:
        import torch

        index = torch.tensor([4, 0, 4, N - 1])
        for name in ("x", "y", "train_mask"):
            found = self.features.get_tensor(group_name=None, attr_name=name, index=index)
            np.testing.assert_array_equal(found, self.data[name][index])
            found = self.features.get_tensor(group_name=None, attr_name=name, index=None)
            np.testing.assert_array_equal(found, self.data[name])
            size = self.features.get_tensor_size(group_name=None, attr_name=name)
            self.assertEqual(size, tuple(self.data[name].shape))
        mask = torch.arange(N) < 3
        found = self.features.get_tensor(group_name=None, attr_name="x", index=mask)
        np.testing.assert_array_equal(found, self.data.x[:3])
        with self.refuses("read-only"):
            self.features.put_tensor(self.data.x, group_name=None, attr_name="x", index=None)

    def batches(self, sampler: Any, neighbours: list[int], **options: Any) -> list[Any]:
        """All batches of some seeds, each compared with the data in memory."""
        import torch
        from torch_geometric.loader import NeighborLoader

        loader = NeighborLoader(
            (self.features, self.graph),
            neighbours,
            input_nodes=torch.arange(0, N, 7),
            batch_size=16,
            neighbor_sampler=sampler,
            **options,
        )
        batches = list(loader)
        self.assertEqual(sum(batch.batch_size for batch in batches), len(range(0, N, 7)))
        edges = pairs(self.data.edge_index)
        for batch in batches:
            for name in ("x", "y", "train_mask"):
                np.testing.assert_array_equal(batch[name], self.data[name][batch.n_id])
            ends = batch.n_id[batch.edge_index]
            self.assertLessEqual(pairs(ends), edges)
            self.assertEqual(len(pairs(ends)), batch.edge_index.shape[1])
            np.testing.assert_array_equal(ends, self.store.edge_index()[:, batch.e_id])
        return batches

    def test_all_neighbours(self) -> None:
        """Rows and edges are those of the subgraph that PyG cuts out of the data in memory."""
        import torch
        from gas_gnn.pyg import NeighborSampler
        from torch_geometric.utils import k_hop_subgraph

        for hops in (1, 2, 3):
            sampler = NeighborSampler(self.graph, [-1] * hops)
            for batch in self.batches(sampler, [-1] * hops):
                seeds = batch.n_id[: batch.batch_size]
                nodes = k_hop_subgraph(seeds, hops, self.data.edge_index, num_nodes=N)[0]
                self.assertEqual(set(batch.n_id.tolist()), set(nodes.tolist()))
                # Edges to all nodes but those that the last hop reached.
                inner = k_hop_subgraph(seeds, hops - 1, self.data.edge_index, num_nodes=N)[0]
                expected = self.data.edge_index[:, torch.isin(self.data.edge_index[1], inner)]
                self.assertEqual(pairs(batch.n_id[batch.edge_index]), pairs(expected))

    def test_some_neighbours(self) -> None:
        from gas_gnn.pyg import NeighborSampler

        drawn = []
        for workers, seed in [(0, 1), (0, 1), (0, 2), (2, 1)]:
            batches = self.batches(NeighborSampler(self.graph, [4, 2], seed=seed), [4, 2], num_workers=workers)
            drawn.append([batch.e_id.tolist() for batch in batches])
            for batch in batches:
                first = batch.edge_index[1] < batch.batch_size
                degrees = self.store.degrees[batch.n_id]
                counts = np.bincount(batch.edge_index[1], minlength=len(batch.n_id))
                np.testing.assert_array_equal(counts[: batch.batch_size], np.minimum(degrees[: batch.batch_size], 4))
                self.assertEqual(int(first.sum()), batch.num_sampled_edges[0])
                self.assertTrue(np.all(counts[batch.batch_size :] <= 2))
        self.assertEqual(drawn[0], drawn[1])
        self.assertNotEqual(drawn[0], drawn[2])

    def test_seeds_that_are_no_nodes(self) -> None:
        """A negative one is not counted from the end, as arrays would have it."""
        import torch
        from gas_gnn.pyg import NeighborSampler
        from torch_geometric.sampler import NodeSamplerInput

        sampler = NeighborSampler(self.graph, [2])
        for seed in (-1, N):
            with self.refuses("seeds: expected places from 0 to 499", f"found {seed} at index 1"):
                sampler.sample_from_nodes(NodeSamplerInput(None, torch.tensor([3, seed])))
            with self.refuses("seeds: expected places from 0 to 499 as a vector of integers", "such as 1.5"):
                sampler.sample_from_nodes(NodeSamplerInput(None, torch.tensor([3, 1.5])))
            with self.refuses("places from 0 to 499", f"found {seed} at index 0"):
                self.features.get_tensor(group_name=None, attr_name="x", index=torch.tensor([seed]))
        for draws in (-1, 1.5, "a", True):
            with self.subTest(draws), self.refuses(f"seed: expected a whole number from 0, found {draws!r}"):
                NeighborSampler(self.graph, [2], seed=draws)  # type: ignore[arg-type]
        wrong: list[Any] = [["a"], [], [-2], [1.5], 5.0, "ab", [True]]
        for counts in wrong:
            with self.subTest(counts), self.refuses("num_neighbors: expected counts"):
                NeighborSampler(self.graph, counts)
        with self.refuses("takes a gas_gnn.pyg.GraphStore, found Store"):
            NeighborSampler(self.store, [2])  # type: ignore[arg-type]

    def test_draws_are_fair(self) -> None:
        """Each neighbour is taken as often as the others."""
        from gas_gnn.pyg import NeighborSampler

        node = int(np.argmax(self.store.degrees))
        degree = int(self.store.degrees[node])
        sampler = NeighborSampler(self.graph, [3])
        colptr = self.graph.colptr.numpy()
        drawn = np.concatenate([sampler._chosen(colptr, np.array([node]), 3)[0] for _ in range(3000)])
        counts = np.bincount(drawn - colptr[node], minlength=degree)
        expected = 9000 / degree
        self.assertLess(np.abs(counts - expected).max(), 5 * expected**0.5)

    def test_compiled_samplers(self) -> None:
        """PyG's own sampler, where one of the libraries is there that have it."""
        import torch_geometric.typing

        if not (torch_geometric.typing.WITH_PYG_LIB or torch_geometric.typing.WITH_TORCH_SPARSE):
            self.skipTest("PyPI has neither pyg-lib nor a built torch-sparse")
        for batch in self.batches(None, [-1, -1]):
            self.assertGreater(batch.edge_index.shape[1], 0)

    def test_training_step(self) -> None:
        """A GraphSAGE of PyG learns from batches of the store what it learns from those in memory."""
        require("scipy")
        import torch
        from gas_gnn.pyg import NeighborSampler
        from torch_geometric.nn import GraphSAGE

        torch.manual_seed(0)
        model = GraphSAGE(6, 8, 2, 3)
        whole = model(self.data.x, self.data.edge_index)
        for batch in self.batches(NeighborSampler(self.graph, [-1, -1]), [-1, -1]):
            found = model(batch.x, batch.edge_index)[: batch.batch_size]
            seeds = batch.n_id[: batch.batch_size]
            np.testing.assert_allclose(found.detach(), whole[seeds].detach(), atol=1e-5)
