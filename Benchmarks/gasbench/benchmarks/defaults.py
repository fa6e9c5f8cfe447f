"""What `gas-run train STORE` reaches with nothing else, against the best of a few settings that a person would try.

On the staged graphs with their published splits and, where many nodes are labelled in practice, with random splits of
60, 20 and 20 %. The settings that are tried are chosen by their validation score alone, as a person would. A Python
with NumPy makes the splits.
"""

import argparse
import dataclasses
import pathlib
import shutil
import statistics
from typing import Any

from gasbench.shared import pages
from gasbench.shared.benchmark import Benchmark
from gasbench.shared.messages import Failure, say
from gasbench.shared.pages import Page
from gasbench.shared.places import DATA
from gasbench.shared.programs import INPUTS, PARTS, QUIET

LONG = "--epochs 300 --patience 50"
TUNED = {
    "Planetoid's": f"--model gcn --hidden 64 {LONG}",
    "gcn": f"--model gcn --hidden 128 --weight-decay 0 {LONG}",
    "gcn, norm": f"--model gcn --hidden 128 --weight-decay 0 --batch-norm {LONG}",
    "sage": f"--model sage --hidden 128 --weight-decay 0 {LONG}",
    "sage, norm": f"--model sage --hidden 128 --weight-decay 0 --batch-norm {LONG}",
    "sage, norm, slow": f"--model sage --hidden 256 --weight-decay 0 --batch-norm --lr 0.003 {LONG}",
}
# Graph, whether the split is random, flags of gas-ingest.
GRAPHS = [
    *((graph, random, "--feature-norm row") for graph in ("cora", "citeseer", "pubmed") for random in (False, True)),
    *((graph, random, "") for graph in ("amazon-photo", "amazon-computers", "coauthor-cs") for random in (False, True)),
    ("debian-tags", False, ""),
]
# What a person may expect of the defaults, in points.
ALLOWED = 2.0


@dataclasses.dataclass(frozen=True)
class Found:
    """The mean scores of some runs, in percent, and the seconds of one."""

    val: float
    test: float
    seconds: float
    result: dict[str, Any]


class Defaults(Benchmark):
    name = "defaults"
    summary = "gas-run train STORE with nothing else, against settings that were tuned"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--seeds", type=int, default=2, help="default: 2")
        parser.add_argument("--wordnet", type=pathlib.Path, metavar="DIR", help="inputs of Tools/quickstart, tried too")

    def measure(self) -> Page:
        rows, differences = [], []
        for name, store in self.stores():
            found = self.train(store, "")
            tried = {label: self.train(store, words) for label, words in TUNED.items()}
            best = max(tried, key=lambda label: tried[label].val)
            before = tried["Planetoid's"]
            differences.append(tried[best].test - found.test)
            say(f"{name}: {found.test:.2f}, tuned {tried[best].test:.2f} ({best})")
            rows.append(
                [
                    name,
                    f"{found.test:.2f}",
                    f"{found.seconds:.0f}",
                    f"{tried[best].test:.2f}",
                    best,
                    f"{before.test:.2f}",
                    f"{differences[-1]:+.2f}",
                ]
            )
            shutil.rmtree(store)
        head = ["graph", "nothing given", "s", "tuned", "settings", "gcn as on Planetoid", "tuned is better by"]
        missed = [f"{row[0]}: {row[-1]} points" for row, gap in zip(rows, differences, strict=True) if gap > ALLOWED]
        note = (
            f"Programs of commit {self.programs.commit()}; test score in percent (accuracy; micro-F1 of debian-tags),"
            f" mean of {self.options.seeds} seeds. The best of {len(TUNED)} settings is chosen by its validation score."
            f" Largest difference: {max(differences):.2f} points."
        )
        return Page("Defaults against tuned settings", pages.table(head, rows), note, missed)

    def stores(self) -> list[tuple[str, pathlib.Path]]:
        found = [self.store(graph, random, flags) for graph, random, flags in GRAPHS]
        if self.options.wordnet:
            found.append(self.ingest("wordnet", self.options.wordnet, "edges.npy", f"{PARTS} --feature-norm row"))
        return found

    def store(self, graph: str, random: bool, flags: str) -> tuple[str, pathlib.Path]:
        folder = DATA / graph
        if not folder.is_dir():
            raise Failure(f"{DATA} has no folder {graph}; set GAS_DATA")
        if not random:
            return self.ingest(graph, folder, "edges.tsv.gz", f"{PARTS} {flags}")
        parts = self.split(graph, folder / "labels.npy")
        words = " ".join(f"--{part} {path}" for part, path in parts.items())
        return self.ingest(f"{graph}, 60/20/20", folder, "edges.tsv.gz", f"{words} {flags}")

    def split(self, graph: str, labels: pathlib.Path) -> dict[str, pathlib.Path]:
        import numpy

        count = len(numpy.load(labels))
        order = numpy.random.default_rng(1).permutation(count)
        ends = {"train": (0, 0.6), "val": (0.6, 0.8), "test": (0.8, 1.0)}
        paths = {part: self.programs.work / f"{graph}-{part}.npy" for part in ends}
        for part, (start, end) in ends.items():
            numpy.save(paths[part], order[int(start * count) : int(end * count)])
        return paths

    def ingest(self, name: str, folder: pathlib.Path, edges: str, flags: str) -> tuple[str, pathlib.Path]:
        store = self.programs.work / f"{name.replace(', ', '-').replace('/', '-')}.store"
        shutil.rmtree(store, ignore_errors=True)
        words = f"{INPUTS} {flags}".split()
        self.programs.call("gas-ingest", edges, *words, "--output", store, *QUIET, folder=folder)
        return name, store

    def train(self, store: pathlib.Path, words: str) -> Found:
        kept = ["--run", "tried", "--no-measure-error", *QUIET]
        results = [
            self.programs.call("gas-run", "train", store, *words.split(), "--seed", seed, *kept)
            for seed in range(1, self.options.seeds + 1)
        ]
        seconds = [
            result["epochs"] * (result["epochSecondsMedian"] + result["evaluateSecondsMedian"]) for result in results
        ]
        return Found(
            statistics.mean(100 * result["valAccuracy"] for result in results),
            statistics.mean(100 * result["testAccuracy"] for result in results),
            statistics.median(seconds),
            results[0],
        )


BENCHMARK = Defaults
