"""Reading stores: the committed ones against the graphs that they were made of, written out here by hand again."""

from __future__ import annotations

import dataclasses
import shutil
from typing import Any

import gas_gnn
import numpy as np

from tests.support import FIXTURES, Case, another_user, pairs, random_edges, require

NAN = float("nan")


@dataclasses.dataclass
class Graph:
    """What a store of Fixtures/stores holds, in input order; edges are u → v: (weight, features)."""

    edges: dict[tuple[int, int], tuple[float, list[float]]]
    features: list[list[float]]
    labels: Any
    splits: list[list[int]]
    partition: list[int]
    ids: list[Any]
    is_directed: bool = False
    sample_weights: list[float] | None = None


def _both(rows: list[tuple[int, int, float, Any]]) -> dict[tuple[int, int], tuple[float, list[float]]]:
    return {ends: (w, f) for u, v, w, f in rows for ends in [(u, v), (v, u)]}


def _plain(rows: list[tuple[int, int]]) -> dict[tuple[int, int], tuple[float, list[float]]]:
    return {ends: (1, []) for ends in rows}


NAMES = Graph(
    _both(
        [
            *[(0, 1, 0.5, []), (0, 2, 1, []), (1, 2, 2, []), (2, 3, 0.25, []), (3, 4, 1.5, [])],
            *[(4, 5, 1, []), (5, 0, 4, []), (6, 6, 3, []), (3, 3, 0.5, [])],
        ]
    ),
    [
        [1, 0, 0, 0, 0, 0.5],
        [0, 0, 2, 0, 0, 0],
        [0, 0, 0, 0, 0, 0],
        [-1, 3, 0, 0, 0, 0],
        [0, 0, 0, 0.25, 0.75, 0],
        [0, 1, 0, 1, 0, 1],
        [0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 8, 0],
    ],
    [0, 1, 2, -1, 0, 1, 2, 1],
    [[1], [1], [2], [0], [3], [1], [2], [3]],
    [0, 0, 1, 1, 2, 2, 1, 0],
    ["ant", "bee", "cat", "dög", "eel", "fox", "gnu", "hen"],
)
INTEGERS = Graph(
    _plain([(0, 1), (1, 2), (2, 0), (3, 0), (0, 3), (4, 5), (5, 4), (2, 5), (5, 5)]),
    [[0, 0.5, -1], [1, 1.5, 2], [-0.25, 0, 3], [65504, -65504, 0.125], [4, 5, 6], [7, 8, 9]],
    [[1, 0, 0, 1], [0, 0, 0, 0], [0, 1, 0, 0], [1, 1, 1, 1], [0, 0, 1, 0], [0, 0, 0, 1]],
    [[1, 1], [2, 3], [3, 0], [1, 2], [0, 1], [2, 3]],
    [0, 1, 0, 1, 1, 0],
    [100, -5, 7, 1 << 40, 42, 0],
    is_directed=True,
)
BONDS = Graph(
    _both(
        [
            *[(0, 1, 1, [1, 0, 0.5]), (1, 2, 1, [1, 2, -1.5]), (2, 3, 1, [1, 0, 0.25]), (3, 4, 1, [1, 3, 4])],
            *[(4, 0, 1, [1, 1, -8]), (2, 2, 1, [1, 5, 0])],
        ]
    ),
    [[0], [1], [2], [3], [4]],
    [0, 1, 0, -1, 1],
    [[1], [2], [3], [0], [1]],
    [0, 1, 0, 1, 1],
    [0, 1, 2, 3, 4],
)
PRICES = Graph(
    _plain([(0, 1), (1, 2), (3, 2), (4, 0), (2, 4)]),
    [[0], [1], [2], [3], [4]],
    [[1.5, -3], [NAN, 1e6], [NAN, NAN], [0, 0.25], [-1e-3, NAN]],
    [[1], [2], [3], [0], [1]],
    [0, 1, 0, 1, 1],
    [0, 1, 2, 3, 4],
    is_directed=True,
    sample_weights=[1, 0, 2.5, 0.125, 3],
)
ASSAYS = Graph(
    _both([(0, 1, 1, []), (1, 2, 1, []), (2, 3, 1, [])]),
    [[4], [3], [2], [1]],
    [[1, 0, -1], [-1, -1, -1], [0, 0, 0], [-1, 1, 1]],
    [[1], [2], [3], [0]],
    [0, 1, 0, 1],
    [0, 1, 2, 3],
)
GRAPHS = {"names": NAMES, "integers": INTEGERS, "bonds": BONDS, "prices": PRICES, "assays": ASSAYS}


