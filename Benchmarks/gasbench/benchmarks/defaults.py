"""What `gas-run train STORE` reaches with nothing else, against the best of a few settings that a person would try.

On the staged graphs with their published splits and, where many nodes are labelled in practice, with random splits of
60, 20 and 20 %. The settings that are tried are chosen by their validation score alone, as a person would. A Python
with NumPy makes the splits. Each graph's row on the page is that of the latest call that measured it.
"""

import argparse
import dataclasses
import pathlib
import shutil
import statistics
from collections.abc import Iterator
from typing import Any

from gasbench.shared import pages
from gasbench.shared.benchmark import Benchmark, Saved
from gasbench.shared.messages import Failure, say
from gasbench.shared.pages import Page
from gasbench.shared.places import DATA
from gasbench.shared.programs import INPUTS, PARTS, QUIET
from gasbench.shared.splits import random_split

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
WORDNET = "wordnet"
# What a person may expect of the defaults, in points.
ALLOWED = 2.0
GAP = "tuned is better by"


@dataclasses.dataclass(frozen=True)
class Found:
    """The mean scores of some runs, in percent, and the seconds of one."""

    val: float
    test: float
    seconds: float
    result: dict[str, Any]


def name_of(entry: tuple[str, bool, str]) -> str:
    graph, random, _ = entry
    return f"{graph}, 60/20/20" if random else graph


class Defaults(Benchmark):
    name = "defaults"
    summary = "gas-run train STORE with nothing else, against settings that were tuned"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--seeds", type=int, default=2, help="default: 2")
        parser.add_argument("--wordnet", type=pathlib.Path, metavar="DIR", help="inputs of Tools/quickstart, tried too")
        names = list(dict.fromkeys(graph for graph, _, _ in GRAPHS))
        text = "default: all; without a name none, for WordNet alone"
        parser.add_argument("--graphs", nargs="*", choices=names, default=names, help=text)

    def check_options(self, parser: argparse.ArgumentParser) -> None:
        if not self.options.graphs and not self.options.wordnet:
            parser.error("name graphs, or give --wordnet")

    def measure(self) -> Page:
        saved = Saved(self.name)
        for name, store in self.stores():
            saved.put(name, self.compare(name, store))
            shutil.rmtree(store)
        names = [name for name in (*map(name_of, GRAPHS), WORDNET) if name in saved.entries]
        rows = [[name, *saved.entries[name].values()] for name in names]
        gaps = {name: float(saved.entries[name][GAP]) for name in names}
        missed = [f"{name}: {gap:.2f} points" for name, gap in gaps.items() if gap > ALLOWED]
        note = (
            "Test score in percent (accuracy; micro-F1 of debian-tags), a mean of seeds. The best of"
            f" {len(TUNED)} settings is chosen by its validation score. Each row is its latest run. Largest"
            f" difference: {max(gaps.values()):.2f} points."
        )
        heads = ["graph", *saved.entries[names[0]]]
        return Page("Defaults against tuned settings", pages.table(heads, rows), note, missed)

    def compare(self, name: str, store: pathlib.Path) -> dict[str, str]:
        """A row of the table, by its heads."""
        found = self.train(store, "")
        tried = {label: self.train(store, words) for label, words in TUNED.items()}
        best = max(tried, key=lambda label: tried[label].val)
        before = tried["Planetoid's"]
        say(f"{name}: {found.test:.2f}, tuned {tried[best].test:.2f} ({best})")
        return {
            "nothing given": f"{found.test:.2f}",
            "s": f"{found.seconds:.0f}",
            "tuned": f"{tried[best].test:.2f}",
            "settings": best,
            "gcn as on Planetoid": f"{before.test:.2f}",
            GAP: f"{tried[best].test - found.test:+.2f}",
            "seeds": str(self.options.seeds),
            "commit": self.programs.commit(),
        }

    def stores(self) -> Iterator[tuple[str, pathlib.Path]]:
        for graph, random, flags in GRAPHS:
            if graph in self.options.graphs:
                yield self.store(graph, random, flags)
        if self.options.wordnet:
            yield self.ingest(WORDNET, self.options.wordnet, "edges.npy", f"{PARTS} --feature-norm row")

    def store(self, graph: str, random: bool, flags: str) -> tuple[str, pathlib.Path]:
        folder = DATA / graph
        if not folder.is_dir():
            raise Failure(f"{DATA} has no folder {graph}; set GAS_DATA")
        if not random:
            return self.ingest(graph, folder, "edges.tsv.gz", f"{PARTS} {flags}")
        split = random_split(folder / "labels.npy", self.programs.work, graph)
        return self.ingest(name_of((graph, random, flags)), folder, "edges.tsv.gz", f"{split} {flags}")

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
