"""Training, inference, and what runs leave."""

from __future__ import annotations

import contextlib
import io
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
from typing import Any

import gas_gnn
import numpy as np

from tests.support import Case, another_user, children_of, is_gone, random_edges, require, there, wait_until

N = 400


def learnable(folder: pathlib.Path, **options: Any) -> gas_gnn.Store:
    """A store whose labels follow from the features."""
    random = np.random.default_rng(0)
    y = random.integers(0, 3, N)
    x = random.normal(size=(N, 6)) + 2 * np.eye(6)[y]
    parts = random.random(N)
    masks = {"train_mask": parts < 0.4, "val_mask": (parts >= 0.4) & (parts < 0.7), "test_mask": parts >= 0.7}
    given: dict[str, Any] = {"x": x, "y": y, **masks, "partitions": 4, "quiet": True, **options}
    return gas_gnn.write(folder / "a.store", edge_index=random_edges(N, 1200, both=True), **given)


class RunTests(Case):
    """One small run."""

    def setUp(self) -> None:
        super().setUp()
        self.store = learnable(self.folder)

    def train(self, **settings: Any) -> gas_gnn.Run:
        """A GCN in batches of one partition."""
        options = {"model": "gcn", "hidden": 8, "batch_partitions": 1, "epochs": 6, "progress": False, **settings}
        return gas_gnn.train(self.store, **options)

    def test_train(self) -> None:
        run = self.train(run="first", layers=2.0, weight_decay=0.001, batch_norm=True, lr=np.float64(0.02), clip=None)
        self.assertEqual((run.name, run.folder.name), ("first", "first"))
        config = run.config
        self.assertEqual((config["model"], config["hidden"], config["weight-decay"]), ("gcn", 8, 0.001))
        self.assertEqual((config["lr"], config["norm"]), (0.02, "batch"))
        self.assertEqual(run.report["run"], "first")
        self.assertEqual(run.result["state"], "complete")
        self.assertEqual(run.result["testAccuracy"], run.report["testAccuracy"])
        self.assertGreater(run.report["testAccuracy"], 0.45)
        self.assertEqual(self.store.runs, ["first"])
        self.assertEqual(repr(self.store.run("first")), repr(run))
        with self.refuses("first", kind=gas_gnn.ToolError):
            self.train(run="first")
        self.assertEqual(self.train(run="first", overwrite=True, epochs=2).report["epochs"], 2)

    def test_settings_that_are_wrong(self) -> None:
        refusals: list[tuple[dict[str, Any], str]] = [
            ({"modle": "gcn"}, "--modle"),
            ({"model": "gnc"}, "gcn"),
            ({"hidden": -1}, "hidden"),
            ({"heads": 3}, "heads"),
            ({"repeats": 3}, "takes no repeats"),
            ({"plan": True}, "gas-run train --plan"),
        ]
        for settings, words in refusals:
            with self.subTest(words), self.refuses(words):
                self.train(**settings)
        with self.refuses("a store", kind=gas_gnn.FormatError):
            gas_gnn.train(self.folder / "absent.store")
        self.assertEqual(self.store.runs, [])

    def test_training_ends_with_the_process_that_waits_for_it(self) -> None:
        """It stops at an evaluation with a checkpoint, as after Ctrl-C, and the run can go on."""
        script = (
            "import gas_gnn, sys; gas_gnn.train(sys.argv[1], run='a', model='gcn', hidden=8, epochs=10**6,"
            " batch_partitions=1, patience=10**6, progress=False)"
        )
        with subprocess.Popen([sys.executable, "-c", script, str(self.store.path)]) as process:
            [tool] = wait_until(lambda: children_of(process.pid, "gas-run"))
            folder = self.store.path / "runs" / "a"
            wait_until(lambda: (folder / "metrics.jsonl").exists() and len(gas_gnn.Run(self.store, "a").records) > 2)
            process.kill()
        try:
            wait_until(lambda: is_gone(tool), seconds=20)
        finally:
            if not is_gone(tool):
                os.kill(tool, signal.SIGKILL)
        done = gas_gnn.Run(self.store, "a").records[-1]["epoch"]
        run = gas_gnn.resume(self.store.run("a"), epochs=done + 1, progress=False)
        self.assertEqual(run.records[-1]["epoch"], done + 1)

    def test_what_is_no_run_or_layer(self) -> None:
        run = self.train(run="a", layers=3)
        refusals: list[tuple[Any, str]] = [
            (lambda: run.history(0), "layer: expected a whole number from 1 to 2, found 0"),
            (lambda: run.history(-1), "found -1"),
            (lambda: run.pushed(3), "found 3"),
            (lambda: run.history(True), "found True"),
            (lambda: run.history(1, 4), "partition: expected a whole number from 0 to 3, found 4"),
            (lambda: self.store.run(3), "expected the name of a run, found 3"),  # type: ignore[arg-type]
            (lambda: gas_gnn.Run(self.store, "b"), 'has no run "b"; there is "a"'),
            (lambda: gas_gnn.resume("a"), "resume takes a run, as gas_gnn.Run(store, name) opens it, found str"),  # type: ignore[arg-type]
            (lambda: gas_gnn.infer("a"), "infer takes a run"),  # type: ignore[arg-type]
            (lambda: gas_gnn.infer(run, 3), "expected a store or the path of one, found 3"),  # type: ignore[arg-type]
            (lambda: gas_gnn.infer(run, outputs="logits"), "outputs: expected a list such as ['logits']"),
            (lambda: gas_gnn.infer(run, nodes=[0, -1]), "nodes: expected places from 0 to 399, found -1 at index 1"),
            (lambda: gas_gnn.train(None), "expected a store or the path of one, found None"),  # type: ignore[arg-type]
        ]
        for body, words in refusals:
            with self.subTest(words), self.refuses(words):
                body()
        full = self.train(run="full", layers=1)
        with self.refuses("the run keeps no history: one of one layer or of the full batch"):
            full.history(1)
        shutil.rmtree(self.store.path)
        for body in (lambda: run.history(1), lambda: gas_gnn.infer(run), lambda: run.config):
            with self.refuses("runs/a/config.json: expected what was there when it was opened", "found no file"):
                body()

    def test_runs_apart_from_the_store(self) -> None:
        """Runs in a folder of their own: nothing is written into the store."""
        apart = self.folder / "apart"
        run = self.train(run="first", epochs=3, runs=apart)
        self.assertEqual((run.folder, run.runs), (apart / "first", apart))
        self.assertEqual(self.store.runs, [])
        self.assertFalse((self.store.path / "runs").exists())
        self.assertEqual(run.result["state"], "complete")
        self.assertEqual(gas_gnn.resume(run, epochs=4, progress=False).report["epochs"], 4)
        found = gas_gnn.Run(self.store, "first", runs=str(apart))
        self.assertEqual(repr(self.store.run("first", apart)), repr(found))
        np.testing.assert_array_equal(found.logits(), run.logits())
        self.assertEqual(found.history(1).shape, (N, 8))
        with self.refuses(f'{apart} has no run "second"; there is "first"'):
            gas_gnn.Run(self.store, "second", apart)
        with self.refuses('a.store has no run "first"; it has none'):
            gas_gnn.Run(self.store, "first")
        with self.refuses("runs: expected the path of a folder, found 3"):
            gas_gnn.Run(self.store, "first", 3)  # type: ignore[arg-type]
        other = gas_gnn.write(
            self.folder / "b.store", edge_index=random_edges(N, 900, both=True), x=self.store.features, quiet=True
        )
        self.assertEqual(there(gas_gnn.infer(found, other, outputs=["logits"]).logits).shape, (N, 3))
        with self.refuses("apart/first: was trained on another store than"):
            gas_gnn.Run(other, "first", apart)

    def test_runs_of_another_user(self) -> None:
        run = self.train(run="a")
        self.folder.chmod(0o755)
        run.folder.chmod(0o700)
        with another_user(), self.refuses("runs/a", "this user may not read it; ask its owner for access"):
            gas_gnn.Run(self.store, "a")
        run.folder.parent.chmod(0o700)
        with another_user(), self.refuses("runs", "this user may not read it; ask its owner for access"):
            _ = self.store.runs

    def test_metrics(self) -> None:
        run = self.train(run="first")
        columns = gas_gnn._metrics.table(run.records)
        self.assertEqual(columns["epoch"].tolist(), list(range(7)))
        self.assertTrue(np.isnan(columns["loss"][0]) and not np.isnan(columns["loss"][1:]).any())
        self.assertEqual(columns["scores.val.accuracy"].dtype, np.float64)
        self.assertIn("layer1.drift", columns)
        require("pandas")
        frame = run.metrics
        self.assertEqual(len(frame), 7)
        best = frame.loc[run.report["bestEpoch"]]
        self.assertEqual(best["val"], run.report["valAccuracy"])

    def test_metrics_of_nothing(self) -> None:
        run = self.train(run="first")
        shutil.rmtree(self.store.path / "runs" / "first")
        with self.refuses("expected the folder of a run", kind=gas_gnn.FormatError):
            _ = run.records

    def test_without_pandas(self) -> None:
        self.train(run="first")
        script = (
            "import sys; sys.modules['pandas'] = None; import gas_gnn; "
            f"run = gas_gnn.Run({str(self.store.path)!r}, 'first'); print(type(run.metrics).__name__)"
        )
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout, "dict\n")

    def test_outputs(self) -> None:
        run = self.train(run="first")
        logits, classes, chances = run.logits(), run.predictions(), run.predict_proba()
        self.assertEqual((run.embeddings().shape, logits.shape), ((N, 8), (N, 3)))
        np.testing.assert_array_equal(logits.argmax(axis=1), classes)
        np.testing.assert_array_equal(chances.argmax(axis=1), classes)
        np.testing.assert_allclose(chances.sum(axis=1), 1, rtol=1e-6)
        test = self.store.test_mask
        accuracy = np.mean(classes[test] == there(self.store.labels)[test])
        self.assertAlmostEqual(float(accuracy), run.report["testAccuracy"], places=6)
        self.assertIs(run.logits(), logits)
        nodes = [5, 0, 5]
        some = gas_gnn.infer(run, outputs=["logits"], nodes=nodes)
        np.testing.assert_array_equal(some.logits, logits[nodes])
        self.assertIsNone(some.embeddings)
        mask = np.arange(N) < 4
        np.testing.assert_array_equal(gas_gnn.infer(run, nodes=mask).predictions, classes[:4])
        refusals: list[tuple[Any, str]] = [([N], "places from 0 to 399"), ([], "at least one"), ([0.5], "integers")]
        for wrong, words in refusals:
            with self.refuses(words):
                gas_gnn.infer(run, nodes=wrong)
        with self.refuses("infer takes a run"):
            gas_gnn.infer(self.store)  # type: ignore[arg-type]
        with self.refuses("outputs are some of"):
            gas_gnn.infer(run, outputs=["probabilities"])

    def test_models_without_embeddings(self) -> None:
        """What the tool says decides: a model has embeddings where it computes them."""
        models: list[tuple[dict[str, Any], bool]] = [
            ({"model": "mlp", "layers": 3}, False),
            ({"model": "gcn", "layers": 1}, False),
            ({"model": "sage", "layers": 1, "linear": True}, False),
            ({"model": "appnp", "layers": 1}, False),
            ({"model": "appnp", "layers": 2}, True),
            ({"model": "gcnii", "layers": 2}, True),
        ]
        for settings, has_embeddings in models:
            with self.subTest(settings):
                run = self.train(run="first", overwrite=True, epochs=1, **settings)
                found = gas_gnn.infer(run)
                self.assertEqual(found.embeddings is not None, has_embeddings)
                np.testing.assert_array_equal(there(found.logits).argmax(axis=1), found.predictions)
                if not has_embeddings:
                    with self.refuses('the run "first" has no embeddings', "ask for logits"):
                        run.embeddings()
                    flags = ["infer", str(self.store.path), "--run=first", f"--embeddings={self.folder / 'e.npy'}"]
                    with self.refuses("there are no embeddings", kind=gas_gnn.ToolError):
                        gas_gnn._tools.run("gas-run", flags)

    def test_histories_are_the_hidden_rows(self) -> None:
        """Training ends with an exact pass, whose rows the histories hold, by the last weights."""
        run = self.train(run="first", dropout=0.0)
        self.assertEqual(run.num_histories, 1)
        np.testing.assert_allclose(run.history(1), run.embeddings(weights="last"), atol=1e-6)
        part = self.store.partition(2)
        np.testing.assert_array_equal(run.history(1, partition=2), run.history(1)[part.nodes])
        steps = run.report["epochs"] * self.store.num_partitions
        np.testing.assert_array_equal(run.pushed(1), np.full(N, steps))
        for kind, error in [("float16", 2e-3), ("bfloat16", 2e-2), ("int8", 2e-2)]:
            run = self.train(run=kind, dropout=0.0, history_type=kind)
            exact = run.embeddings(weights="last")
            self.assertLess(np.abs(run.history(1) - exact).max(), error * np.abs(exact).max())

    def test_inference_elsewhere(self) -> None:
        run = self.train(run="first")
        order = np.random.default_rng(4).permutation(N)
        place = np.argsort(order)
        names = [f"node {number}" for number in order]
        other = gas_gnn.write(
            self.folder / "b.store",
            edge_index=place[random_edges(N, 1200, both=True)],
            x=self.store.features[order],
            ids=names,
            quiet=True,
            partitions=2,
        )
        found = there(gas_gnn.infer(run, other, outputs=["logits"]).logits)
        np.testing.assert_allclose(found, run.logits()[order], atol=1e-5)
        some = gas_gnn.infer(run, other.path, outputs=["logits"], nodes=[3, 1])
        np.testing.assert_allclose(there(some.logits), found[[3, 1]], atol=1e-6)

    def test_resume(self) -> None:
        whole = self.train(run="whole", epochs=6)
        part = self.train(run="part", epochs=3)
        before = part.logits()
        part = gas_gnn.resume(part, epochs=6, progress=False)
        self.assertEqual(part.report["epochs"], 6)
        np.testing.assert_array_equal(part.logits(), whole.logits())
        self.assertFalse(np.array_equal(before, part.logits()))

    def test_what_was_computed_is_forgotten_when_the_run_goes_on(self) -> None:
        run = self.train(run="first", epochs=1)
        before = run.logits(weights="last")
        gas_gnn.resume(run, epochs=3, progress=False)
        self.assertFalse(np.array_equal(before, run.logits(weights="last")))

    def test_other_labels(self) -> None:
        random = np.random.default_rng(2)
        several = random.integers(0, 2, (N, 3)).astype(float)
        self.store = learnable(self.folder, y=several, overwrite=True)
        run = self.train(run="several")
        np.testing.assert_allclose(run.predict_proba(), 1 / (1 + np.exp(-run.logits())), atol=1e-6)
        np.testing.assert_array_equal(run.predictions(), run.predict_proba() > 0.5)
        self.store = learnable(self.folder, y=random.normal(size=N), overwrite=True, discard_runs=1)
        run = self.train(run="values")
        self.assertEqual(run.predictions().shape, (N,))
        with self.refuses("no probabilities"):
            run.predict_proba()

    def test_several_models(self) -> None:
        run = gas_gnn.train(self.store, model="auto", time="3s", run="try", progress=False)
        self.assertEqual(run.name, f"try-{run.report['best']}")
        self.assertEqual(run.config["model"], run.report["best"])

    def test_progress(self) -> None:
        require("tqdm")
        text = io.StringIO()
        with contextlib.redirect_stderr(text):
            self.train(run="first", progress=True)
        self.assertIn("6/6", text.getvalue())
        self.assertIn("loss", text.getvalue())

    def test_plot(self) -> None:
        require("matplotlib")
        import matplotlib

        matplotlib.use("Agg")
        run = self.train(run="first")
        axes = run.plot()
        self.assertEqual([line.get_label() for line in axes.get_lines()], ["loss"])
        drift = run.plot("layer1.drift")
        np.testing.assert_array_equal(drift.get_lines()[0].get_xdata(), np.arange(1, 7))
        with self.refuses("metrics have no nothing"):
            run.plot("nothing")

    def test_interrupt(self) -> None:
        """SIGINT to Python alone, as a notebook sends it: the tool stops with a checkpoint before Python does."""
        script = (
            # Where these tests run in the background of a shell, SIGINT is ignored.
            "import gas_gnn, signal, sys\n"
            "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
            "try: gas_gnn.train(sys.argv[1], model='gcn', epochs=10**6, patience=10**6, run='long', progress=False)\n"
            "except KeyboardInterrupt: print('interrupted')"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(self.store.path)], stdout=subprocess.PIPE, text=True
        )
        file = self.store.path / "runs/long/metrics.jsonl"
        end = time.monotonic() + 60
        while time.monotonic() < end and (not file.exists() or file.read_bytes().count(b"\n") < 3):
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.communicate(timeout=60)[0], "interrupted\n")
        run = self.store.run("long")
        self.assertEqual(run.result["state"], "stopped")
        epochs = run.result["epochs"]
        self.assertGreaterEqual(epochs, 1)
        self.assertEqual(gas_gnn.resume(run, epochs=epochs + 1, progress=False).report["epochs"], epochs + 1)


