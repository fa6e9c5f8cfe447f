"""Two builds of the programs in turns: whether a change has made ingest, epochs or evaluations slower.

--before names the folder of the other build, such as .build/release of a checkout of an older commit. Each case is run
by both builds in each round, the one after the other, and the order changes from round to round; what counts is the
median of the rounds' ratios. Both builds must find the same edges, and the same loss after training. The case in a
quarter of the memory takes a memory cgroup (root).
"""

import argparse
import dataclasses
import pathlib
import shutil
import statistics
from collections.abc import Callable

from gasbench.shared import pages
from gasbench.shared.benchmark import Benchmark
from gasbench.shared.limited import Limited
from gasbench.shared.messages import Failure, say
from gasbench.shared.pages import Page
from gasbench.shared.programs import (
    GENERATED_INPUTS,
    INPUTS,
    PARTS,
    Programs,
    check_learnt,
    column_bytes,
    read_json,
    records_of_epochs,
)

QUIET = ("--progress", "never", "--json")
# The same words in every version.
SIZED = "--layers 3 --hidden 256 --dropout 0 --weight-decay 0"


@dataclasses.dataclass(frozen=True)
class Turn:
    """What one run took, in seconds, and what it found, which must not depend on the build."""

    seconds: dict[str, float]
    answer: object


class Versions(Benchmark):
    name = "versions"
    summary = "two builds of the programs in turns, case by case"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--before", type=pathlib.Path, required=True, metavar="DIR", help="the other build")
        parser.add_argument("--rounds", type=int, default=5, help="default: 5")
        parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES), help="default: all")

    def measure(self) -> Page:
        for tool in self.tools:
            if not (self.options.before / tool).exists():
                raise Failure(f"--before: {self.options.before} has no {tool}")
        self.builds = {"before": self.options.before.resolve(), "after": self.programs.folder}
        rows: list[list[str]] = []
        for case in self.options.cases:
            rows += self.compare(case)
        body = [
            *pages.table(["case", "before, s", "after, s", "after / before", "least and most of the ratios"], rows),
        ]
        before = Programs.commit_of(self.builds["before"] / self.tools[-1])
        note = (
            f"Before: {before}; after: {self.programs.commit()}. Medians of {self.options.rounds} rounds (Cora: four"
            " times as many), in each of which both builds have a turn. Edges and losses are the same."
        )
        return Page("Two builds", body, note)

    def compare(self, case: str) -> list[list[str]]:
        prepare = CASES[case]
        run = prepare(self)
        turns: dict[str, list[Turn]] = {name: [] for name in self.builds}
        # Epochs of a millisecond scatter most, and cost least.
        for round_number in range(self.options.rounds * (4 if case.startswith("Cora") else 1)):
            names = list(self.builds) if round_number % 2 == 0 else list(self.builds)[::-1]
            for name in names:
                turns[name].append(run(self.builds[name], name))
            answers = [turns[name][-1].answer for name in self.builds]
            if answers[0] != answers[1]:
                raise Failure(f"{case}: the builds find {answers[0]} and {answers[1]}")
            say(f"{case}: " + ", ".join(f"{name} {turns[name][-1].seconds}" for name in self.builds))
        rows = []
        for what in turns["after"][0].seconds:
            before, after = ([turn.seconds[what] for turn in turns[name]] for name in ("before", "after"))
            ratios = [new / old for old, new in zip(before, after, strict=True)]
            rows.append(
                [
                    f"{case}: {what}",
                    f"{statistics.median(before):.4g}",
                    f"{statistics.median(after):.4g}",
                    f"{statistics.median(ratios):.3f}",
                    f"{min(ratios):.2f}, {max(ratios):.2f}",
                ]
            )
        return rows

    # Graphs

    def generated(self, name: str, nodes: int, flags: str) -> pathlib.Path:
        folder = self.programs.work / name
        if not (folder / "edges.npy").exists():
            self.programs.generate(name, f"--nodes {nodes} --edges {10 * nodes} {flags} --seed 1")
        return folder

    def store_of(self, folder: pathlib.Path, flags: str) -> pathlib.Path:
        """A store that both builds can open: made by the one before."""
        path = self.programs.work / f"{folder.name}.store"
        if not path.exists():
            words = f"edges.npy {GENERATED_INPUTS} {PARTS} {flags}".split()
            Limited([self.builds["before"] / "gas-ingest", *words, "--output", path, *QUIET], 1 << 40, folder, folder)
        return path

    # Turns

    def train(
        self, build: pathlib.Path, name: str, store: pathlib.Path, words: str, evaluates: bool, limit: int | None = None
    ) -> Turn:
        """Epochs but the first, and evaluations after epochs."""
        # Old versions refuse to replace runs of newer ones.
        shutil.rmtree(store / "runs", ignore_errors=True)
        memory = ["--memory", limit] if limit else []
        command = [build / "gas-run", "train", store, *words.split(), "--run", name, "--checkpoint-seconds", "1e6"]
        Limited([*command, *memory, *QUIET], limit or 1 << 40, self.programs.work)
        records = records_of_epochs(store, name)
        check_learnt(records)
        seconds = {"epoch": statistics.median(record["trainSeconds"] for record in records[1:])}
        if evaluates:
            seconds["evaluation"] = statistics.median(record["evaluateSeconds"] for record in records[:-1])
        return Turn(seconds, records[-1]["loss"])


