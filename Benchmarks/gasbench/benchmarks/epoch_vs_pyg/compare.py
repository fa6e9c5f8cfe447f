"""Compares gas-run with PyTorch Geometric: first the answers, then seconds per epoch and peak memory.

Imports nothing heavy: a child's peak memory, as the kernel counts it, is never less than what its parent had.
"""

import argparse
import json
import pathlib
import statistics
from collections.abc import Callable
from typing import Any, NamedTuple

from gasbench.shared import machine
from gasbench.shared.children import MALLOC, package_path, run_child
from gasbench.shared.messages import Failure, say
from gasbench.shared.programs import QUIET, Programs, Records, read_json, records_of_epochs

FORMS = ("edge_index", "csr", "EdgeIndex")
LOGIT_LIMIT = 1e-4
LOSS_LIMIT = 1e-3
# A turn in which others took more of the processors is repeated, up to so many times as many turns in all.
OTHERS_LIMIT = 0.1
MOST_ATTEMPTS = 3


class Usage(NamedTuple):
    """Peak resident bytes, and what share of the processors others took meanwhile."""

    peak: int
    others: float


class Turn(NamedTuple):
    """A program's turn: seconds of an epoch, and its usage."""

    seconds: float
    peak: int
    others: float


class Way(NamedTuple):
    """How PyTorch Geometric takes the graph, and on how many threads it runs."""

    form: str
    threads: int

    def __str__(self) -> str:
        return f"{self.form}, {self.threads} {'thread' if self.threads == 1 else 'threads'}"


def run(command: list[object], environment: dict[str, str] | None = None) -> tuple[Any, Usage]:
    clock = machine.Clock()
    child = run_child(command, environment)
    return child.result, Usage(child.peak, clock.share_of_others(child.processor_seconds))