class ForkTests(Case):
    """A tool notices the end of its parent even where a process that was forked from that goes on."""

    needs_tools = False

    def test_forked_child(self) -> None:
        (self.folder / "gas-run").write_text(
            "#!/bin/sh\n"
            'echo "$$" > started\n'
            'cat "/dev/fd/${GAS_LIFELINE%%:*}" > /dev/null\n'  # It waits until the other end is closed everywhere.
            "touch noticed\n"
        )
        (self.folder / "gas-run").chmod(0o755)
        script = (
            "import multiprocessing, os, pathlib, signal, threading, time\n"
            "from gas_gnn import _tools\n"
            "threading.Thread(target=_tools.run, args=('gas-run', ['x']), daemon=True).start()\n"
            "while not pathlib.Path('started').exists(): time.sleep(0.01)\n"
            "child = multiprocessing.get_context('fork').Process(target=time.sleep, args=(60,))\n"
            "child.start()\n"
            "print(child.pid, flush=True)\n"
            "time.sleep(0.2)\n"
            "os.kill(os.getpid(), signal.SIGKILL)\n"
        )
        # The output is a file: the child that goes on would keep a pipe open.
        with open(self.folder / "output", "w+") as output:
            subprocess.run(
                [sys.executable, "-W", "ignore", "-c", script],
                cwd=self.folder,
                env={**os.environ, "GAS_BIN": str(self.folder)},
                stdout=output,
                check=False,
            )
            output.seek(0)
            child = int(output.read())
        try:
            os.kill(child, 0)  # It goes on.
            end = time.monotonic() + 10
            while time.monotonic() < end and not (self.folder / "noticed").exists():
                time.sleep(0.02)
            self.assertTrue((self.folder / "noticed").exists(), "the forked child holds the pipe")
        finally:
            os.kill(child, signal.SIGKILL)

    def test_tools_of_a_child(self) -> None:
        """A child that is forked while a tool runs can run tools itself."""
        (self.folder / "gas-run").write_text('#!/bin/sh\n[ "$1" = now ] || sleep 1\necho \'{"done": true}\'\n')
        (self.folder / "gas-run").chmod(0o755)
        script = (
            "import os, sys, threading, time\n"
            "from gas_gnn import _tools\n"
            "outer = threading.Thread(target=_tools.run, args=('gas-run', ['later']))\n"
            "outer.start()\n"
            "time.sleep(0.3)\n"
            "child = os.fork()\n"
            "if child == 0: os._exit(0 if _tools.run('gas-run', ['now'])['done'] else 1)\n"
            "outer.join()\n"
            "sys.exit(os.waitpid(child, 0)[1])\n"
        )
        words = [sys.executable, "-W", "ignore", "-c", script]
        done = subprocess.run(words, env={**os.environ, "GAS_BIN": str(self.folder)}, check=False, timeout=30)
        self.assertEqual(done.returncode, 0)


