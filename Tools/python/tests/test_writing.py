"""Stores of graphs of other libraries: the same edges, features, labels and masks come back."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import io
import os
import signal
import subprocess
import sys
import time
from typing import Any
from unittest import mock

import gas_gnn
import numpy as np

from tests.support import Case, children_of, is_gone, pairs, random_edges, require, there, wait_until

N = 60


@dataclasses.dataclass
class Graph:
    """What a graph of other libraries looks like."""

    edge_index: Any


class EdgeIndexTests(Case):
    """Arrays."""

    def write(self, **options: Any) -> gas_gnn.Store:
        """A store of a new name."""
        self.count = getattr(self, "count", 0) + 1
        return gas_gnn.write(self.folder / f"{self.count}.store", quiet=True, **options)

    def test_direction(self) -> None:
        both, one = random_edges(N, 200, both=True), random_edges(N, 200, both=False)
        for edges, is_directed, words in [(both, False, "undirected: every edge"), (one, True, "directed: the edge")]:
            store = self.write(edge_index=edges, num_nodes=N)
            self.assertEqual(store.is_directed, is_directed)
            self.assertEqual(pairs(store.edge_index()), pairs(edges))
            self.assertTrue(any(words in note for note in store.report["notes"]), store.report["notes"])
        store = self.write(edge_index=one, num_nodes=N, directed=False)
        self.assertEqual(pairs(store.edge_index()), pairs(one) | pairs(one[::-1]))
        store = self.write(edge_index=both, num_nodes=N, directed=True)
        self.assertTrue(store.is_directed)
        self.assertEqual(pairs(store.edge_index()), pairs(both))

    def test_weights_and_features_of_edges(self) -> None:
        for both in (True, False):
            edges = random_edges(N, 200, both=both)
            low, high = edges.min(axis=0), edges.max(axis=0)
            weight = (low * 100 + high).astype(np.float64) if both else np.arange(edges.shape[1], dtype=float)
            rows = np.stack([weight + 1, -weight], axis=1)
            store = self.write(edge_index=edges, num_nodes=N, edge_weight=weight, edge_attr=rows)
            self.assertEqual(store.is_directed, not both)
            expected = {(u, v): (w, *r) for u, v, w, r in zip(*edges.tolist(), weight, rows.tolist(), strict=True)}
            found = zip(
                *store.edge_index().tolist(), there(store.edge_weight), there(store.edge_attr).tolist(), strict=True
            )
            self.assertEqual({(u, v): (w, *r) for u, v, w, r in found}, expected)

    def test_both_directions_with_other_weights_are_two_edges(self) -> None:
        edges = np.array([[0, 1], [1, 0]])
        store = self.write(edge_index=edges, edge_weight=[1.0, 2.0])
        self.assertTrue(store.is_directed)
        self.assertEqual(there(store.edge_weight).tolist(), [2.0, 1.0])
        self.assertIn("weights or features of both directions", store.report["notes"][0])

    def test_repeated_edges(self) -> None:
        edges = np.array([[0, 0, 1, 1], [1, 1, 0, 0]])
        store = self.write(edge_index=edges)
        self.assertEqual(store.num_edges, 2)
        self.assertTrue(any("2 edges repeat others" in note for note in store.report["notes"]))
        weight = np.array([1.0, 2, 2, 1])
        store = self.write(edge_index=edges, edge_weight=weight, duplicates="sum")
        self.assertFalse(store.is_directed)
        self.assertEqual(there(store.edge_weight).tolist(), [3, 3])
        # The first of each direction differ.
        self.assertTrue(self.write(edge_index=edges, edge_weight=weight).is_directed)
        for directed, words in [(True, "2 edges repeat others and do not count"), (False, "3 edges repeat others, in")]:
            store = self.write(edge_index=edges, directed=directed)
            self.assertTrue(any(words in note for note in store.report["notes"]), store.report["notes"])
        store = self.write(edge_index=edges[:, 1:])
        self.assertTrue(any("1 edge repeats another and does not" in note for note in store.report["notes"]))

    def test_any_arrays(self) -> None:
        """Types, byte orders and memory orders that users have."""
        edges = random_edges(N, 200, both=False)
        x = np.random.default_rng(0).normal(size=(N, 4))
        for ends in (
            edges.astype(np.int32),
            edges.astype(">i4"),
            edges.astype(np.uint8),
            np.asfortranarray(edges),
            np.repeat(edges, 2, axis=1)[:, ::2],
            edges.tolist(),
        ):
            self.assertEqual(pairs(self.write(edge_index=ends, num_nodes=N).edge_index()), pairs(edges))
        for features in (x, x.astype(np.float32), np.asfortranarray(x), np.repeat(x, 2, axis=1)[:, ::2], x.tolist()):
            store = self.write(edge_index=edges, x=features)
            np.testing.assert_array_equal(store.features, x.astype(np.float32))
        np.testing.assert_array_equal(self.write(edge_index=edges, x=x > 0).features, x > 0)

    def test_full_disk(self) -> None:
        """Whatever file does not fit, one line names it or its folder, and nothing is left."""
        full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        with mock.patch("numpy.save", side_effect=full), self.refuses(str(self.folder), "no space left on the disk"):
            self.write(edge_index=random_edges(N, 200, both=False), x=np.zeros((N, 2), np.float32), num_nodes=N)
        self.assertEqual(os.listdir(self.folder), [])

    def test_two_edges(self) -> None:
        store = self.write(edge_index=np.array([[0, 1], [2, 2]]), num_nodes=5)
        self.assertEqual(pairs(store.edge_index()), {(0, 2), (1, 2)})
        self.assertEqual((store.num_nodes, store.degrees.tolist()), (5, [0, 0, 2, 0, 0]))

    def test_labels(self) -> None:
        edges, random = random_edges(N, 200, both=True), np.random.default_rng(1)
        classes = random.integers(0, 4, N)
        np.testing.assert_array_equal(self.write(edge_index=edges, y=classes).labels, classes)
        np.testing.assert_array_equal(self.write(edge_index=edges, y=classes[:, None]).labels, classes)
        several = random.integers(0, 2, (N, 3)).astype(float)
        several[0, 1] = np.nan
        expected = np.where(np.isnan(several), -1, several)
        np.testing.assert_array_equal(self.write(edge_index=edges, y=several).labels, expected)
        values = random.normal(size=N)
        values[3] = np.nan
        found = self.write(edge_index=edges, y=values)
        np.testing.assert_array_equal(there(found.labels)[:, 0], values.astype(np.float32))
        self.assertEqual(found.manifest.labels["kind"], "values")
        whole = classes.astype(float)
        with self.refuses("y: float64", "label_kind"):
            self.write(edge_index=edges, y=whole)
        np.testing.assert_array_equal(self.write(edge_index=edges, y=whole, label_kind="classes").labels, classes)
        found = self.write(edge_index=edges, y=whole, label_kind="regression")
        np.testing.assert_array_equal(there(found.labels)[:, 0], whole)

    def test_masks(self) -> None:
        edges, parts = random_edges(N, 200, both=True), np.arange(N) % 4
        masks = {f"{part}_mask": parts == place for place, part in enumerate(("train", "val", "test"))}
        for given in (
            masks,
            {name: mask.astype(np.uint8) for name, mask in masks.items()},
            {name: np.flatnonzero(mask) for name, mask in masks.items()},
        ):
            store = self.write(edge_index=edges, num_nodes=N, y=parts, **given)
            for name, mask in masks.items():
                np.testing.assert_array_equal(getattr(store, name), mask)
        several = np.stack([parts == 0, parts == 1], axis=1)
        store = self.write(
            edge_index=edges, num_nodes=N, y=parts, train_mask=several, val_mask=several[:, ::-1], test_mask=parts == 2
        )
        np.testing.assert_array_equal(store.train_mask, several)
        np.testing.assert_array_equal(store.mask("val", 1), parts == 0)
        np.testing.assert_array_equal(store.mask("test", 1), parts == 2)
        with self.refuses("train_mask: int64 numbers may be a mask or places"):
            self.write(edge_index=edges, num_nodes=N, train_mask=masks["train_mask"].astype(int))

    def test_ids(self) -> None:
        edges = random_edges(N, 200, both=True)
        integers = np.arange(N) * 7 - 50
        store = self.write(edge_index=edges, ids=integers)
        self.assertEqual(store.ids.tolist(), integers.tolist())
        self.assertEqual(pairs(store.edge_index()), pairs(edges))
        texts = [f"n ödé #{place}" for place in range(N)]
        texts[0], texts[1] = "# no comment", "source"
        store = self.write(edge_index=edges, ids=texts, x=np.eye(N))
        self.assertEqual(store.ids.tolist(), texts)
        self.assertEqual(pairs(store.edge_index()), pairs(edges))
        np.testing.assert_array_equal(store.features, np.eye(N))
        for ids, words in [
            (["a"] * N, "a different one for each node"),
            (["a\tb", *texts[1:]], "control"),
            ([" a", *texts[1:]], "blanks"),
            (["a\ud800", *texts[1:]], "control"),
            ([1.5] * N, "integers or texts"),
            (texts[:50], "expected nodes 0 to 49"),
            (np.arange(N, dtype=np.uint64) + np.uint64(2**63), "from -2^63 to 2^63 - 1, found 9223372036854775867"),
            ([2**70 + place for place in range(N)], "from -2^63 to 2^63 - 1"),
            ([], "nodes and edges, found none"),
        ]:
            with self.refuses(words):
                self.write(edge_index=edges, ids=ids)

    def test_sample_weights_and_sparse_features(self) -> None:
        require("scipy")
        from scipy import sparse

        edges, x = random_edges(N, 200, both=True), sparse.random(N, 9, 0.2, random_state=0)
        weights = np.linspace(0, 2, N, dtype=np.float32)
        for matrix in (x.tocsr(), x.tocoo(), x.tocsc()):
            store = self.write(edge_index=edges, x=matrix, y=np.arange(N) % 3, sample_weight=weights)
            self.assertTrue(sparse.issparse(store.features))
            np.testing.assert_array_equal(store.features.toarray(), x.toarray().astype(np.float32))
            np.testing.assert_array_equal(store.sample_weights, weights)

    def test_files(self) -> None:
        edges, x = random_edges(N, 200, both=True), np.random.default_rng(0).normal(size=(N, 3)).astype(np.float32)
        np.save(self.folder / "x.npy", x)
        store = self.write(edge_index=edges, x=self.folder / "x.npy")
        np.testing.assert_array_equal(store.features, x)
        with self.refuses("absent.npy"):
            self.write(edge_index=edges, x=self.folder / "absent.npy")

    def test_what_does_not_fit_is_refused(self) -> None:
        edges = random_edges(N, 200, both=True)
        for options, words in [
            ({}, "a graph or an edge_index"),
            ({"edge_index": edges.T}, "its transpose"),
            ({"edge_index": edges.astype(float)}, "expected integers, found float64"),
            ({"edge_index": edges - 1, "num_nodes": N}, "found -1"),
            ({"edge_index": edges, "num_nodes": -3}, "num_nodes: expected a whole number from 1, found -3"),
            ({"edge_index": edges, "num_nodes": 0}, "whole number from 1, found 0"),
            ({"edge_index": edges, "num_nodes": 2.5}, "whole number from 1, found 2.5"),
            ({"edge_index": edges, "num_nodes": "60"}, "whole number from 1, found '60'"),
            ({"edge_index": edges, "directed": "yes"}, "directed: expected True, False or None, found 'yes'"),
            ({"edge_index": edges, "directed": 0}, "directed: expected True, False or None, found 0"),
            ({"edge_index": edges, "num_nodes": 10}, "expected nodes 0 to 9"),
            ({"edge_index": edges, "x": np.zeros((5, 2))}, "expected nodes 0 to 4"),
            ({"edge_index": edges, "x": np.zeros((N, 2)), "y": np.zeros(3, int)}, "y: expected a row for each"),
            ({"edge_index": edges, "x": np.array([["a"]] * N)}, "x: expected numbers, found texts"),
            ({"edge_index": edges, "y": np.array(["a"] * N, object)}, "y: expected numbers, found texts"),
            ({"edge_index": edges, "y": [1] * (N - 1) + [None]}, "found object with nothing at index 59; missing"),
            ({"edge_index": edges, "train_mask": [True] * (N - 1) + [None]}, "places of nodes, found object"),
            ({"edge_index": edges, "train_mask": ["yes"] * N}, "train_mask: expected booleans or places of nodes"),
            ({"edge_index": edges, "edge_weight": [1.0]}, "edge_weight: expected a row for each"),
            ({"edge_index": edges, "edge_weight": np.zeros((edges.shape[1], 2))}, "a number for each edge"),
            ({"edge_index": np.zeros((2, 0), int), "num_nodes": 3}, "expected edges"),
            ({"edge_index": edges, "num_nodes": N, "train_mask": np.zeros(3, bool)}, "train_mask: expected a row"),
            ({"edge_index": edges, "x": "nothing"}, "names an attribute"),
            (
                {"edge_index": edges, "y": np.zeros(N, int), "x": np.zeros((3, 2))},
                "y: expected a row for each of 3 nodes, as x has, found 60",
            ),
            ({"graph": [Graph(edges)]}, "expected one graph, found a list of 1"),
            ({"graph": {"a": 1}}, "found dict"),
            ({"graph": "edges.tsv"}, "found str"),
            ({"edge_index": edges, "num_nodes": N, "partitoins": 3}, "--partitoins"),
        ]:
            with self.subTest(words), self.refuses(words):
                self.write(**options)
        self.assertEqual(list(self.folder.iterdir()), [])
        with self.refuses("expected a folder to make the store in"):
            gas_gnn.write(self.folder / "absent/a.store", edge_index=edges, quiet=True)

    def test_folders_of_processes_that_were_killed_are_removed(self) -> None:
        """Also where the tool outlives Python: while it reads, the folder stays."""
        tool = self.folder / "gas-ingest"
        tool.write_text(f"#!/bin/sh\ncd '{self.folder}'\necho $$ > pid.new\nmv pid.new pid\nexec sleep 600\n")
        tool.chmod(0o755)
        script = "import gas_gnn, sys; gas_gnn.write(sys.argv[1], edge_index=[[0, 1], [1, 0]])"
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(self.folder / "killed.store")],
            env={**os.environ, "GAS_BIN": str(self.folder)},
        )
        end = time.monotonic() + 60
        while time.monotonic() < end and not (self.folder / "pid").exists():
            time.sleep(0.02)
        pid = int((self.folder / "pid").read_text())
        try:
            process.kill()
            process.wait()
            [left] = self.folder.glob(".gas-gnn-*")
            self.assertTrue((left / "edges.bin").exists())
            self.write(edge_index=[[0, 1], [1, 0]])
            self.assertTrue((left / "edges.bin").exists())
        finally:
            os.kill(pid, signal.SIGKILL)
        while time.monotonic() < end and left.exists():
            # What the tool held is free when it has gone, which its new parent sees to.
            self.write(edge_index=[[0, 1], [1, 0]])
        self.assertEqual(list(self.folder.glob(".gas-gnn-*")), [])

    def test_tools_end_with_the_process_that_waits_for_them(self) -> None:
        """gas-ingest does not outlive it, so it cannot replace a store that somebody has made since."""
        path, edges = self.folder / "a.store", self.folder / "edges.csv"
        self.write(edge_index=[[0, 1], [1, 0]])
        gas_gnn.write(path, edge_index=[[0, 1], [1, 0]], quiet=True)
        # A pipe that nobody writes to keeps the tool waiting.
        os.mkfifo(edges)
        script = "import gas_gnn, sys; gas_gnn.write_table(*sys.argv[1:], source='a', target='b', overwrite=True)"
        with subprocess.Popen([sys.executable, "-c", script, str(path), str(edges)]) as process:
            [tool] = wait_until(lambda: children_of(process.pid, "gas-ingest"))
            wait_until(lambda: list(self.folder.glob("a.store.partial-*")))
            process.kill()
        try:
            wait_until(lambda: is_gone(tool), seconds=20)
        finally:
            if not is_gone(tool):
                os.kill(tool, signal.SIGKILL)
        wait_until(lambda: not list(self.folder.glob("a.store.partial-*")))
        self.assertEqual(gas_gnn.Store(path).num_nodes, 2)

    def test_numbers_that_become_zero_or_infinite_are_refused(self) -> None:
        edges, weight = np.array([[0, 1, 2], [1, 2, 0]]), np.array([1.0, 2.0, 3.0])
        for wrong in (1e-50, -1e39):
            bad = np.where(weight == 2, wrong, weight)
            given: dict[str, Any]
            for given in (
                {"edge_weight": bad},
                {"y": bad, "label_kind": "regression"},
                {"y": [0, 1, 0], "sample_weight": np.abs(bad)},
            ):
                with self.refuses("expected numbers that float32 holds", "at index 1"):
                    self.write(edge_index=edges, **given)
            with self.refuses("edge_attr: expected numbers", "at index (1, 0)"):
                self.write(edge_index=edges, edge_attr=bad[:, None])
        store = self.write(edge_index=edges, edge_weight=np.array([0.0, 1e-44, 3e38]))
        self.assertEqual(there(store.edge_weight).min(), 0)

    def test_folders_that_cannot_be_written(self) -> None:
        edges = [[0, 1], [1, 0]]
        (self.folder / "file").write_text("")
        for scratch, words in [("absent", "found none"), ("file", "found a file")]:
            with self.refuses(str(self.folder / scratch), "expected a folder for temporary files", words):
                self.write(edge_index=edges, scratch=self.folder / scratch)
        with self.refuses(str(self.folder / "absent"), "a folder to make the store in"):
            gas_gnn.write(self.folder / "absent/a.store", edge_index=edges)
        # Not even root makes folders there.
        with self.refuses("/proc: no folder for temporary files can be made in it"):
            self.write(edge_index=edges, scratch="/proc")

    def test_an_existing_store_stays(self) -> None:
        edges = random_edges(N, 200, both=True)
        path = self.folder / "a.store"
        gas_gnn.write(path, edge_index=edges, quiet=True)
        with self.refuses("already exists", kind=gas_gnn.ToolError):
            gas_gnn.write(path, edge_index=edges[:, :3], quiet=True)
        self.assertEqual(gas_gnn.Store(path).num_edges, edges.shape[1])
        store = gas_gnn.write(path, edge_index=edges[:, :3], quiet=True, overwrite=True)
        self.assertEqual(store.num_edges, 3)
        self.assertEqual(os.listdir(self.folder), ["a.store"])

    def test_frames_in_another_order(self) -> None:
        require("pandas")
        import pandas

        edges = random_edges(N, 200, both=True)
        x, y = pandas.DataFrame(np.eye(N)), pandas.Series(np.arange(N) % 3)
        shuffled = np.random.default_rng(0).permutation(N)
        self.assertEqual(self.write(edge_index=edges, x=x, y=y).num_nodes, N)
        # A frame of some rows of another: their order is all that is known.
        self.assertEqual(self.write(edge_index=edges, x=x.set_axis(np.arange(N) * 2), y=y).num_nodes, N)
        with self.refuses("x: expected rows in the order of the nodes", "sort_index()", "reset_index(drop=True)"):
            self.write(edge_index=edges, x=x.iloc[shuffled], y=y)
        names = [f"n{place}" for place in range(N)]
        with self.refuses("y: expected rows in the order of x"):
            self.write(edge_index=edges, x=x.set_axis(names), y=y.set_axis(names[::-1]))
        missing = pandas.Series(pandas.array([True] * (N - 1) + [None], dtype="boolean"))
        with self.refuses("train_mask: expected booleans or places of nodes, found object with nothing at index 59"):
            self.write(edge_index=edges, x=x, train_mask=missing)

    def test_notes_name_no_scratch_file(self) -> None:
        store = self.write(edge_index=random_edges(N, 200, both=True), y=np.arange(N)[:, None] % 3)
        notes = [note for note in store.report["notes"] if "taken as one class a node" in note]
        self.assertEqual([note.partition(":")[0] for note in notes], ["y.npy"])

    def test_what_was_decided_is_said(self) -> None:
        text = io.StringIO()
        with contextlib.redirect_stderr(text):
            gas_gnn.write(self.folder / "a.store", edge_index=random_edges(N, 200, both=True))
        self.assertIn("note: undirected: every edge stands in both directions\n", text.getvalue())


class GraphTests(Case):
    """Graph objects of PyTorch Geometric, SciPy, NetworkX and DGL."""

    def test_pyg(self) -> None:
        require("torch_geometric")
        import torch
        from torch_geometric.data import Data, HeteroData

        edges = random_edges(N, 200, both=True)
        x, y = torch.randn(N, 5, dtype=torch.float64), torch.randint(0, 3, (N,))
        train = torch.arange(N) < 20
        data = Data(x=x, y=y, edge_index=torch.tensor(edges), train_mask=train, val_mask=~train, pos=x[:, :2])
        data.edge_attr = torch.tensor(edges.min(axis=0) + edges.max(axis=0)).float()[:, None]
        store = gas_gnn.write(self.folder / "a.store", data, quiet=True)
        np.testing.assert_array_equal(store.features, x.float().numpy())
        np.testing.assert_array_equal(store.labels, y.numpy())
        np.testing.assert_array_equal(store.train_mask, train.numpy())
        self.assertEqual(pairs(store.edge_index()), pairs(edges))
        np.testing.assert_array_equal(there(store.edge_attr)[:, 0], store.edge_index().sum(axis=0))
        self.assertIn("left out of the Data object: pos", store.report["notes"])
        # What is passed comes before what the graph has.
        store = gas_gnn.write(self.folder / "b.store", data, x=x[:, :1].bfloat16(), y=None, quiet=True)
        np.testing.assert_array_equal(store.features, x[:, :1].bfloat16().float().numpy())
        hetero = HeteroData()
        hetero["a"].x = x
        for graph, words in [
            (hetero, "homogeneous"),
            (Data(x=x), "edge_index or adj_t"),
            ([data], "expected one graph, found a list of 1"),
        ]:
            with self.refuses(words):
                gas_gnn.write(self.folder / "c.store", graph, quiet=True)

    def test_sparse_tensors(self) -> None:
        require("torch")
        import torch

        edges = random_edges(N, 200, both=False)
        tensor = torch.sparse_coo_tensor(torch.tensor(edges), torch.ones(edges.shape[1]), (N, N))
        for name, matrix in [("coo", tensor), ("csr", tensor.to_sparse_csr())]:
            store = gas_gnn.write(self.folder / f"{name}.store", matrix, quiet=True)
            self.assertEqual((pairs(store.edge_index()), store.edge_weight), (pairs(edges), None))
        # Blocks are filled up with zeros, which are no edges.
        store = gas_gnn.write(self.folder / "bsr.store", tensor.to_dense().to_sparse_bsr((2, 2)), quiet=True)
        self.assertEqual((pairs(store.edge_index()), store.edge_weight), (pairs(edges), None))
        x = torch.eye(N)
        for name in ("coo", "csr", "csc"):
            store = gas_gnn.write(
                self.folder / f"x-{name}.store", edge_index=edges, x=getattr(x, f"to_sparse_{name}")(), quiet=True
            )
            np.testing.assert_array_equal(store.features.toarray(), x.numpy())
        for name in ("y", "edge_weight"):
            with self.refuses(f"{name}: expected an array, found a sparse tensor"):
                gas_gnn.write(self.folder / "b.store", edge_index=edges, quiet=True, **{name: x.to_sparse()})

    def test_transposed_adjacency(self) -> None:
        """As ToSparseTensor makes it where torch-sparse is not installed."""
        require("torch_geometric")
        import torch
        from torch_geometric.data import Data
        from torch_geometric.transforms import ToSparseTensor

        edges = random_edges(N, 200, both=False)
        weight = torch.arange(1.0, 1 + edges.shape[1])
        for options, attribute in [({}, None), ({"edge_weight": weight}, "edge_weight")]:
            data = ToSparseTensor(attr=attribute)(Data(edge_index=torch.tensor(edges), num_nodes=N, **options))
            self.assertNotIn("edge_index", data)
            store = gas_gnn.write(self.folder / "a.store", data, quiet=True, overwrite=True)
            self.assertEqual(pairs(store.edge_index()), pairs(edges))
            if attribute is None:
                self.assertIsNone(store.edge_weight)
                continue
            expected = dict(zip(map(tuple, edges.T.tolist()), weight.tolist(), strict=True))
            found = zip(map(tuple, store.edge_index().T.tolist()), there(store.edge_weight).tolist(), strict=True)
            self.assertEqual(dict(found), expected)

    def test_scipy(self) -> None:
        require("scipy")
        from scipy import sparse

        edges = random_edges(N, 200, both=False)
        for kind in ("csr", "csc", "coo"):
            for weights in (np.ones(edges.shape[1]), np.arange(1.0, 1 + edges.shape[1])):
                matrix = sparse.coo_matrix((weights, tuple(edges)), (N, N)).asformat(kind)
                store = gas_gnn.write(self.folder / "a.store", matrix, quiet=True, overwrite=True)
                self.assertEqual(store.manifest.is_weighted, bool(weights[-1] != 1))
                self.assertEqual((store.adjacency() != matrix.tocsr()).nnz, 0)
        with self.refuses("square"):
            gas_gnn.write(self.folder / "b.store", sparse.csr_matrix((3, 4)), quiet=True)
        # Entries of one place are one of their sum, and the zeros of blocks are none.
        twice = sparse.coo_matrix((np.ones(4), ([0, 0, 1, 2], [1, 1, 2, 0])), (4, 4))
        for matrix in (twice, twice.tocsr(), twice.tobsr((2, 2))):
            store = gas_gnn.write(self.folder / "a.store", matrix, quiet=True, overwrite=True)
            self.assertEqual((store.adjacency() != twice.tocsr()).nnz, 0)
            self.assertEqual(store.num_edges, 3)
        matrix = sparse.coo_matrix((weights, tuple(edges)), (N, N))
        # It may be given as edge_index too.
        store = gas_gnn.write(self.folder / "c.store", edge_index=matrix, quiet=True)
        self.assertEqual(store.num_nodes, N)

    def test_networkx(self) -> None:
        require("networkx")
        import networkx

        graph = networkx.karate_club_graph()
        for node in graph:
            graph.nodes[node].update(x=[node, 1.0], label=node % 2)
        graph.add_node(34, x=[34.0, 1.0], label=0)
        store = gas_gnn.write(
            self.folder / "a.store", graph, x="x", y="label", edge_weight="weight", train_mask=[0, 1, 2], quiet=True
        )
        self.assertFalse(store.is_directed)
        self.assertEqual((store.num_nodes, store.degrees[34]), (35, 0))
        np.testing.assert_array_equal(store.features[:, 0], np.arange(35))
        np.testing.assert_array_equal(store.adjacency().toarray(), networkx.to_numpy_array(graph, dtype=np.float32))
        self.assertTrue(any("club" in note for note in store.report["notes"]))
        weighted = networkx.MultiDiGraph([(0, 1, {"w": 1.0}), (0, 1, {"w": 2.0}), (1, 2, {"w": 3.0})])
        store = gas_gnn.write(self.folder / "d.store", weighted, quiet=True)
        self.assertEqual(
            [note.partition(";")[0] for note in store.report["notes"]],
            [
                'left out of the edges of the NetworkX graph: w (edge_weight="w" takes one of numbers)',
                "1 edge repeats another and does not count (PyG counts them)",
            ],
        )
        directed = networkx.DiGraph([("b", "a"), ("b", "c"), ("c", "a")])
        store = gas_gnn.write(self.folder / "b.store", directed, quiet=True)
        self.assertEqual((store.is_directed, store.ids.tolist()), (True, ["b", "a", "c"]))
        self.assertEqual(pairs(store.edge_index()), {(0, 1), (0, 2), (2, 1)})
        refusals: list[tuple[Any, dict[str, Any], str]] = [
            (networkx.Graph([(1, "a")]), {}, "all integers or all texts"),
            (graph, {"x": "nothing"}, "node 0 has no such attribute"),
            (graph, {"edge_weight": "nothing"}, "edge (0, 1) has no such attribute"),
            (networkx.Graph([(2**70, 1)]), {}, "ids: expected integers from -2^63"),
            (networkx.Graph(), {}, "nodes and edges, found none"),
        ]
        graph.nodes[3]["x"] = [1.0]
        refusals.append((graph, {"x": "x"}, 'x="x": expected numbers, or rows of one length'))
        for bad, options, words in refusals:
            with self.refuses(words):
                gas_gnn.write(self.folder / "c.store", bad, quiet=True, **options)

    def test_dgl(self) -> None:
        require("dgl")
        import dgl
        import torch

        edges = random_edges(N, 200, both=False)
        graph = dgl.graph((torch.tensor(edges[0]), torch.tensor(edges[1])), num_nodes=N)
        graph.ndata["feat"], graph.ndata["label"] = torch.randn(N, 4), torch.arange(N) % 3
        graph.ndata["train_mask"] = torch.arange(N) < 9
        store = gas_gnn.write(self.folder / "a.store", graph, quiet=True)
        self.assertEqual(pairs(store.edge_index()), pairs(edges))
        np.testing.assert_array_equal(store.features, graph.ndata["feat"].numpy())
        np.testing.assert_array_equal(store.train_mask, np.arange(N) < 9)
        graph.ndata["other"] = torch.arange(N)
        store = gas_gnn.write(self.folder / "b.store", graph, quiet=True)
        self.assertIn("left out of the DGL graph: other", store.report["notes"])