class FixtureTests(Case):
    """Stores of every format version."""

    needs_tools = False

    def stores(self) -> list[tuple[gas_gnn.Store, Graph]]:
        """All of them, with what they hold."""
        found = sorted(FIXTURES.glob("stores/v[123]/*"))
        self.assertEqual(len(found), 8)
        return [(gas_gnn.Store(path), GRAPHS[path.name]) for path in found]

    def test_nodes(self) -> None:
        require("scipy")
        for store, graph in self.stores():
            with self.subTest(str(store.path)):
                self.assertEqual(store.num_nodes, len(graph.ids))
                self.assertEqual(store.is_directed, graph.is_directed)
                features = store.features.toarray() if hasattr(store.features, "toarray") else store.features
                np.testing.assert_array_equal(features, np.array(graph.features, np.float32))
                np.testing.assert_array_equal(store.labels, np.array(graph.labels, np.float32))
                np.testing.assert_array_equal(store.splits, graph.splits)
                self.assertEqual(store.ids.tolist(), graph.ids)
                expected = [sum(v == node for _, v in graph.edges) for node in range(len(graph.ids))]
                np.testing.assert_array_equal(store.degrees, expected)
                np.testing.assert_array_equal(store.mask("val", 0), [row[0] == 2 for row in graph.splits])
                if graph.sample_weights is None:
                    self.assertIsNone(store.sample_weights)
                else:
                    np.testing.assert_array_equal(store.sample_weights, graph.sample_weights)
                store.check()

    def test_edges(self) -> None:
        for store, graph in self.stores():
            with self.subTest(str(store.path)):
                self.assertEqual(self.edges(store.edge_index(), store.edge_weight, store.edge_attr), graph.edges)
                self.assertTrue(np.all(np.diff(store.edge_index()[1]) >= 0), "ordered by target")

    def test_partitions(self) -> None:
        require("scipy")
        for store, graph in self.stores():
            with self.subTest(str(store.path)):
                found = {}
                for partition in store.partitions():
                    numbers = [graph.partition[node] for node in partition.nodes]
                    self.assertEqual(len(set(numbers)), 1)
                    found.update(self.edges(partition.edge_index(), partition.edge_weight, partition.edge_attr))
                    self.assertEqual(partition.ids.tolist(), [graph.ids[node] for node in partition.nodes])
                    rows = partition.features
                    rows = rows.toarray() if hasattr(rows, "toarray") else rows
                    expected = np.array(graph.features, np.float32)[partition.nodes]
                    np.testing.assert_array_equal(rows, expected)
                    labels = np.array(graph.labels, np.float32)[partition.nodes]
                    np.testing.assert_array_equal(partition.labels, labels)
                    np.testing.assert_array_equal(partition.splits, np.array(graph.splits)[partition.nodes])
                self.assertEqual(found, graph.edges)

    def test_matrices(self) -> None:
        require("scipy")
        for store, graph in self.stores():
            with self.subTest(str(store.path)):
                expected = np.zeros((store.num_nodes, store.num_nodes), np.float32)
                for (source, target), (weight, _) in graph.edges.items():
                    expected[source, target] = weight
                np.testing.assert_array_equal(store.adjacency().toarray(), expected)
                np.testing.assert_array_equal(store.adjacency(transposed=True).toarray(), expected.T)
                for part in store.partitions():
                    columns = np.concatenate([part.nodes, part.halo])
                    np.testing.assert_array_equal(part.adj_t.toarray(), expected.T[part.nodes][:, columns])

    def test_places_that_are_none(self) -> None:
        store = gas_gnn.Store(FIXTURES / "stores/v2/names")
        refusals: list[tuple[Any, str]] = [
            (lambda: store.partition(-1), "partition: expected a whole number from 0 to 2, found -1"),
            (lambda: store.partition(3), "found 3"),
            (lambda: store.partition(1.5), "found 1.5"),  # type: ignore[arg-type]
            (lambda: store.mask("valid"), "part: expected one of train, val, test, found 'valid'"),
            (lambda: store.mask("train", 1), "split: expected a whole number from 0 to 0, found 1"),
            (lambda: store.mask("train", -1), "found -1"),
            (lambda: store.column("order").rows(-1, 2), "expected rows from 0 to 8, found -1 to 2"),
            (lambda: store.column("order").rows(0, 9), "found 0 to 9"),
            (lambda: store.column("order").elements(1.5, 2), "expected elements from 0 to 8, found 1.5 to 2"),  # type: ignore[arg-type]
            (lambda: store.column("labels").taken(np.array([0, -1])), "rows: expected places from 0 to 7, found -1 at"),
            (lambda: store.column("labels").taken(np.array([8])), "found 8 at index 0"),
            (lambda: store.label_rows([0, 1.5]), "as a vector of integers, found float64 [2] such as 1.5"),
            (lambda: gas_gnn.Store(None), "expected a store or the path of one, found None"),  # type: ignore[arg-type]
            (lambda: gas_gnn.Store(""), "expected a store or the path of one, found ''"),
        ]
        for body, words in refusals:
            with self.subTest(words), self.refuses(words):
                body()

    def test_stores_of_another_user(self) -> None:
        place = self.folder / "a.store"
        shutil.copytree(FIXTURES / "stores/v2/names", place)
        self.folder.chmod(0o755)
        words = "this user may not read it; ask its owner for access"
        for name in ("columns/labels.gascol", "columns", "manifest.json", "."):
            (place / name).chmod(0o700 if (place / name).is_dir() else 0o600)
            with self.subTest(name), another_user(), self.refuses(words):
                _ = gas_gnn.Store(place).labels

    def test_some_nodes(self) -> None:
        require("scipy")
        for store, graph in self.stores():
            nodes = np.array([3, 0, 3, 1])
            found = store.feature_rows(nodes)
            found = found.toarray() if hasattr(found, "toarray") else found
            np.testing.assert_array_equal(found, np.array(graph.features, np.float32)[nodes])
            np.testing.assert_array_equal(store.label_rows(nodes), np.array(graph.labels, np.float32)[nodes])
            np.testing.assert_array_equal(store.split_rows(nodes), np.array(graph.splits)[nodes])
            for read in (store.feature_rows, store.label_rows, store.split_rows):
                self.assertEqual(read([]).shape[0], 0)
                for wrong in (-1, store.num_nodes):
                    with self.refuses("nodes: expected places from 0 to", f"found {wrong}"):
                        read([0, wrong])
                several: list[Any] = [[0.5], ["a"], 0, [[0], [1, 2]]]
                for nodes in several:
                    with self.refuses("nodes: expected places from 0 to", "as a vector of integers"):
                        read(nodes)

    def test_histories(self) -> None:
        for version in ("v1", "v2"):
            folder = FIXTURES / f"stores/{version}/integers/runs/first"
            history = gas_gnn.Column(folder / "history-1.gascol")
            np.testing.assert_array_equal(history.rows(), [[row, row + 0.5] for row in range(6)])
            np.testing.assert_array_equal(gas_gnn.Column(folder / "pushed-1.gascol").rows(), 10 * np.arange(6))

    def edges(self, index: Any, weights: Any, features: Any) -> dict[tuple[int, int], tuple[float, list[float]]]:
        """Entries as `Graph.edges` has them."""
        ends = [(int(source), int(target)) for source, target in index.T]
        self.assertEqual(len(set(ends)), len(ends))
        values = [1.0] * len(ends) if weights is None else weights.tolist()
        rows = [list[float]()] * len(ends) if features is None else features.tolist()
        return {pair: (value, row) for pair, value, row in zip(ends, values, rows, strict=True)}