class ToolTests(Case):
    """Where the tools are looked for."""

    def test_places(self) -> None:
        script = "from gas_gnn import _tools; print(_tools.find('gas-run'))"
        fake, other = self.folder / "fake", self.folder / "other"
        for folder, text in [(fake, "#!/bin/sh\nfrom gas_gnn import x"), (other, "#!/bin/sh")]:
            folder.mkdir()
            (folder / "gas-run").write_text(text)
            (folder / "gas-run").chmod(0o755)
        environment = {name: value for name, value in os.environ.items() if name != "GAS_BIN"}

        def found(**changed: str) -> str:
            words = [sys.executable, "-c", script]
            done = subprocess.run(words, env={**environment, **changed}, capture_output=True, text=True)
            return done.stdout.strip() or done.stderr.strip().splitlines()[-1]

        bundled = gas_gnn._tools._BUNDLED / "gas-run"
        if bundled.exists():  # This is the wheel that carries the tools: they come before PATH.
            self.assertEqual(found(PATH=str(other)), str(bundled))
            self.assertEqual(found(PATH=str(fake), GAS_BIN=str(other)), str(other / "gas-run"))
            return
        # A script of this package is not taken for the tool that it starts.
        self.assertEqual(found(PATH=f"{fake}:{other}"), str(other / "gas-run"))
        self.assertEqual(found(PATH=str(fake), GAS_BIN=str(other)), str(other / "gas-run"))
        self.assertIn("no program gas-run in that folder", found(PATH=str(other), GAS_BIN=str(self.folder)))
        self.assertIn("install the gas-gnn wheel", found(PATH=str(fake)))