Run = Callable[[pathlib.Path, str], Turn]


def cora(preset: str, epochs: int) -> Callable[[Versions], Run]:
    def prepare(self: Versions) -> Run:
        store, _ = self.programs.store("cora", f"{INPUTS} {PARTS} --feature-norm row")
        words = f"--preset {preset} --epochs {epochs} --seed 1"
        return lambda build, name: self.train(build, name, store, words, evaluates=True)

    return prepare


def in_memory(self: Versions) -> Run:
    flags = "--features 128 --classes 40"
    store = self.store_of(self.generated("small", 200_000, flags), "--partitions 16 --partitioner metis")
    words = f"--model gcn {SIZED} --batch-partitions 1 --epochs 4 --evaluate-every 1 --no-measure-error"
    return lambda build, name: self.train(build, name, store, words, evaluates=True)


def quarter(self: Versions) -> Run:
    """As in the benchmark disk-hidden, and smaller."""
    flags = "--features 64 --feature-type float16 --classes 16 --communities 96 --inside 0.9"
    folder = self.generated("large", 1_000_000, flags)
    store = self.store_of(folder, "--feature-type float16 --partitioner file:communities.npy --partitions 96")
    nodes = read_json(store / "manifest.json")["nodeCount"]
    limit = (column_bytes(store) + nodes * (2 * 256 + 256)) // 4 >> 20 << 20
    words = "--model gcn --layers 3 --hidden 64 --dropout 0 --batch-partitions 1 --epochs 3 --evaluate-every 1"
    return lambda build, name: self.train(build, name, store, words, evaluates=True, limit=limit)


def ingest(input_name: str) -> Callable[[Versions], Run]:
    def prepare(self: Versions) -> Run:
        folder = self.generated("edges", 400_000, "--features 0 --classes 2")
        if input_name == "edges.tsv" and not (folder / input_name).exists():
            write_text(folder / "edges.npy", folder / input_name)

        def run(build: pathlib.Path, name: str) -> Turn:
            output = self.programs.work / f"{name}.store"
            shutil.rmtree(output, ignore_errors=True)
            words = [folder / input_name, "--partitioner", "contiguous", "--output", output]
            limited = Limited([build / "gas-ingest", *words, *QUIET], 1 << 40, self.programs.work)
            return Turn({"whole": limited.seconds}, read_json(output / "manifest.json")["edgeCount"])

        return run

    return prepare


def write_text(array: pathlib.Path, text: pathlib.Path) -> None:
    """Edges as lines; NumPy is needed nowhere else in this benchmark."""
    import numpy

    edges = numpy.load(array, mmap_mode="r")
    with open(text, "w") as file:
        for start in range(0, len(edges), 1 << 20):
            numpy.savetxt(file, edges[start : start + (1 << 20)], "%d", "\t")


CASES: dict[str, Callable[[Versions], Run]] = {
    "Cora, GCN": cora("cora-gcn", 200),
    "Cora, GCNII of 64 layers": cora("cora-gcnii", 12),
    "200 k nodes, GCN 3 x 256, in memory": in_memory,
    "1 M nodes, GCN 3 x 64, in a quarter of the memory": quarter,
    "4 M edges of text, ingest": ingest("edges.tsv"),
    "4 M edges of .npy, ingest": ingest("edges.npy"),
}

BENCHMARK = Versions
