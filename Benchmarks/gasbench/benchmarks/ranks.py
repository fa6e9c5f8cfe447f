"""What several ranks on one machine do to accuracy and speed: `mpirun -n R gas-run train` with R = 1, 2, 3, 4, one
thread each, and batches whose partitions are as many in a step of all ranks together.

Before it reports, it checks that exact inference with the initial weights gives the same scores whatever the number of
ranks, and that every run has learnt. Exits with 1 where test accuracy differs from one rank's by more than 0.3 points.
Wants an MPI library (docs/many-machines.md). Ranks share the cores, so that seconds say little about machines of their
own where there are more ranks than cores.
"""

import functools
import os
import pathlib
import statistics
import subprocess
import sys

from gasbench.shared import pages
from gasbench.shared.experiment import Case, Experiment, Outcome, check_start, check_trained
from gasbench.shared.messages import Failure
from gasbench.shared.pages import Page
from gasbench.shared.places import ROOT
from gasbench.shared.programs import GENERATED_INPUTS, INPUTS, PARTS, Json, Programs, Records

RANKS = (1, 2, 3, 4)
# What a step of all ranks together computes.
STEP_PARTITIONS = 12
POINTS = 0.3
GRAPHS = {
    "pubmed": (f"{INPUTS} {PARTS} --feature-norm row --partitions 96", "--preset pubmed-gcn", ""),
    "coauthor-physics": (f"{INPUTS} {PARTS} --partitions 96", "--preset coauthor-physics-gcn --epochs 60", ""),
    "planted, 10 M edges": (
        f"{GENERATED_INPUTS} {PARTS} --partitions 96",
        "--model gcn --layers 3 --hidden 64 --dropout 0.3 --lr 0.01 --epochs 8",
        "--nodes 500000 --edges 10000000 --features 32 --classes 40 --seed 1",
    ),
}
# Containers: root, and more ranks than cores.
ENVIRONMENT = {
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "OMPI_MCA_rmaps_base_oversubscribe": "yes",
    "OMPI_MCA_btl_vader_single_copy_mechanism": "none",
}


class Launched(Programs):
    """A program that a folder has, and nothing else."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder


class RankedPrograms(Programs):
    """gas-run built with MPI. The first option of `train` is the number of ranks."""

    def _build(self) -> pathlib.Path:
        swift = ["swift", "build", "--package-path", str(ROOT), "-c", "release", "--traits", "MPI"]
        swift += ["--scratch-path", str(ROOT / ".build-ranks")]
        for product in self.tools:
            if subprocess.run([*swift, "--product", product], stdout=sys.stderr).returncode != 0:
                raise Failure(f"building {product} failed; docs/many-machines.md says what it needs")
        return ROOT / ".build-ranks/release"

    def launcher(self, ranks: object) -> str:
        """The command that starts a program so many times."""
        return f"mpirun -n {ranks}"

    def train(self, store: pathlib.Path, run: str, *options: object) -> tuple[Json, Records]:
        ranks, *others = options
        launcher = self.work / f"mpirun-{ranks}"
        launcher.mkdir(exist_ok=True)
        # `call` starts the program in the folder: here one that starts it so many times.
        script = launcher / "gas-run"
        script.write_text(f'#!/bin/sh\nexec {self.launcher(ranks)} "{self.folder}/gas-run" "$@"\n')
        script.chmod(0o755)
        return Launched(launcher).train(store, run, *others)


def cases() -> list[Case]:
    return [
        Case(
            graph,
            ingest,
            f"{ranks} {training} --batch-partitions {STEP_PARTITIONS // ranks} --no-measure-error",
            f"{ranks}",
            generate,
        )
        for graph, (ingest, training, generate) in GRAPHS.items()
        for ranks in RANKS
    ]


def exchanged(outcome: Outcome) -> tuple[str, str]:
    """Seconds that a rank waits in an epoch and mebibytes that all send, the mean over epochs and runs."""
    epochs = [record["ranks"] for run in outcome.runs for record in run.records if record.get("ranks")]
    if not epochs:
        return "–", "–"
    waited = statistics.mean(rank["waitedSeconds"] for epoch in epochs for rank in epoch)
    sent = statistics.mean(sum(rank["sentBytes"] for rank in epoch) for epoch in epochs)
    return f"{waited:.2f}", f"{sent / (1 << 20):.1f}"


class Ranks(Experiment):
    name = "ranks"
    summary = "accuracy and speed of several ranks on one machine"
    seeds = 5

    @functools.cached_property
    def programs(self) -> Programs:
        os.environ.update(ENVIRONMENT)
        return RankedPrograms(self.name, self.tools)

    def study(self) -> Page:
        outcomes = self.outcomes(cases())
        largest = check_start(outcomes)
        check_trained(outcomes)
        rows, missed = [], []
        for number, outcome in enumerate(outcomes):
            one, case = outcomes[number - number % len(RANKS)], outcome.case
            difference = statistics.mean(outcome.tests) - statistics.mean(one.tests)
            seconds = statistics.median(run.result["epochSecondsMedian"] for run in outcome.runs)
            scores = [pages.spread(outcome.tests), f"{difference:+.2f}", f"{seconds:.2f}", *exchanged(outcome)]
            rows.append([case.graph, case.label, *scores])
            if abs(difference) > POINTS:
                missed.append(f"{case.graph}, {case.label} ranks: {difference:+.2f} points")
        head = ["graph", "ranks", "test accuracy", "difference", "epoch, s", "waited, s", "sent, MiB"]
        body = [
            f"The same settings and seeds with 1, 2, 3 and 4 ranks of one thread; a step computes {STEP_PARTITIONS}"
            " partitions, divided among the ranks. Test accuracy of the best validation epoch, mean ± deviation in"
            " %; *difference* from one rank; *epoch*: seconds of training, without its evaluation; *waited*: seconds"
            " of an epoch and its evaluation in which a rank waited for others; *sent*: by all ranks in an epoch and"
            " its evaluation.",
            "",
            *pages.table(head, rows),
            "",
            f"Demanded: within {POINTS} points of one rank. {pages.verdict(missed)}",
            "",
            "Checked: exact inference with the initial weights gives the same scores (largest difference"
            f" {100 * largest:.2f} points); every run has learnt.",
        ]
        return Page("Several ranks", body, missed=missed)


BENCHMARK = Ranks
