#!/usr/bin/env python3
"""Test accuracy of all models with published settings: with histories, and the same model full batch.

Trains what Benchmarks/results/accuracy/runs.tsv does not have yet, two runs at a time on one thread each (results do not depend
on threads), the cheap ones first; it may be interrupted and started again. To measure a run anew, delete its line. Then writes
Benchmarks/results/accuracy.md and exits with 1 and a line for each demand that is not met. GAS_DATA, GAS_BIN and GAS_WORK: see
Benchmarks/common/programs.py.
"""
import argparse
import datetime
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))

import report
from cells import MODES, cells
from programs import Failure, Programs, say
from runs import Run, Runs
from workers import Workers


def parse():
    everything = cells()
    graphs = list(dict.fromkeys(cell.graph for cell in everything))
    models = list(dict.fromkeys(cell.model for cell in everything))
    parser = argparse.ArgumentParser(prog="Benchmarks/accuracy/run", description=__doc__)
    parser.add_argument("--sets", nargs="+", choices=graphs, default=graphs, metavar="SET", help=", ".join(graphs))
    parser.add_argument("--models", nargs="+", choices=models, default=models, metavar="MODEL", help=", ".join(models))
    parser.add_argument("--modes", nargs="+", choices=MODES, default=MODES, metavar="MODE", help=", ".join(MODES))
    parser.add_argument("--seeds", type=int, default=10, help="runs of a cell; default 10")
    parser.add_argument("--slow-seeds", type=int, default=3, help="where a run is slow; default 3")
    parser.add_argument("--slow", type=float, default=60, metavar="SECONDS", help="what is slow; default 60")
    parser.add_argument("--minutes", type=float, help="start no run after so many minutes; default: no limit")
    parser.add_argument("--jobs", type=int, default=2, help="runs at a time; default 2")
    parser.add_argument("--table", action="store_true", help="train nothing, only write the table")
    options = parser.parse_args()
    if min(options.seeds, options.slow_seeds, options.jobs) < 1 or options.seeds > 20:
        parser.error("--seeds takes 1 to 20 (there are 20 random splits), --slow-seeds and --jobs at least 1")
    options.cells = [cell for cell in everything
                     if cell.graph in options.sets and cell.model in options.models and cell.mode in options.modes]
    return options


class Campaign:
    """What is still to run, and running it."""

    def __init__(self, options, runs):
        self.options, self.runs = options, runs
        self.programs = Programs("accuracy")
        self.presets = {preset["name"]: preset for preset in self.programs.call("gas-run", "presets")}
        self.commit = self.programs.commit()
        self.started = set()

    def wanted(self, cell):
        """How many seeds: few until the first run tells how long it takes."""
        seconds = [run.seconds for run in self.runs.of(cell).values()]
        few = min(self.options.slow_seeds, self.options.seeds)
        return few if not seconds or min(seconds) > self.options.slow else self.options.seeds

    def next_job(self):
        for cell in self.options.cells:
            for seed in range(1, self.wanted(cell) + 1):
                if (cell, seed) not in self.started and seed not in self.runs.of(cell):
                    self.started.add((cell, seed))
                    return lambda: self.train(cell, seed)
        return None

    def train(self, cell, seed):
        store, _ = self.programs.store(cell.graph, cell.ingest(self.presets))
        start = time.monotonic()
        result, _ = self.programs.train(store, f"{cell.name}-{cell.mode}-{seed}", *cell.options(seed))
        seconds = time.monotonic() - start
        test, val = (round(100 * result[name], 4) for name in ("testAccuracy", "valAccuracy"))
        self.runs.add(Run(cell.graph, cell.model, cell.mode, seed, cell.split(seed), test, val, result["bestEpoch"],
                          round(seconds, 1), datetime.date.today().isoformat(), self.commit))
        say(f"{cell.name} {cell.mode} seed {seed}: test {test:.2f} val {val:.2f} in {seconds:.1f} s")


def main():
    options = parse()
    try:
        runs = Runs()
        if not options.table:
            campaign = Campaign(options, runs)
            Workers(options.jobs, options.minutes).run(campaign.next_job)
        if not runs.found:
            raise Failure("there are no runs")
        missed = report.write(runs, " ".join(["Benchmarks/accuracy/run", *sys.argv[1:]]))
    except (Failure, OSError) as failure:
        sys.exit(f"accuracy: {failure}")
    except KeyboardInterrupt:
        sys.exit("accuracy: interrupted; start it again to go on")
    for line in missed:
        print(f"accuracy: {line}", file=sys.stderr)
    sys.exit(1 if missed else 0)


main()