class GeneratedTests(Case):
    """A store that gas-ingest makes of arrays, against these arrays."""

    needs = ("scipy",)

    def test_every_type_of_features(self) -> None:
        edges = random_edges(40_000, 300_000, both=False)
        x = np.random.default_rng(1).normal(size=(40_000, 7)).astype(np.float32)
        # Where bfloat16 keeps 8 bits, and int8 a step of 1/127 of the row's largest.
        limits = {"float32": 0.0, "float16": 2.0**-11, "bfloat16": 2.0**-8}
        for kind in (*limits, "int8"):
            store = gas_gnn.write(
                self.folder / f"{kind}.store", edge_index=edges, x=x, feature_type=kind, partitions=9, quiet=True
            )
            error = np.abs(store.features - x)
            limit = limits[kind] * np.abs(x) if kind in limits else np.abs(x).max(axis=1, keepdims=True) * 0.51 / 127
            self.assertTrue(np.all(error <= limit + 1e-7), kind)
            rows = np.array([5, 39_999, 5, 0])
            np.testing.assert_array_equal(store.feature_rows(rows), store.features[rows])
        self.assertEqual(pairs(store.edge_index()), pairs(edges))
        store.check()

    def test_features_in_input_order_are_mapped(self) -> None:
        edges, x = random_edges(50, 100, both=False), np.arange(150, dtype=np.float32).reshape(50, 3)
        options: dict[str, Any] = {"partitioner": "contiguous", "order": "original", "partitions": 3, "quiet": True}
        store = gas_gnn.write(self.folder / "a.store", edge_index=edges, x=x, **options)
        np.testing.assert_array_equal(store.features, x)
        self.assertFalse(store.features.flags.owndata)
        self.assertFalse(store.features.flags.writeable)
