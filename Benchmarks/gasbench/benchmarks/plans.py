"""Whether --plan says how long work takes: asks for the plan of a training, trains, and compares the epoch and the
exact evaluation; then the same of an inference. Every figure has to be right within 25 %, else it exits with 1.

Graphs of other benchmarks: planted ones of 2 M edges in memory and of 10 M edges in cgroups from 2 GiB down to less
than the histories take, data sets, and on request the 100 M edges of billion-edges in 2 GiB. The cgroup counts page
cache (root).
"""

import argparse
import dataclasses
import json
import pathlib
import shutil
import statistics
from collections.abc import Callable
from typing import Any

from gasbench.benchmarks import billion_training
from gasbench.shared import pages
from gasbench.shared.benchmark import Benchmark
from gasbench.shared.limited import Limited
from gasbench.shared.messages import say
from gasbench.shared.pages import Page
from gasbench.shared.programs import (
    INPUTS,
    PARTS,
    QUIET,
    check_learnt,
    halo_way,
    read_json,
    records_of_epochs,
)

DEMAND = 0.25
NO_LIMIT = 1 << 40
TRAINED = "--dropout 0 --checkpoint-seconds 1e6 --no-measure-error --run plans"
WIDE = "--layers 3 --hidden 256 --batch-partitions 1"
NARROW = "--model gcn --layers 3 --hidden 64"
HEAD = ["graph and model", "what", "predicted, s", "measured, s", "off by", "predicted to take, s", "halo rows"]
PART_NAMES = {
    "computingSeconds": "computing",
    "fillingSeconds": "filling",
    "movingSeconds": "sending, copying",
    "diskReadSeconds": "reading",
    "diskWriteSeconds": "writing",
}


@dataclasses.dataclass(frozen=True)
class Case:
    """What is planned and measured. Memory is in bytes; `None` for no limit."""

    store: Callable[["Plans"], pathlib.Path]
    train: str
    memory: Callable[[pathlib.Path], int] | None = None
    infer: str = ""
    epochs: int = 4


class Plans(Benchmark):
    name = "plans"
    summary = "predicted seconds of epochs, evaluations and inferences against measured ones"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        usual = [name for name in CASES if name != BILLION]
        text = f"of {', '.join(CASES)}; default: all but the last"
        parser.add_argument("--cases", nargs="+", choices=CASES, default=usual, metavar="CASE", help=text)
        parser.add_argument("--keep", action="store_true", help="keep the stores")

    def measure(self) -> Page:
        rows: list[list[str]] = []
        missed: list[str] = []
        for name in self.options.cases:
            for what, predicted, measured, parts, way in self.compare(name, CASES[name]):
                off = predicted / measured - 1
                rows.append([name, what, seconds(predicted), seconds(measured), f"{100 * off:+.0f} %", parts, way])
                say(", ".join(rows[-1]))
                if abs(off) > DEMAND:
                    missed.append(f"{name}: {what} of {seconds(predicted)} s predicted, {seconds(measured)} s measured")
        if not self.options.keep:
            for store in self.programs.work.glob("*.store"):
                shutil.rmtree(store)
        body = [
            "Predicted by `--plan` just before; measured in the run after it: the median epoch but the first, the"
            " median evaluation but the first and the last, which also measure noise, and what an inference with"
            " predictions reports. What a prediction is made of goes on at the same time.",
            "",
            *pages.table(HEAD, rows),
            "",
            f"Within {100 * DEMAND:.0f} %: {len(rows) - len(missed)} of {len(rows)}.",
        ]
        return Page("Plans against runs", body, f"Programs of commit {self.programs.commit()}.", missed)

    def compare(self, name: str, case: Case) -> list[tuple[str, float, float, str, str]]:
        """Of an epoch, an evaluation and an inference: predicted and measured seconds, parts, how halo rows come."""
        say(name)
        store = case.store(self)
        limit = case.memory(store) if case.memory else None
        train = ["train", store, *case.train.split(), *TRAINED.split(), "--epochs", case.epochs]
        plan = self.limited([*train, "--plan"], limit)
        self.limited(train, limit)
        records = records_of_epochs(store, "plans")
        check_learnt(records, name)
        way = halo_way(read_json(store / "runs/plans/config.json"))
        predictions = self.programs.work / "classes.npy"
        infer = ["infer", store, "--run", "plans", "--predictions", predictions, *case.infer.split()]
        inference = self.limited([*infer, "--plan"], limit)
        report = self.limited(infer, limit)
        predictions.unlink()
        shutil.rmtree(store / "runs/plans")
        epochs = [record["trainSeconds"] for record in records[1:]]
        # The first and the last one also measure what noise does, and the last one makes ready to end.
        evaluations = [record["evaluateSeconds"] for record in records[1:-1]]
        copied = f"{inference['haloWindows']} windows" if inference["haloWindows"] else "read by each batch"
        return [
            ("epoch", plan["trainSeconds"], statistics.median(epochs), parts(plan["epochTime"]), way),
            ("evaluation", plan["inferSeconds"], statistics.median(evaluations), parts(plan["exactTime"]), way),
            ("inference", inference["inferSeconds"], report["seconds"], parts(inference["exactTime"]), copied),
        ]

    def limited(self, words: list[object], limit: int | None) -> dict[str, Any]:
        """What gas-run prints as JSON; without a limit in a group that is larger than any machine."""
        memory = ["--memory", limit] if limit else []
        command = [self.programs.folder / "gas-run", *words, *memory, "--json", *QUIET]
        printed: dict[str, Any] = json.loads(Limited(command, limit or NO_LIMIT, self.programs.work).output)
        return printed

    def planted(self, name: str, nodes: int, flags: str, ingest: str) -> pathlib.Path:
        """A planted graph of ten edges a node."""
        path = self.programs.work / f"{name}.store"
        if not (path / "manifest.json").exists():
            data = self.programs.generate(name, f"--nodes {nodes} --edges {10 * nodes} {flags} --seed 1")
            self.programs.ingest(data, path, ingest)
            shutil.rmtree(data)
        return path


