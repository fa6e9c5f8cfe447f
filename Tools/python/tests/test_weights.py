"""Weights to PyTorch Geometric and back, for all models, against its own layers on the same graph."""

from __future__ import annotations

import functools
import importlib.util
import os
import pathlib
import re
import tempfile
import unittest
import warnings
from typing import Any, ClassVar

import numpy as np
from gas_gnn import GasError, Run, Store, ToolError, _tools

from tests.support import WITHOUT, require, require_tools, there

# Where they are not there, classes are skipped.
MISSING = [name for name in ("torch", "torch_geometric") if name in WITHOUT or importlib.util.find_spec(name) is None]
if not MISSING:
    import torch
    import torch_geometric.nn as pyg
    from gas_gnn.pyg import from_pyg, models, to_pyg

# The largest difference of outputs, relative to the largest output: float32 sums in another order.
TOLERANCE = 1e-5
NODES, FEATURES, CLASSES = 90, 7, 4

# Every model, and its variants: flags of gas-run train, and which of the graphs below it is trained on.
CASES: dict[str, tuple[str, dict[str, object]]] = {
    "gcn": ("plain", {"model": "gcn"}),
    "gcn-batch": ("plain", {"model": "gcn", "norm": "batch", "layers": 3, "residual": True}),
    "gcn-layer": ("weighted", {"model": "gcn", "norm": "layer", "linear": True, "residual": True}),
    "gcn-one": ("plain", {"model": "gcn", "layers": 1}),
    "gcn-none": ("weighted", {"model": "gcn", "edge_values": "none"}),
    "sage": ("plain", {"model": "sage", "norm": "batch"}),
    "sage-weighted": ("weighted", {"model": "sage", "layers": 3, "norm": "layer"}),
    "gat": ("plain", {"model": "gat", "heads": 3, "out_heads": 2}),
    "gat-batch": ("plain", {"model": "gat", "heads": 2, "layers": 3, "norm": "batch", "residual": True}),
    "gat-linear": ("plain", {"model": "gat", "heads": 2, "out_heads": 3, "linear": True, "norm": "layer"}),
    "gat-both": ("weighted", {"model": "gat", "heads": 2}),
    "gat-features": ("weighted", {"model": "gat", "heads": 2, "edge_values": "features"}),
    "gat-weights": ("weighted", {"model": "gat", "heads": 2, "edge_values": "weights"}),
    "appnp": ("plain", {"model": "appnp", "layers": 5, "alpha": 0.2}),
    "appnp-weighted": ("weighted", {"model": "appnp", "layers": 3}),
    "gcnii": ("plain", {"model": "gcnii", "layers": 4, "alpha": 0.2, "theta": 0.7}),
    "gcnii-separate": ("weighted", {"model": "gcnii", "layers": 3, "shared_weights": False, "norm": "batch"}),
    "gin": ("plain", {"model": "gin", "layers": 3, "norm": "batch"}),
    "gin-layer": ("weighted", {"model": "gin", "norm": "layer"}),
    "gin-bare": ("plain", {"model": "gin"}),
    "pna": ("plain", {"model": "pna", "norm": "batch"}),
    "pna-some": ("weighted", {"model": "pna", "aggregators": "max,mean", "scalers": "attenuation", "linear": True}),
    "pna-jk": ("plain", {"model": "pna-jk", "layers": 3, "norm": "batch", "residual": True}),
    "pna-jk-layer": ("plain", {"model": "pna-jk", "norm": "layer", "scalers": "identity,amplification"}),
    "mlp": ("plain", {"model": "mlp", "layers": 3}),
    "values": ("values", {"model": "sage", "norm": "layer"}),
    "values-pna": ("values", {"model": "pna", "aggregators": "mean"}),
    "labels": ("labels", {"model": "gcn", "norm": "batch"}),
}


