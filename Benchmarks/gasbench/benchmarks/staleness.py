#!/usr/bin/env python3
"""What makes histories stale: more partitions with one in a batch, and longer epochs between exact refreshes (--max-steps).

Before it reports, it checks that exact inference with the initial weights gives the same scores in all cases of a graph, that
every run has learnt, and that drift is larger with the most partitions than with the fewest, and without --max-steps than with
one step. Writes Benchmarks/results/staleness.md. GAS_DATA, GAS_BIN and GAS_WORK: see Benchmarks/common/programs.py.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))

import pages
from experiment import Case, Experiment, check_start, check_trained
from programs import INPUTS, PARTS, Failure

MODEL = "--model gcn --layers 3 --hidden 32 --dropout 0.5 --lr 0.01 --weight-decay 5e-4 --outer-weight-decay 0 --clip 1"
ROWS = f"{INPUTS} {PARTS} --feature-norm row"
# Epochs of each graph: enough to converge at full batch or nearly so, in minutes.
GROWING = {"cora": 100, "citeseer": 100, "pubmed": 60}
COUNTS = (4, 8, 16, 32, 64)
# Batches of an epoch, of 4 partitions each, and steps that each run takes in all.
REFRESHED = {"cora": (10, 400), "pubmed": (8, 320)}
STEPS = (1, 2, 4, None)


def growing():
    for graph, epochs in GROWING.items():
        for count in COUNTS:
            yield Case(graph, f"{ROWS} --partitions {count}", f"{MODEL} --epochs {epochs} --batch-partitions 1", f"{count}")


def refreshed():
    """As many steps in all: where epochs end earlier, there are more of them."""
    for graph, (batches, total) in REFRESHED.items():
        for steps in STEPS:
            limit = f"--max-steps {steps}" if steps else ""
            yield Case(graph, f"{ROWS} --partitions {4 * batches}",
                       f"{MODEL} --epochs {total // (steps or batches)} --batch-partitions 4 {limit}",
                       f"{steps or 'all'}")


def check_rising(outcomes, first, last, what):
    """Drift of the first history."""
    found = {(outcome.case.graph, outcome.case.label): outcome.drift()[0] for outcome in outcomes}
    for graph in dict.fromkeys(graph for graph, _ in found):
        if not found[graph, last] > found[graph, first]:
            raise Failure(f"{graph}: with {last} {what} drift is {found[graph, last]:.4f}, with {first} it is"
                          f" {found[graph, first]:.4f}; expected it to rise")


def body(experiment):
    grown = experiment.outcomes(list(growing()))
    check_rising(grown, f"{COUNTS[0]}", f"{COUNTS[-1]}", "partitions")
    limited = experiment.outcomes(list(refreshed()))
    check_rising(limited, "1", "all", "steps an epoch")
    difference = max(check_start(grown), check_start(limited))
    check_trained(grown + limited)
    return [
        "# Staleness", "",
        "GCN of 3 layers of 32, METIS partitions; an exact evaluation after each epoch, which refreshes the"
        " histories. Test accuracy of the best validation epoch, mean ± deviation in %; *drift* ‖h̄ − h‖ / ‖h‖ of each history"
        " just before a refresh, mean of the last 10 epochs; *halo*: halo rows of all partitions for each node.", "",
        "## Partitions, one in a batch", "",
        *pages.table(["graph", "partitions", "epochs", "test accuracy", "drift of histories 1, 2", "halo"],
                     [[o.case.graph, o.case.label, GROWING[o.case.graph], pages.spread(o.tests), o.drift_text(),
                       f"{o.halo:.2f}"] for o in grown]),
        "", "## Refreshing sooner", "",
        "Four partitions in a batch; an epoch ends after so many steps. All runs of a graph take about"
        " as many steps; those without training nodes are skipped.", "",
        *pages.table(["graph, batches", "steps an epoch", "steps in all", "test accuracy", "drift of histories 1, 2",
                      "seconds a run"],
                     [[f"{o.case.graph}, {REFRESHED[o.case.graph][0]}", o.case.label, f"{o.steps:.0f}",
                       pages.spread(o.tests), o.drift_text(), f"{o.seconds:.1f}"] for o in limited]),
        "", "Checked: exact inference with the initial weights gives the same scores in all cases of a graph (largest"
        f" difference {100 * difference:.2f} points); every run has learnt; drift rises from the fewest partitions to the most,"
        " and from one step to all."]


Experiment("staleness", __doc__, seeds=2).main(body)
