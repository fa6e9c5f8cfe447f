"""What several ranks on one machine do to accuracy: `mpirun -n R gas-run train` with R = 1, 2, 3, 4, one thread each,
with `--exchange synchronous` and `overlap`, and batches whose partitions are as many in a step of all ranks together.

Before it reports, it checks that exact inference with the initial weights gives the same scores whatever the number of
ranks, and that every run has learnt. Exits with 1 where test accuracy differs from one rank's by more than 0.3 points.
Each graph's rows on the page are those of the latest call that measured it.

Wants an MPI library (docs/many-machines.md), a Python with NumPy for the splits, and for WordNet Debian's wordnet-base.
Splits are random where the published one has so few labels that seeds differ by more than a point. Ranks share the
cores, so that seconds say little about machines of their own where there are more ranks than cores.
"""

import argparse
import dataclasses
import datetime
import functools
import pathlib
import re
import statistics
from typing import Any

from gasbench.shared import pages
from gasbench.shared.benchmark import Saved
from gasbench.shared.experiment import Case, Experiment, Outcome, check_start, check_trained
from gasbench.shared.pages import Page
from gasbench.shared.places import DATA
from gasbench.shared.programs import GENERATED_INPUTS, INPUTS, PARTS, QUIET, Programs
from gasbench.shared.ranked import EXCHANGES, RankedPrograms
from gasbench.shared.splits import random_split

# What one rank exchanges is nothing.
WAYS = [(1, EXCHANGES[0]), *((ranks, exchange) for ranks in (2, 3, 4) for exchange in EXCHANGES)]
# What a step of all ranks together computes, and what graphs are divided into.
STEP_PARTITIONS = 12
PARTITIONS = "--partitions 96"
POINTS = 0.3
WORDNET = "wordnet"


@dataclasses.dataclass(frozen=True)
class Graph:
    """A data set, flags of gas-ingest besides splits, settings of training, and flags of gas-ingest generate."""

    data: str
    ingest: str
    training: str
    generated: str = ""
    is_random: bool = False


GRAPHS = {
    "pubmed": Graph(
        "pubmed",
        f"{INPUTS} --feature-norm row {PARTITIONS}",
        "--model gcn --hidden 64 --lr 0.02 --weight-decay 0 --epochs 150",
        is_random=True,
    ),
    "coauthor-physics": Graph(
        "coauthor-physics",
        f"{INPUTS} {PARTITIONS}",
        "--model gcn --hidden 64 --lr 0.01 --weight-decay 0 --epochs 40",
        is_random=True,
    ),
    "planted": Graph(
        "planted",
        f"{GENERATED_INPUTS} {PARTITIONS}",
        "--model gcn --layers 3 --hidden 64 --dropout 0.3 --lr 0.01 --epochs 8",
        generated="--nodes 500000 --edges 10000000 --features 32 --classes 40 --seed 1",
    ),
    WORDNET: Graph(
        WORDNET,
        f"{INPUTS} --feature-norm row {PARTITIONS}",
        "--model gcn --hidden 64 --lr 0.02 --weight-decay 0 --epochs 60",
    ),
}


class GraphPrograms(RankedPrograms):
    def inputs(self, graph: str, generated: str) -> tuple[pathlib.Path, str]:
        if graph != WORDNET:
            return super().inputs(graph, generated)
        folder = self.work / graph
        self.call("wordnet-inputs", "--output", folder, *QUIET[1:])
        return folder, "edges.npy"


def label(name: str) -> str:
    """The graph's name on the page."""
    details = {"planted": ", 10 M edges"}
    return name + (", 60/20/20" if GRAPHS[name].is_random else details.get(name, ""))


def exchanged(outcome: Outcome) -> tuple[str, str]:
    """Seconds that a rank waits in an epoch and mebibytes that all send, the mean over epochs and runs."""
    epochs = [record["ranks"] for run in outcome.runs for record in run.records if record.get("ranks")]
    if not epochs:
        return "–", "–"
    waited = statistics.mean(rank["waitedSeconds"] for epoch in epochs for rank in epoch)
    sent = statistics.mean(sum(rank["sentBytes"] for rank in epoch) for epoch in epochs)
    return f"{waited:.2f}", f"{sent / (1 << 20):.1f}"


def compared(outcome: Outcome, one: Outcome) -> tuple[float, str]:
    """The mean difference of test accuracy to that of one rank with the same seeds, alone and with its standard
    error."""
    differences = [mine - its for mine, its in zip(outcome.tests, one.tests, strict=True)]
    mean = statistics.mean(differences)
    if outcome is one or len(differences) == 1:
        return mean, f"{mean:+.2f}"
    return mean, f"{mean:+.2f} ± {statistics.stdev(differences) / len(differences) ** 0.5:.2f}"


