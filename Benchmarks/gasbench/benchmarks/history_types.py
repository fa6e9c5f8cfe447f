"""What it costs to keep histories in less than float32: test accuracy and drift.

Before it reports, it checks that exact inference with the initial weights gives the same scores but for rounding, and
that every run has learnt. Exits with 1 where a type costs more than 0.5 points.
"""

import statistics

from gasbench.shared import pages
from gasbench.shared.experiment import Case, Experiment, check_start, check_trained
from gasbench.shared.pages import Page
from gasbench.shared.programs import GENERATED_INPUTS, INPUTS, PARTS

TYPES = ("float32", "bfloat16", "float16", "int8")
ALLOWED = 0.5
GENERATED = "planted, 10 M edges"
GRAPHS = {
    "cora": (f"{INPUTS} {PARTS} --feature-norm row --partitions 40", "--preset cora-gcn", ""),
    "pubmed": (f"{INPUTS} {PARTS} --feature-norm row --partitions 8", "--preset pubmed-gcn", ""),
    "coauthor-cs": (f"{INPUTS} {PARTS} --partitions 16", "--preset coauthor-cs-appnp --epochs 300", ""),
    GENERATED: (
        f"{GENERATED_INPUTS} {PARTS}",
        "--model gcn --layers 3 --hidden 64 --dropout 0.3 --lr 0.01 --epochs 8 --batch-partitions 4",
        "--nodes 500000 --edges 10000000 --features 32 --classes 40 --seed 1",
    ),
}


def cases() -> list[Case]:
    return [
        Case(graph, ingest, f"{training} --history-type {kind}", kind, generate)
        for graph, (ingest, training, generate) in GRAPHS.items()
        for kind in TYPES
    ]


class HistoryTypes(Experiment):
    name = "history-types"
    summary = "test accuracy and drift with histories in bfloat16, float16 and int8"
    seeds = 5

    def study(self) -> Page:
        outcomes = self.outcomes(cases())
        largest = check_start(outcomes, tolerance=0.02)
        check_trained(outcomes)
        rows, missed = [], []
        for number, outcome in enumerate(outcomes):
            full, case = outcomes[number - number % len(TYPES)], outcome.case
            difference = statistics.mean(outcome.tests) - statistics.mean(full.tests)
            scores = [pages.spread(outcome.tests), f"{difference:+.2f}", outcome.drift_text()]
            rows.append([case.graph, case.label, *scores])
            if difference < -ALLOWED:
                missed.append(f"{case.graph} {case.label}: {difference:+.2f} points, allowed are {-ALLOWED}")
        body = [
            "The same settings and seeds with each type. Test accuracy of the best validation epoch, mean ± deviation"
            " in %, as the evaluations during training find it, which read rounded rows too; *difference* from"
            " float32; *drift* of each history just before it is refreshed, mean of the last 10 epochs: staleness and"
            " rounding together. A row of width w takes 4 w bytes in float32, 2 w in bfloat16 and float16, w + 4 in"
            " int8.",
            "",
            *pages.table(["graph", "type", "test accuracy", "difference", "drift"], rows),
            "",
            f"Demanded: a difference of no less than {-ALLOWED} points. {pages.verdict(missed)}",
            "",
            "Checked: exact inference with the initial weights gives the same scores but for rounding (largest"
            f" difference {100 * largest:.2f} points); every run has learnt.",
        ]
        return Page("Histories in less than float32", body, missed=missed)


BENCHMARK = HistoryTypes
