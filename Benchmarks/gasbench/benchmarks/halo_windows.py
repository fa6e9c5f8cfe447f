"""What it costs in accuracy how halo rows reach batches: sent by mail, or copied together for a window of batches at a
time, so that they are older.

Before it reports, it checks that exact inference with the initial weights gives the same scores whatever the windows,
and that every run has learnt. Exits with 1 where mail, the default for histories that do not fit, makes any difference.
"""

import statistics

from gasbench.shared import pages
from gasbench.shared.experiment import Case, Experiment, check_start, check_trained
from gasbench.shared.pages import Page
from gasbench.shared.programs import GENERATED_INPUTS, INPUTS, PARTS

WAYS = (0, "mail", 8, 4, 2)
GENERATED = "planted, 10 M edges"
# Batches of one partition, so that there are several windows of several batches.
GRAPHS = {
    "cora": (f"{INPUTS} {PARTS} --feature-norm row --partitions 40", "--preset cora-gcn --batch-partitions 1", ""),
    "pubmed": (f"{INPUTS} {PARTS} --feature-norm row --partitions 64", "--preset pubmed-gcn --batch-partitions 2", ""),
    "coauthor-cs": (
        f"{INPUTS} {PARTS} --partitions 64",
        "--preset coauthor-cs-appnp --batch-partitions 2 --epochs 60",
        "",
    ),
    GENERATED: (
        f"{GENERATED_INPUTS} {PARTS}",
        "--model gcn --layers 3 --hidden 64 --dropout 0.3 --lr 0.01 --epochs 8 --batch-partitions 1",
        "--nodes 500000 --edges 10000000 --features 32 --classes 40 --seed 1",
    ),
}


def cases() -> list[Case]:
    return [
        Case(graph, ingest, f"{training} --halo-windows {way}", str(way), generate)
        for graph, (ingest, training, generate) in GRAPHS.items()
        for way in WAYS
    ]


class HaloWindows(Experiment):
    name = "halo-windows"
    summary = "what it costs in accuracy how halo rows reach batches"
    seeds = 5

    def study(self) -> Page:
        outcomes = self.outcomes(cases())
        largest = check_start(outcomes, tolerance=1e-9)
        check_trained(outcomes)
        rows, missed = [], []
        for number, outcome in enumerate(outcomes):
            full, case = outcomes[number - number % len(WAYS)], outcome.case
            difference = statistics.mean(outcome.tests) - statistics.mean(full.tests)
            scores = [pages.spread(outcome.tests), f"{difference:+.2f}", outcome.drift_text()]
            rows.append([case.graph, case.label, *scores])
            same = (outcome.tests, outcome.drift_text()) == (full.tests, full.drift_text())
            if case.label == "mail" and not same:
                missed.append(f"{case.graph}: {difference:+.2f} points")
        body = [
            "The same settings and seeds with 0 windows, where each batch reads its own halo rows; with rows that are"
            " sent (mail); and with rows that are copied together in 8, 4 and 2 windows. Test accuracy of the best"
            " validation epoch, mean ± deviation in %; *difference* from 0 windows; *drift* of each history just"
            " before it is refreshed, mean of the last 10 epochs: that of the rows as they are stored, not of the"
            " older copies that batches read.",
            "",
            *pages.table(["graph", "--halo-windows", "test accuracy", "difference", "drift"], rows),
            "",
            f"Demanded: with mail, the default for histories that do not fit, the same. {pages.verdict(missed)}",
            "",
            "Checked: exact inference with the initial weights gives the same scores (largest difference"
            f" {100 * largest:.2f} points); every run has learnt.",
        ]
        return Page("How halo rows reach batches", body, missed=missed)


BENCHMARK = HaloWindows
