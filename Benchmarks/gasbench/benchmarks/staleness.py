"""What makes histories stale: more partitions with one in a batch, and longer epochs between exact refreshes
(--max-steps).

Before it reports, it checks that exact inference with the initial weights gives the same scores in all cases of a
graph, that every run has learnt, and that drift is larger with the most partitions than with the fewest, and without
--max-steps than with one step.
"""

from collections.abc import Iterator

from gasbench.shared import pages
from gasbench.shared.experiment import Case, Experiment, Outcome, check_start, check_trained
from gasbench.shared.messages import Failure
from gasbench.shared.pages import Page
from gasbench.shared.programs import INPUTS, PARTS

MODEL = "--model gcn --layers 3 --hidden 32 --dropout 0.5 --lr 0.01 --weight-decay 5e-4 --outer-weight-decay 0 --clip 1"
ROWS = f"{INPUTS} {PARTS} --feature-norm row"
# Epochs of each graph: enough to converge at full batch or nearly so, in minutes.
GROWING = {"cora": 100, "citeseer": 100, "pubmed": 60}
COUNTS = (4, 8, 16, 32, 64)
# Batches of an epoch, of 4 partitions each, and steps that each run takes in all.
REFRESHED = {"cora": (10, 400), "pubmed": (8, 320)}
STEPS = (1, 2, 4, None)
GROWN_HEAD = ["graph", "partitions", "epochs", "test accuracy", "drift of histories 1, 2", "halo"]
LIMITED_HEAD = [
    "graph, batches",
    "steps an epoch",
    "steps in all",
    "test accuracy",
    "drift of histories 1, 2",
    "seconds a run",
]


def growing() -> Iterator[Case]:
    for graph, epochs in GROWING.items():
        for count in COUNTS:
            options = f"{MODEL} --epochs {epochs} --batch-partitions 1"
            yield Case(graph, f"{ROWS} --partitions {count}", options, f"{count}")


def refreshed() -> Iterator[Case]:
    """As many steps in all: where epochs end earlier, there are more of them."""
    for graph, (batches, total) in REFRESHED.items():
        for steps in STEPS:
            limit = f"--max-steps {steps}" if steps else ""
            options = f"{MODEL} --epochs {total // (steps or batches)} --batch-partitions 4 {limit}"
            yield Case(graph, f"{ROWS} --partitions {4 * batches}", options, f"{steps or 'all'}")


def check_rising(outcomes: list[Outcome], first: str, last: str, what: str) -> None:
    """Drift of the first history."""
    found = {(outcome.case.graph, outcome.case.label): outcome.drift()[0] for outcome in outcomes}
    for graph in dict.fromkeys(graph for graph, _ in found):
        least, most = found[graph, first], found[graph, last]
        if not most > least:
            drift = f"with {last} {what} drift is {most:.4f}, with {first} it is {least:.4f}"
            raise Failure(f"{graph}: {drift}; expected it to rise")


def grown_row(outcome: Outcome) -> list[object]:
    case, halo = outcome.case, f"{outcome.halo:.2f}"
    tests = pages.spread(outcome.tests)
    return [case.graph, case.label, GROWING[case.graph], tests, outcome.drift_text(), halo]


def limited_row(outcome: Outcome) -> list[object]:
    case, tests = outcome.case, pages.spread(outcome.tests)
    batches = f"{case.graph}, {REFRESHED[case.graph][0]}"
    return [batches, case.label, f"{outcome.steps:.0f}", tests, outcome.drift_text(), f"{outcome.seconds:.1f}"]


class Staleness(Experiment):
    name = "staleness"
    summary = "what makes histories stale: more partitions, and longer epochs between refreshes"
    seeds = 2

    def study(self) -> Page:
        grown = self.outcomes(growing())
        check_rising(grown, f"{COUNTS[0]}", f"{COUNTS[-1]}", "partitions")
        limited = self.outcomes(refreshed())
        check_rising(limited, "1", "all", "steps an epoch")
        difference = max(check_start(grown), check_start(limited))
        check_trained(grown + limited)
        body = [
            "GCN of 3 layers of 32, METIS partitions; an exact evaluation after each epoch, which refreshes the"
            " histories. Test accuracy of the best validation epoch, mean ± deviation in %; *drift* ‖h̄ − h‖ / ‖h‖ of"
            " each history just before a refresh, mean of the last 10 epochs; *halo*: halo rows of all partitions for"
            " each node.",
            "",
            "## Partitions, one in a batch",
            "",
            *pages.table(GROWN_HEAD, map(grown_row, grown)),
            "",
            "## Refreshing sooner",
            "",
            "Four partitions in a batch; an epoch ends after so many steps. All runs of a graph take about as many"
            " steps; those without training nodes are skipped.",
            "",
            *pages.table(LIMITED_HEAD, map(limited_row, limited)),
            "",
            "Checked: exact inference with the initial weights gives the same scores in all cases of a graph (largest"
            f" difference {100 * difference:.2f} points); every run has learnt; drift rises from the fewest partitions"
            " to the most, and from one step to all.",
        ]
        return Page("Staleness", body)


BENCHMARK = Staleness