def best_epoch(weights: pathlib.Path) -> int:
    """The epoch of the weights that a run keeps."""
    with open(weights, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    return int(header["__metadata__"]["epoch"])


class Comparison:
    """Both programs on the same graph and weights."""

    manifest: dict[str, Any]
    versions: dict[str, Any]
    logit_difference: float
    loss_difference: float
    losses: list[float]
    trials: dict[Way, Turn]
    way: Way
    all_rounds: list[dict[str, Turn]]
    rounds: list[dict[str, Turn]]

    def __init__(self, options: argparse.Namespace, programs: Programs, python: pathlib.Path) -> None:
        self.options, self.programs, self.python = options, programs, python
        self.store = programs.work / "graph.store"
        self.data = programs.work / "data"

    def gas(self, tool: str, *arguments: object) -> Usage:
        _, usage = run([self.programs.folder / tool, *arguments, "--json", *QUIET])
        return usage

    def prepare(self) -> None:
        """Makes the graph and its store."""
        options = self.options
        say(f"graph: {options.nodes} nodes, {options.edges} edges")
        sizes = f"--nodes {options.nodes} --edges {options.edges} --features {options.features}"
        self.programs.generate("data", f"{sizes} --classes {options.classes} --seed {options.graph_seed}")
        partitions = f"--partitions {options.partitions}" if options.partitions else ""
        self.programs.ingest(self.data, self.store, partitions)
        self.manifest = read_json(self.store / "manifest.json")

    def train_gas(self, name: str, batch: object, epochs: int) -> tuple[Records, Usage]:
        """Records of the epochs, and the process's usage. The exact evaluation comes once, at the end, and is not in
        the seconds."""
        options = self.options
        model = f"--model gcn --layers {options.layers} --hidden {options.hidden} --dropout 0".split()
        optimiser = ["--lr", options.lr, "--weight-decay", options.weight_decay, "--batch-partitions", batch]
        length = ["--epochs", epochs, "--evaluate-every", max(1, epochs), "--threads", options.threads]
        usage = self.gas("gas-run", "train", self.store, *model, *optimiser, *length, "--run", name)
        return records_of_epochs(self.store, name), usage

    def weights(self, run_name: str) -> pathlib.Path:
        return self.store / "runs" / run_name / "model.safetensors"

    def pyg(self, weights_of: str, *arguments: object, threads: int | None = None) -> tuple[Any, Usage]:
        options = self.options
        threads = threads or options.threads
        environment = {**MALLOC, **package_path(), "OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)}
        script = pathlib.Path(__file__).with_name("pyg.py")
        optimiser = ["--lr", options.lr, "--weight-decay", options.weight_decay, "--threads", threads]
        weights = ["--weights", self.weights(weights_of)]
        return run([self.python, script, self.data, *weights, *optimiser, *arguments], environment)

    def check(self) -> None:
        """Both programs' answers, or a failure."""
        options = self.options
        self.train_gas("initial", "all", 0)
        records, _ = self.train_gas("checked", "all", options.check_epochs)
        if best_epoch(self.weights("checked")) == 0:
            advice = "so trained logits cannot be compared; raise --check-epochs"
            raise Failure(f"the initial weights score best, {advice}")
        self.losses = [record["loss"] for record in records]
        logits = self.programs.work / "logits.npy"
        self.gas("gas-run", "infer", self.store, "--run", "checked", "--logits", logits, "--threads", options.threads)
        found, _ = self.pyg("checked", "--logits", logits)
        self.logit_difference = found["logitDifference"]
        self.require("logits of trained weights", self.logit_difference, LOGIT_LIMIT)
        self.versions, _ = self.pyg("initial", "--epochs", options.check_epochs)
        self.loss_difference = self.compare_losses(f"losses of {options.check_epochs} epochs", self.versions["losses"])

    def compare_losses(self, what: str, losses: list[float]) -> float:
        """Of full-batch training from the same weights."""
        pairs = zip(losses, self.losses, strict=False)
        worst = max(abs(found - expected) / abs(expected) for found, expected in pairs)
        self.require(what, worst, LOSS_LIMIT)
        return worst

    def require(self, what: str, difference: float, limit: float) -> None:
        if not difference <= limit:
            raise Failure(f"{what} differ by {difference:.1e}, allowed are {limit:.0e}; no result is written")
        say(f"check: {what} agree to {difference:.1e} (allowed: {limit:.0e})")

    def turn_gas(self, name: str, batch: object) -> Turn:
        records, usage = self.train_gas(name, batch, self.options.epochs)
        return Turn(statistics.median(record["trainSeconds"] for record in records[1:]), *usage)

    def turn_pyg(self, way: Way) -> Turn:
        arguments = ["--form", way.form, "--epochs", self.options.epochs]
        result, usage = self.pyg("initial", *arguments, threads=way.threads)
        self.compare_losses(f"losses with {way.form}", result["losses"])
        return Turn(statistics.median(result["seconds"][1:]), *usage)

    def trial(self) -> dict[Way, Turn]:
        """One turn for each way of running PyG."""
        options = self.options
        forms = [options.pyg_form] if options.pyg_form else FORMS
        threads = [options.pyg_threads] if options.pyg_threads else sorted({1, options.threads})
        trials = {}
        for way in [Way(form, count) for form in forms for count in threads]:
            trials[way] = self.undisturbed(lambda way=way: self.turn_pyg(way))  # type: ignore[misc]
            say(f"trial: PyG, {way}: {trials[way].seconds:.3f} s, {machine.mebibytes(trials[way].peak)}")
        return trials

    def undisturbed(self, turn: Callable[[], Turn]) -> Turn:
        """The first turn in which others left the processors alone, or the least disturbed of a few."""
        attempts: list[Turn] = []
        while len(attempts) < MOST_ATTEMPTS and (not attempts or attempts[-1].others > OTHERS_LIMIT):
            machine.wait_until_idle(self.options.wait)
            attempts.append(turn())
        return min(attempts, key=lambda attempt: attempt.others)

    def measure(self) -> None:
        """Rounds of all programs; which of them count depends on what others did, never on the times."""
        self.trials = self.trial()
        self.way = min(self.trials, key=lambda way: self.trials[way].seconds)
        wanted = self.options.rounds
        undisturbed: list[dict[str, Turn]] = []
        self.all_rounds = []
        while len(undisturbed) < wanted and len(self.all_rounds) < MOST_ATTEMPTS * wanted:
            turns = self.round()
            self.all_rounds.append(turns)
            if max(turn.others for turn in turns.values()) <= OTHERS_LIMIT:
                undisturbed.append(turns)
        self.rounds = undisturbed if 2 * len(undisturbed) >= wanted else self.all_rounds

    def round(self) -> dict[str, Turn]:
        turns: dict[str, Callable[[], Turn]] = {
            "gas": lambda: self.turn_gas("gas", self.options.batch_partitions),
            "full": lambda: self.turn_gas("full", "all"),
            "pyg": lambda: self.turn_pyg(self.way),
        }
        results = {}
        for name, turn in turns.items():
            machine.wait_until_idle(self.options.wait)
            results[name] = turn()
        times = "  ".join(f"{name} {turn.seconds:.3f} s ({turn.others:.0%})" for name, turn in results.items())
        say(f"round: {times}  (in brackets: processors taken by others)")
        return results