class Graph:
    """A directed graph as arrays and as a store. Node 0 has no edges; edges differ, so that nothing is left out."""

    def __init__(self, kind: str, folder: pathlib.Path) -> None:
        random = np.random.default_rng(7)
        pairs = random.permutation(
            [(u, v) for u in range(1, NODES) for v in range(1, NODES) if kind == "weighted" or u != v]
        )
        self.edges = pairs[:700].T.copy()
        self.x = random.normal(size=(NODES, FEATURES)).astype(np.float32)
        self.weight: np.ndarray[Any, Any] | None = None
        self.attributes: np.ndarray[Any, Any] | None = None
        files = {"edges": self.edges.T, "features": self.x, "labels": self._labels(kind, random)}
        parts = random.permutation(NODES)
        for place, part in enumerate(("train", "val", "test")):
            files[part] = np.sort(parts[place * 30 : place * 30 + 30])
        flags = ["--directed", "--partitions=5", "--label-kind=" + self._kind(kind)]
        if kind == "weighted":
            self.weight = random.uniform(0.2, 2, self.edges.shape[1]).astype(np.float32)
            self.attributes = random.normal(size=(self.edges.shape[1], 3)).astype(np.float32)
            files |= {"edge-weights": self.weight, "edge-features": self.attributes}
        path = folder / kind
        path.mkdir()
        for name, array in files.items():
            np.save(path / f"{name}.npy", array)
        flags += [f"--{name}={path / name}.npy" for name in files if name != "edges"]
        self.path = folder / f"{kind}.store"
        _tools.run("gas-ingest", [str(path / "edges.npy"), *flags, f"--output={self.path}"])

    @staticmethod
    def _kind(kind: str) -> str:
        return {"values": "regression", "labels": "multi-label"}.get(kind, "classes")

    @staticmethod
    def _labels(kind: str, random: np.random.Generator) -> np.ndarray[Any, Any]:
        if kind == "values":
            return random.normal(50, 9, size=(NODES, 2)).astype(np.float32)
        if kind == "labels":
            return random.integers(0, 2, size=(NODES, CLASSES)).astype(np.uint8)
        return np.arange(NODES) % CLASSES

    def inputs(self, module: Any = None) -> list[Any]:
        """What a module is called with, as far as it uses it."""
        config = getattr(module, "config", None)
        weight = self.weight if config is not None and config.edge_weights != "none" else None
        attributes = self.attributes if config is not None and config.edge_features else None
        arrays = [self.x, self.edges, weight, attributes]
        return [None if array is None else torch.from_numpy(array) for array in arrays]

    def infer(self, run: str, name: str = "logits") -> np.ndarray[Any, Any]:
        path = self.path.parent / f"{name}.npy"
        _tools.run("gas-run", ["infer", str(self.path), f"--run={run}", f"--logits={path}", "--overwrite"])
        found: np.ndarray[Any, Any] = np.load(path)
        return found