class Ranks(Experiment):
    name = "ranks"
    summary = "accuracy of several ranks on one machine"
    seeds = 5
    # A run has up to four threads by itself.
    jobs = 1
    tools = ("gas-ingest", "wordnet-inputs", "gas-run")

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        names = list(GRAPHS)
        parser.add_argument("--graphs", nargs="+", choices=names, default=names, help="default: all")
        parser.add_argument("--epochs", type=int, help="of all runs; by default each graph's own")

    def check_options(self, parser: argparse.ArgumentParser) -> None:
        super().check_options(parser)
        if self.options.epochs is not None and self.options.epochs < 2:
            parser.error("--epochs takes at least 2: losses have to fall")

    @functools.cached_property
    def programs(self) -> Programs:
        return GraphPrograms(self.name, self.tools)

    def study(self) -> Page:
        saved = Saved(self.name)
        for name in self.options.graphs:
            saved.put(name, self.compare(name))
        entries = {name: saved.entries[name] for name in GRAPHS if name in saved.entries}
        rows = [[label(name), *row] for name, entry in entries.items() for row in entry["rows"]]
        runs = [[label(name), *entry["run"]] for name, entry in entries.items()]
        missed = [line for entry in entries.values() for line in entry["missed"]]
        largest = max(entry["largest difference at the start"] for entry in entries.values())
        head = ["graph", "ranks", "exchange", "test accuracy", "difference", "epoch, s", "waited, s", "sent, MiB"]
        body = [
            "The same settings and seeds with 1, 2, 3 and 4 ranks of one thread; a step computes"
            f" {STEP_PARTITIONS} partitions of 96, divided among the ranks. Test accuracy of the best validation epoch,"
            " mean ± deviation in %; *difference* from one rank with the same seeds, mean ± its standard error;"
            " *epoch*: seconds of training, without its evaluation; *waited*: seconds of an epoch and its evaluation in"
            " which a rank waited for others; *sent*: by all ranks in an epoch and its evaluation. This measures"
            " accuracy: ranks share the cores, with whatever else runs there, so that seconds say little.",
            "",
            *pages.table(head, rows),
            "",
            f"Demanded: within {POINTS} points of one rank. {pages.verdict(missed)}",
            "",
            "Checked: exact inference with the initial weights gives the same scores (largest difference"
            f" {100 * largest:.2f} points); every run has learnt.",
            "",
            *pages.table(["graph", "settings", "nodes trained on", "seeds", "date", "commit"], runs),
        ]
        return Page("Several ranks", body, "Each graph's rows are of its latest run.", missed)

    def compare(self, name: str) -> dict[str, Any]:
        """What the page says of a graph."""
        graph = GRAPHS[name]
        training = graph.training
        if self.options.epochs:
            training = re.sub(r"--epochs \d+", f"--epochs {self.options.epochs}", training)
        outcomes = self.outcomes(self.cases(name, graph, training))
        largest = check_start(outcomes)
        check_trained(outcomes)
        rows, missed = [], []
        for (ranks, exchange), outcome in zip(WAYS, outcomes, strict=True):
            difference, text = compared(outcome, outcomes[0])
            seconds = statistics.median(run.result["epochSecondsMedian"] for run in outcome.runs)
            exchange = exchange if ranks > 1 else "–"
            rows.append([ranks, exchange, pages.spread(outcome.tests), text, f"{seconds:.3f}", *exchanged(outcome)])
            if abs(difference) > POINTS:
                missed.append(f"{label(name)}, {outcome.case.label}: {difference:+.2f} points")
        trained = outcomes[0].report["splits"][0]["train"]
        run = [training, trained, self.options.seeds, str(datetime.date.today()), self.programs.commit()]
        return {"run": run, "largest difference at the start": largest, "rows": rows, "missed": missed}

    def cases(self, name: str, graph: Graph, training: str) -> list[Case]:
        split = random_split(DATA / graph.data / "labels.npy", self.programs.work, name) if graph.is_random else PARTS
        words = f"{training} --no-measure-error --batch-partitions"
        return [
            Case(
                graph.data,
                f"{graph.ingest} {split}",
                f"{ranks} {words} {STEP_PARTITIONS // ranks} --exchange {exchange}",
                f"{ranks} {'rank' if ranks == 1 else f'ranks, {exchange}'}",
                graph.generated,
            )
            for ranks, exchange in WAYS
        ]


BENCHMARK = Ranks