def seconds(value: float) -> str:
    return f"{value:.3g}"


def parts(time: dict[str, float]) -> str:
    named = [(time.get(key) or 0, name) for key, name in PART_NAMES.items()]
    return ", ".join(f"{seconds(value)} {name}" for value, name in named if value > 0)


def small(self: Plans) -> pathlib.Path:
    return self.planted("small", 200_000, "--features 128 --classes 40", "--partitions 16 --partitioner metis")


def large(self: Plans) -> pathlib.Path:
    flags = "--features 64 --feature-type float16 --classes 16 --communities 80 --inside 0.9"
    ingest = "--feature-type float16 --partitioner file:communities.npy --partitions 80"
    return self.planted("large", 1_000_000, flags, ingest)


def dataset(name: str) -> Callable[[Plans], pathlib.Path]:
    return lambda self: self.programs.store(name, f"{INPUTS} {PARTS} --feature-norm row")[0]


def mebibytes(count: int) -> Callable[[pathlib.Path], int]:
    return lambda _: count << 20


BILLION = "100 M edges, GCN 3 x 64, int8, 2 GiB"
INT8 = "--history-type int8"
ALONE = f"{NARROW} --batch-partitions 1"
CASES = {
    "2 M edges, GCN 3 x 256": Case(small, f"--model gcn {WIDE}"),
    "2 M edges, GraphSAGE 3 x 256": Case(small, f"--model sage {WIDE}"),
    "10 M edges, GCN 3 x 64": Case(large, NARROW),
    "10 M edges, GCN 3 x 64, 2 GiB": Case(large, ALONE, mebibytes(2048)),
    "10 M edges, GCN 3 x 64, 512 MiB": Case(large, ALONE, mebibytes(512)),
    "10 M edges, GCN 3 x 64, 320 MiB, int8": Case(large, f"{ALONE} {INT8}", mebibytes(320), INT8),
    "10 M edges, GCN 3 x 64, 256 MiB": Case(large, ALONE, mebibytes(256)),
    "PubMed, GCN": Case(dataset("pubmed"), "--model gcn --layers 2 --hidden 64", epochs=40),
    "PubMed, GCN in 8 batches": Case(
        dataset("pubmed"), "--model gcn --layers 2 --hidden 64 --batch-partitions 1", epochs=40
    ),
    "Coauthor Physics, GCN": Case(dataset("coauthor-physics"), "--model gcn --layers 2 --hidden 64", epochs=10),
    BILLION: Case(lambda _: billion_training.store(100), f"{NARROW} {INT8}", mebibytes(2048), INT8, epochs=3),
}

BENCHMARK = Plans