class WeightTests(unittest.TestCase):
    folder: ClassVar[tempfile.TemporaryDirectory[str]]
    graphs: ClassVar[dict[str, Graph]]

    @classmethod
    def setUpClass(cls) -> None:
        for module in ("torch", "torch_geometric"):
            require(module)
        require_tools()
        cls.folder = tempfile.TemporaryDirectory()
        cls.graphs = {
            kind: Graph(kind, pathlib.Path(cls.folder.name)) for kind in ("plain", "weighted", "values", "labels")
        }
        for name, (kind, flags) in CASES.items():
            settings = {"hidden": 8, "epochs": 6, "lr": 0.02, "dropout": 0.3, "batch_partitions": 2} | flags
            graph = cls.graphs[kind]
            _tools.run("gas-run", ["train", str(graph.path), f"--run={name}", *_tools.arguments(settings)])

    @classmethod
    def tearDownClass(cls) -> None:
        cls.folder.cleanup()

    def assert_close(self, found: Any, expected: Any, what: str) -> None:
        found, expected = np.asarray(found), np.asarray(expected)
        self.assertEqual(found.shape, expected.shape, what)
        scale = float(np.abs(expected).max())
        self.assertGreater(scale, 1e-3, what)
        self.assertLessEqual(float(np.abs(found - expected).max()) / scale, TOLERANCE, what)

    def outputs(self, module: Any, graph: Graph) -> Any:
        with torch.no_grad():
            inputs = graph.inputs(module)
            if isinstance(module, pyg.MLP):
                return module(inputs[0])
            return module(*inputs[:2]) if not isinstance(module, models.Module) else module(*inputs)

    def test_modules_have_the_outputs_of_inference(self) -> None:
        self.assertEqual({flags["model"] for _, flags in CASES.values()}, set(ALL_MODELS))
        for name, (kind, _) in CASES.items():
            with self.subTest(name):
                graph = self.graphs[kind]
                module = to_pyg(Run(graph.path, name))
                self.assertFalse(module.training)
                self.assert_close(self.outputs(module, graph), graph.infer(name), name)

    def test_the_way_there_and_back_keeps_every_bit(self) -> None:
        for name, (kind, _) in CASES.items():
            with self.subTest(name), warnings.catch_warnings():
                # Nothing is converted or assumed. That a model does not use all of a store is said in any case.
                warnings.filterwarnings("ignore")
                warnings.filterwarnings("error", "no tensor shows|.*became float32")
                graph = self.graphs[kind]
                back = to_pyg(Run(graph.path, name))
                # Sums depend on what is in a batch, so the same bits take the same batches.
                from_pyg(back, store=graph.path, run=name + "-back", batch_partitions=2)
                np.testing.assert_array_equal(graph.infer(name + "-back", "back"), graph.infer(name))

    def test_last_weights_are_others(self) -> None:
        graph = self.graphs["plain"]
        run = Run(graph.path, "gat")
        best, last = (to_pyg(run, weights=weights).state_dict() for weights in ("best", "last"))
        epochs = _tools.run("gas-run", ["show", str(graph.path), "--run=gat"])
        same = all(torch.equal(best[name], last[name]) for name in best)
        self.assertEqual(same, epochs["bestEpoch"] == epochs["epochs"])

    def test_what_torch_has_trained_is_inferred_here(self) -> None:
        for name, (kind, _) in CASES.items():
            with self.subTest(name):
                graph = self.graphs[kind]
                module = to_pyg(Run(graph.path, name))
                train(module, graph)
                from_pyg(module, store=graph.path, run=name + "-torch")
                self.assert_close(graph.infer(name + "-torch"), self.outputs(module.eval(), graph), name)

    def test_models_of_pytorch_geometric_are_inferred_here(self) -> None:
        graph = self.graphs["plain"]
        sizes = (FEATURES, 12, 3, CLASSES)
        batch, layer = {"norm": "batch_norm"}, {"norm": "layer_norm", "norm_kwargs": {"mode": "node"}}
        foreign = {
            "gcn": [pyg.GCN(*sizes, dropout=0.4), pyg.GCN(*sizes, **batch), pyg.GCN(*sizes, **layer)],
            "sage": [pyg.GraphSAGE(*sizes), pyg.GraphSAGE(*sizes, **batch), pyg.GraphSAGE(FEATURES, 5, 1, CLASSES)],
            "gat": [
                pyg.GAT(*sizes, heads=3, act="elu", dropout=0.2),
                pyg.GAT(*sizes, heads=2, act="elu", **batch),
                pyg.GAT(FEATURES, 6, 2, CLASSES, act="elu"),
            ],
            "mlp": [pyg.MLP([FEATURES, 9, 9, CLASSES], norm=None, dropout=0.1)],
        }
        for model, modules in foreign.items():
            for place, module in enumerate(modules):
                for form in ("module", "state"):
                    name = f"{model}-{place}-{form}"
                    with self.subTest(name), warnings.catch_warnings():
                        # A state dict does not say that there is no residual connection, which is told.
                        warnings.simplefilter("error" if form == "module" else "ignore")
                        train(module, graph)
                        source = module if form == "module" else module.state_dict()
                        run = from_pyg(source, None if form == "module" else model, graph.path, "foreign-" + name)
                        self.assert_close(graph.infer(run.name), self.outputs(module.eval(), graph), name)

    def test_names_are_those_of_pytorch_geometric(self) -> None:
        graph = self.graphs["plain"]
        norm = {"norm": "batch_norm"}
        pairs = {
            "gcn": pyg.GCN(FEATURES, 8, 2, CLASSES),
            "sage": pyg.GraphSAGE(FEATURES, 8, 2, CLASSES, **norm),
            "gat-own": pyg.GAT(FEATURES, 24, 2, CLASSES, heads=3, act="elu"),
            "mlp": pyg.MLP([FEATURES, 8, 8, CLASSES], norm=None),
        }
        settings = {"hidden": 8, "epochs": 2, "heads": 3, "out_heads": 3, "model": "gat"}
        _tools.run("gas-run", ["train", str(graph.path), "--run=gat-own", *_tools.arguments(settings)])
        for name, foreign in pairs.items():
            with self.subTest(name):
                state = to_pyg(Run(graph.path, name)).state_dict()
                foreign.load_state_dict(state, strict=True)
                self.assert_close(self.outputs(foreign.eval(), graph), graph.infer(name), name)

    def test_attention_of_pytorch_geometric_sees_weights_and_features(self) -> None:
        graph = self.graphs["weighted"]
        inside = graph.edges[0] != graph.edges[1]
        folder = pathlib.Path(self.folder.name)
        for values, width, fill in (("weights", 1, "mean"), ("features", 3, 0.0)):
            with self.subTest(values):
                path = folder / f"loopless-{values}.store"
                array = there(graph.weight if values == "weights" else graph.attributes)[inside]
                np.save(folder / "loopless.npy", graph.edges.T[inside])
                np.save(folder / "values.npy", array)
                source = graph.path.parent / "weighted"
                flags = [f"--{name}={source / name}.npy" for name in ("features", "labels", "train", "val", "test")]
                flags += ["--directed", f"--edge-{values}={folder / 'values.npy'}", f"--output={path}"]
                _tools.run("gas-ingest", [str(folder / "loopless.npy"), *flags])
                module = pyg.GAT(FEATURES, 8, 2, CLASSES, heads=2, act="elu", edge_dim=width, fill_value=fill).eval()
                from_pyg(module, store=path, run="attention")
                logits = folder / "attention.npy"
                _tools.run("gas-run", ["infer", str(path), "--run=attention", f"--logits={logits}", "--overwrite"])
                edges, attributes = torch.from_numpy(graph.edges[:, inside]), torch.from_numpy(array)
                with torch.no_grad():
                    expected = module(torch.from_numpy(graph.x), edges, edge_attr=attributes.view(-1, width))
                self.assert_close(np.load(logits), expected, values)

    def test_kinds_of_labels_are_not_mixed_up(self) -> None:
        """No tensor shows whether four columns are four classes or four labels."""
        for run, other in (("labels", "plain"), ("gcn", "labels")):
            with self.subTest(run):
                module = to_pyg(Run(self.graphs[CASES[run][0]].path, run))
                with self.assertRaisesRegex(GasError, "the module predicts .*, and the labels of"):
                    from_pyg(module, store=self.graphs[other].path, run="mixed")

    def test_aggregation_of_another_graph_is_taken_over(self) -> None:
        """Scalers of pna divide by a number of the graph that was trained on, and the importing store has another."""
        module, graph = to_pyg(Run(self.graphs["plain"].path, "pna")), self.graphs["weighted"]
        other = models.make(models.ModelConfig({**module.config.settings, "edge-values": "none"}, FEATURES, CLASSES))
        other.load_state_dict(module.state_dict())
        self.assertNotEqual(float(other.mean_log_degree), float(to_pyg(Run(graph.path, "pna-some")).mean_log_degree))
        from_pyg(other, store=graph.path, run="pna-elsewhere")
        self.assert_close(graph.infer("pna-elsewhere"), self.outputs(other.eval(), graph), "pna")

    def test_types_are_converted_and_said(self) -> None:
        graph = self.graphs["plain"]
        for kind, bits in ((torch.float64, 24), (torch.float16, 11), (torch.bfloat16, 8)):
            with self.subTest(kind):
                module = to_pyg(Run(graph.path, "sage")).to(kind)
                with self.assertWarnsRegex(UserWarning, "became float32"):
                    from_pyg(module, store=graph.path, run="converted", overwrite=True)
                back = to_pyg(Run(graph.path, "converted")).state_dict()
                for name, tensor in module.state_dict().items():
                    if tensor.is_floating_point():
                        self.assertTrue(torch.equal(back[name].to(kind), tensor), f"{name} in {bits} bits")

    def test_the_code_of_the_page_runs(self) -> None:
        page = pathlib.Path(__file__).parents[3] / "docs/pyg.md"
        blocks = re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
        self.assertEqual(len(blocks), 2)
        sizes = "--nodes=300 --edges=1500 --features=8 --classes=3"
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder.name)
        _tools.run("gas-ingest", ["generate", *sizes.split(), "--output=data"])
        names = ("features", "labels", "train", "val", "test")
        flags = [f"--{name}=data/{name}.npy" for name in names]
        _tools.run("gas-ingest", ["data/edges.npy", *flags, "--output=my.store"])
        _tools.run("gas-run", ["train", "my.store", "--run=first", "--model=gcn", "--epochs=3"])
        found: dict[str, Any] = {}
        for block in blocks:
            exec(compile(block, str(page), "exec"), found)
        self.assert_close(found["logits"].detach(), found["store"].run("first").logits(), "first")
        self.assertEqual(found["run"].name, "from-pyg")
        edges = torch.from_numpy(found["store"].edge_index())
        with torch.no_grad():
            expected = found["model"].eval()(torch.tensor(found["store"].features), edges)
        self.assert_close(found["run"].logits(), expected, "from-pyg")

    def test_runs_apart_from_the_store(self) -> None:
        run = Run(self.graphs["plain"].path, "sage")
        with tempfile.TemporaryDirectory() as folder:
            moved = from_pyg(to_pyg(run), store=run.store, run="moved", runs=folder)
            self.assertEqual(moved.folder, pathlib.Path(folder, "moved"))
            self.assert_close(moved.logits(), run.logits(), "moved")
            state = to_pyg(run).state_dict()
            for name, tensor in to_pyg(moved).state_dict().items():
                torch.testing.assert_close(tensor, state[name], rtol=0, atol=0)

    def test_what_is_not_known_of_imported_runs_is_absent(self) -> None:
        graph = self.graphs["plain"]
        run = from_pyg(to_pyg(Run(graph.path, "sage")), store=graph.path, run="absent")
        self.assertEqual(run.records, [])
        self.assertEqual(len(run.metrics), 0)
        self.assertEqual(run.result["state"], "imported")
        self.assertNotIn("bestEpoch", run.result)
        # No message advises to resume it.
        again = functools.partial(from_pyg, to_pyg(run), store=graph.path, run="absent")
        calls = (lambda: run.history(1), lambda: run.pushed(1), again)
        for call in calls:
            with self.assertRaises(GasError) as refused:
                call()
            self.assertNotIn("resume", str(refused.exception))
            self.assertIn("imported", str(refused.exception))
        with self.assertRaisesRegex(GasError, "has no epochs to plot"):
            run.plot()
        with self.assertRaisesRegex(ToolError, "was imported"):
            _tools.run("gas-run", ["resume", str(graph.path), "--run=absent"])

    def test_what_cannot_be_computed_is_refused(self) -> None:
        path = self.graphs["plain"].path
        sizes = (FEATURES, 6, 2, CLASSES)
        refused = {
            r"act of GAT is ReLU": pyg.GAT(*sizes),
            r"convs.0.aggr": pyg.GraphSAGE(*sizes, aggr="max"),
            r"convs.0.normalize": pyg.GCN(*sizes, normalize=False),
            r"jk_mode": pyg.GCN(*sizes, jk="cat"),
            r"norms.0.mode": pyg.GCN(*sizes, norm="layer_norm"),
            r"act_first": pyg.GCN(*sizes, act_first=True),
            r"GINConv|GIN is neither|\.GIN ": pyg.GIN(*sizes),
            r"norms.0 of MLP": pyg.MLP([FEATURES, 4, CLASSES]),
        }
        for message, module in refused.items():
            with self.subTest(message), self.assertRaisesRegex(GasError, message):
                from_pyg(module, store=path, run="refused")
        state = to_pyg(Run(path, "gcn")).state_dict()
        for message, tensors in {
            "convs.1.bias": {name: tensor for name, tensor in state.items() if name != "convs.1.bias"},
            r"convs.1.lin.weight.*\[4, 8\].*found \[8, 4\]": {**state, "convs.1.lin.weight": torch.zeros(8, 4)},
            "extra": {**state, "extra": torch.zeros(1)},
            "finite": {**state, "convs.0.bias": torch.full((8,), float("nan"))},
        }.items():
            with self.subTest(message), self.assertRaisesRegex(ToolError, message) as caught:
                from_pyg(tensors, "gcn", path, "refused")
            self.assertNotIn("\n", str(caught.exception))
            # Not a path that nobody has given.
            self.assertNotIn(tempfile.gettempdir() + "/gas-gnn-", str(caught.exception))
            self.assertIn("the weights", str(caught.exception))
        with self.assertRaisesRegex(GasError, "to_pyg takes a run, .* found str"):
            to_pyg("gcn")  # type: ignore[arg-type]
        with self.assertRaisesRegex(GasError, r"from_pyg takes a module of torch or its state_dict\(\), found int"):
            from_pyg(3, "gcn", path, "refused")
        x, edges = torch.zeros(3, FEATURES), torch.zeros(2, 1, dtype=torch.long)
        module = to_pyg(Run(path, "gcn"))
        for inputs, message in [
            ((x.numpy(), edges), "x as a tensor"),
            ((x[:, 1:], edges), rf"x of shape \[N, {FEATURES}\]"),
            ((x, edges.float()), r"edge_index as integers \[2, E\], found torch.float32"),
            ((x, edges.T), r"edge_index as integers \[2, E\]"),
        ]:
            with self.subTest(message), self.assertRaisesRegex(ValueError, message):
                module(*inputs)
        with self.assertRaisesRegex(ToolError, "alpha"):
            from_pyg(to_pyg(Run(path, "appnp")).state_dict(), "appnp", path, "refused", layers=5)
        with self.assertRaisesRegex(GasError, "the module has --alpha=.*; found --alpha=0.75"):
            from_pyg(to_pyg(Run(path, "appnp")), store=path, run="refused", alpha=0.75)
        self.assertNotIn("refused", Store(path).runs)


ALL_MODELS = ("gcn", "sage", "gat", "appnp", "gcnii", "gin", "pna", "pna-jk", "mlp")


def train(module: Any, graph: Graph) -> None:
    """A few steps of Adam on squares, which move every tensor, batch norm's means too."""
    torch.manual_seed(3)
    module.train()
    optimiser = torch.optim.Adam(module.parameters(), lr=0.01)
    inputs = graph.inputs(module)
    inputs = inputs[:1] if isinstance(module, pyg.MLP) else inputs if isinstance(module, models.Module) else inputs[:2]
    for _ in range(5):
        optimiser.zero_grad()
        outputs = module(*inputs)
        (outputs - torch.randn_like(outputs)).square().mean().backward()
        optimiser.step()


if __name__ == "__main__":
    unittest.main()
