#!/usr/bin/env python3
"""GIN on stochastic block models (CLUSTER's parameters) with and without the Lipschitz term, METIS against random partitions,
and full batch: test accuracy and drift of the histories.

There are 1200 graphs and twice as many partitions, so that METIS too must cut graphs. Before it reports, it checks that exact
inference with the initial weights gives the same scores in all cases, that every run has learnt, and that METIS has fewer halo
rows. Writes Benchmarks/results/lipschitz.md. GAS_DATA, GAS_BIN and GAS_WORK: see Benchmarks/common/programs.py.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))

import pages
from experiment import Case, Experiment, check_start, check_trained
from programs import INPUTS, PARTS, Failure

GRAPH, PARTITIONS, BATCH = "cluster-sbm-1200", 2400, 120
MODEL = "--model gin --layers 4 --hidden 32 --batch-norm --dropout 0 --lr 0.003 --weight-decay 0 --outer-weight-decay 0"
EPOCHS, FULL_EPOCHS = 12, 120  # a full batch is one step: half as many steps take most of the time


def cases():
    for partitioner in ("metis", "random"):
        for weight in (0, 1):
            yield Case(GRAPH, f"{INPUTS} {PARTS} --partitions {PARTITIONS} --partitioner {partitioner}",
                       f"{MODEL} --epochs {EPOCHS} --batch-partitions {BATCH} --lipschitz {weight}",
                       f"{partitioner}, Lipschitz term {weight}")
    yield Case(GRAPH, f"{INPUTS} {PARTS} --partitions {PARTITIONS} --partitioner metis",
               f"{MODEL} --epochs {FULL_EPOCHS} --batch-partitions all --evaluate-every 5 --lipschitz 0",
               "full batch, Lipschitz term 0")


def row(outcome):
    way, term = outcome.case.label.split(", Lipschitz term ")
    full = way == "full batch"
    return [way, term, f"{outcome.steps:.0f}", pages.spread(outcome.tests), "–" if full else outcome.drift_text(),
            "–" if full else f"{outcome.halo:.2f}", f"{outcome.seconds:.0f}"]


def body(experiment):
    outcomes = experiment.outcomes(list(cases()))
    difference = check_start(outcomes)
    check_trained(outcomes)
    if not outcomes[0].report["haloRows"] < outcomes[2].report["haloRows"]:
        raise Failure("METIS has no fewer halo rows than random partitions")
    return [
        "# GIN and the Lipschitz term", "",
        f"{GRAPH}: 140 509 nodes in 1200 graphs, {PARTITIONS} partitions, {BATCH} in a batch; GIN of 4 layers of 32 with"
        f" batch norm, {EPOCHS} epochs ({FULL_EPOCHS} full batch, where an epoch is one step). Test accuracy of the"
        " best validation epoch, mean ± deviation in %; *drift* ‖h̄ − h‖ / ‖h‖ of each history just before a refresh, mean of"
        " the last 10 epochs; *halo*: halo rows of all partitions for each node.", "",
        *pages.table(["partitions by", "Lipschitz term", "steps", "test accuracy", "drift of histories 1, 2, 3", "halo",
                      "seconds a run"], map(row, outcomes)),
        "", "Checked: exact inference with the initial weights gives the same scores in all cases (largest difference"
        f" {100 * difference:.2f} points); every run has learnt; METIS has fewer halo rows."]


Experiment("lipschitz", __doc__, seeds=1).main(body)
