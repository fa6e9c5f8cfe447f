"""Small graphs against PyTorch Geometric on the CPU: 200 epochs of a GCN on Cora, and epochs of a GCNII of 64 layers.

Both programs train full batch with the published settings and evaluate after every epoch; gas-run also with histories.
Before anything is timed, PyTorch Geometric must compute the same logits from weights that gas-run trained. Rounds take
turns, and the ratio is the median of the rounds' ratios. PYTHON names a Python with torch and torch_geometric.
"""

import argparse
import os
import pathlib
import statistics
from collections.abc import Callable, Iterator
from typing import Any

from gasbench.shared import machine, pages
from gasbench.shared.benchmark import Benchmark
from gasbench.shared.children import MALLOC, package_path, run_child
from gasbench.shared.messages import Failure, say
from gasbench.shared.pages import Page
from gasbench.shared.places import DATA
from gasbench.shared.programs import QUIET, Programs, records_of_epochs

LOGIT_LIMIT = 1e-4
# Name, preset, epochs a turn. The first epochs are not counted where single epochs are compared.
JOBS = (
    ("GCN, 2 layers of 16, 200 epochs", "cora-gcn", 200),
    ("GCNII, 64 layers of 64, an epoch", "cora-gcnii", 12),
)
LABELS = {"gas": "gas-run, histories (preset)", "full": "gas-run, full batch", "pyg": "PyG, full batch"}
Round = dict[str, float]


class Comparison:
    """Both programs on one preset's settings."""

    versions: dict[str, Any]

    def __init__(self, options: argparse.Namespace, programs: Programs, preset: str, ingest: str) -> None:
        self.options, self.programs, self.preset = options, programs, preset
        self.store, _ = programs.store("cora", ingest)

    def gas(self, epochs: int, mode: str) -> list[float]:
        """Seconds of each epoch, evaluation included."""
        batch = ["--batch-partitions", "all"] if mode == "full" else []
        length = ["--epochs", epochs, "--threads", self.options.threads]
        words = ["--preset", self.preset, *batch, *length, "--run", mode, *QUIET]
        self.programs.call("gas-run", "train", self.store, *words)
        records = records_of_epochs(self.store, mode)
        return [record["trainSeconds"] + record["evaluateSeconds"] for record in records]

    def pyg(self, epochs: int, logits: pathlib.Path | None = None) -> dict[str, Any]:
        weights = self.store / "runs/full/model.safetensors"
        script = pathlib.Path(__file__).with_name("pyg.py")
        words = [DATA / "cora", self.preset, weights, epochs, self.options.threads, *([logits] if logits else [])]
        found: dict[str, Any] = run_child([self.options.python, script, *words], {**package_path(), **MALLOC}).result
        return found

    def check(self) -> float:
        """Largest difference of logits from trained weights, relative to the largest logit."""
        self.gas(10, "full")
        logits = self.programs.work / "logits.npy"
        self.programs.call("gas-run", "infer", self.store, "--run", "full", "--logits", logits, "--overwrite")
        self.versions = self.pyg(0, logits)
        difference = float(self.versions["logitDifference"])
        if not difference <= LOGIT_LIMIT:
            what = f"{self.preset}: logits differ by {difference:.1e}"
            raise Failure(f"{what}, allowed are {LOGIT_LIMIT:.0e}; nothing is timed")
        say(f"{self.preset}: logits agree to {difference:.1e}")
        return difference

    def round(self, epochs: int) -> Round:
        """One turn of each program; of many epochs the sum, of few the median of all but the first two."""
        turns: dict[str, Callable[[], list[float]]] = {
            "gas": lambda: self.gas(epochs, "histories"),
            "full": lambda: self.gas(epochs, "full"),
            "pyg": lambda: self.pyg(epochs)["seconds"],
        }
        found = {}
        for name, turn in turns.items():
            machine.wait_until_idle(self.options.wait)
            seconds = turn()
            found[name] = sum(seconds) if epochs >= 100 else statistics.median(seconds[2:])
        say(f"{self.preset}: " + "  ".join(f"{name} {seconds:.3f} s" for name, seconds in found.items()))
        return found


def rows(name: str, rounds: list[Round]) -> Iterator[list[str]]:
    for key, label in LABELS.items():
        ratios = [turns["pyg"] / turns[key] for turns in rounds]
        ratio = f"{statistics.median(ratios):.1f} ({min(ratios):.1f} – {max(ratios):.1f})" if key != "pyg" else "1"
        yield [name, label, f"{statistics.median(turns[key] for turns in rounds):.3f}", ratio]


class SmallGraphs(Benchmark):
    name = "small-graphs"
    summary = "Cora with the paper's GCN and GCNII against PyTorch Geometric on the CPU"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--rounds", type=int, default=5, help="turns of each program; default 5")
        parser.add_argument("--threads", type=int, default=os.cpu_count(), help="for both; default: all cores")
        text = "wait at most so long for the machine to be idle; default 20"
        parser.add_argument("--wait", type=float, default=20, help=text)
        python = os.environ.get("PYTHON", "python3")
        parser.add_argument("--python", default=python, help="instead of PYTHON; default python3")

    def measure(self) -> Page:
        presets = {preset["name"]: preset for preset in self.programs.call("gas-run", "presets")}
        options, table, checks = self.options, list[list[str]](), []
        for name, preset, epochs in JOBS:
            comparison = Comparison(options, self.programs, preset, presets[preset]["ingest"])
            checks.append(f"{preset} {comparison.check():.1e}")
            rounds = [comparison.round(epochs) for _ in range(options.rounds)]
            table += rows(name, rounds)
        versions = comparison.versions
        note = (
            f"Programs of commit {self.programs.commit()}, {options.threads} threads; PyTorch {versions['torch']},"
            f" PyTorch Geometric {versions['pyg']} on a normalised CSR matrix, the fastest of its forms."
        )
        body = [
            "Cora, published settings. Seconds are those of training and of the evaluation after every epoch, without"
            f" starting the program or reading the graph; medians of {options.rounds} rounds, the ratio is the median"
            " of the rounds' ratios (least – most).",
            "",
            *pages.table(["what", "program", "seconds", "times as fast as PyG"], table),
            "",
            "PyG has Cora's features as a dense matrix, as its loader gives them; gas-run keeps the 1.3 % that are not"
            " zero, which is what makes the GCN's ratio. The GCNII spends its time in layers of 64 that are dense in"
            " both programs: there dense products, which both leave to a BLAS, bound what can be gained.",
            "",
            "Checked before timing: logits of all nodes from weights that gas-run trained; largest difference relative"
            f" to the largest logit: {', '.join(checks)}.",
        ]
        return Page("Small graphs against PyTorch Geometric", body, note)


BENCHMARK = SmallGraphs
