"""METIS against random partitions and ranges of the original order: test accuracy of a GCN, drift of its history, halo
rows.

Before it reports, it checks that exact inference with the initial weights gives the same scores whatever the
partitions, that every run has learnt, and that METIS leaves the fewest halo rows.
"""

from collections.abc import Iterator

from gasbench.shared import pages
from gasbench.shared.experiment import Case, Experiment, Outcome, check_start, check_trained
from gasbench.shared.messages import Failure
from gasbench.shared.pages import Page
from gasbench.shared.programs import INPUTS, PARTS

PARTITIONERS = ("metis", "contiguous", "random")
# As published, but for coauthor-cs, where two partitions would show little and 200 epochs take long: partitions, a
# batch, input, training.
PUBLISHED = "--model gcn --layers 2 --dropout 0.5 --lr 0.01 --outer-weight-decay 0"
GRAPHS = {
    "cora": (40, 10, "--feature-norm row", "--epochs 200 --hidden 16 --weight-decay 5e-4 --clip 1"),
    "citeseer": (24, 8, "--feature-norm row", "--epochs 200 --hidden 16 --weight-decay 5e-4"),
    "pubmed": (8, 4, "--feature-norm row", "--epochs 200 --hidden 16 --weight-decay 5e-4 --clip 1"),
    "coauthor-cs": (32, 8, "", "--epochs 60 --hidden 64 --weight-decay 1e-3 --clip 1"),
}
HEAD = ["graph", "partitions by", "partitions, a batch", "test accuracy", "drift", "halo"]


def cases() -> Iterator[Case]:
    for graph, (partitions, batch, inputs, settings) in GRAPHS.items():
        base = f"{INPUTS} {PARTS} {inputs} --partitions {partitions} --partitioner"
        train = f"{PUBLISHED} {settings} --batch-partitions"
        for partitioner in PARTITIONERS:
            yield Case(graph, f"{base} {partitioner}", f"{train} {batch}", partitioner)
        yield Case(graph, f"{base} metis", f"{train} all", "full batch")


def check_halo(outcomes: list[Outcome]) -> None:
    by_label = {(outcome.case.graph, outcome.case.label): outcome.report["haloRows"] for outcome in outcomes}
    for (graph, label), rows in by_label.items():
        if rows < by_label[graph, "metis"]:
            raise Failure(f"{graph}: {label} partitions have {rows} halo rows, METIS has {by_label[graph, 'metis']}")


def row(outcome: Outcome) -> list[str]:
    case, tests = outcome.case, pages.spread(outcome.tests)
    partitions, batch, _, _ = GRAPHS[case.graph]
    if case.label == "full batch":
        return [case.graph, "full batch", "–", tests, "–", "–"]
    return [case.graph, case.label, f"{partitions}, {batch}", tests, outcome.drift_text(), f"{outcome.halo:.2f}"]


class Partitioners(Experiment):
    name = "partitioners"
    summary = "METIS against random and contiguous partitions: test accuracy, drift, halo rows"
    seeds = 3

    def study(self) -> Page:
        outcomes = self.outcomes(cases())
        difference = check_start(outcomes)
        check_trained(outcomes)
        check_halo(outcomes)
        body = [
            "GCN of 2 layers with the settings of the paper, on coauthor-cs with more partitions and 60 epochs. Test"
            " accuracy of the best validation epoch, mean ± deviation in %; *drift* ‖h̄ − h‖ / ‖h‖ of the history just"
            " before it is refreshed, mean of the last 10 epochs; *halo*: halo rows of all partitions for each node.",
            "",
            *pages.table(HEAD, map(row, outcomes)),
            "",
            "Planetoid's training nodes come first in the original order: of contiguous partitions one or two hold them"
            " all, and the batches without are skipped.",
            "",
            "Checked: exact inference with the initial weights gives the same scores whatever the partitions (largest"
            f" difference {100 * difference:.2f} points); every run has learnt; METIS has the fewest halo rows.",
        ]
        return Page("Partitioners", body)


BENCHMARK = Partitioners
