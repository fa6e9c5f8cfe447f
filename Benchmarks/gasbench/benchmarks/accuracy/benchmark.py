"""Test accuracy of all models with published settings: with histories, and the same model full batch.

Trains what Benchmarks/results/accuracy/runs.tsv does not have yet, two runs at a time on one thread each (results do
not depend on threads), the cheap ones first; it may be interrupted and started again. To measure a run anew, delete its
line. Then writes the page and exits with 1 and a line for each demand that is not met.
"""

import argparse
import datetime
import time

from gasbench.benchmarks.accuracy import report
from gasbench.benchmarks.accuracy.cells import MODES, Cell, cells
from gasbench.benchmarks.accuracy.runs import Run, Runs
from gasbench.shared.benchmark import Benchmark
from gasbench.shared.messages import Failure, say
from gasbench.shared.pages import Page
from gasbench.shared.programs import Programs
from gasbench.shared.workers import Job, Workers


class Campaign:
    """What is still to run, and running it."""

    def __init__(self, options: argparse.Namespace, programs: Programs, chosen: list[Cell], runs: Runs) -> None:
        self.options, self.programs, self.chosen, self.runs = options, programs, chosen, runs
        self.presets = {preset["name"]: preset for preset in programs.call("gas-run", "presets")}
        self.commit = programs.commit()
        self.started: set[tuple[Cell, int]] = set()

    def wanted(self, cell: Cell) -> int:
        """How many seeds: few until the first run tells how long it takes."""
        seconds = [run.seconds for run in self.runs.of(cell).values()]
        few = min(self.options.slow_seeds, self.options.seeds)
        return int(few if not seconds or min(seconds) > self.options.slow else self.options.seeds)

    def next_job(self) -> Job | None:
        for cell in self.chosen:
            for seed in range(1, self.wanted(cell) + 1):
                if (cell, seed) not in self.started and seed not in self.runs.of(cell):
                    self.started.add((cell, seed))
                    return self.job(cell, seed)
        return None

    def job(self, cell: Cell, seed: int) -> Job:
        return lambda: self.train(cell, seed)

    def train(self, cell: Cell, seed: int) -> None:
        store, _ = self.programs.store(cell.graph, cell.ingest(self.presets))
        start = time.monotonic()
        result, _ = self.programs.train(store, f"{cell.name}-{cell.mode}-{seed}", *cell.options(seed))
        seconds = round(time.monotonic() - start, 1)
        test, val = (round(100 * result[name], 4) for name in ("testAccuracy", "valAccuracy"))
        scores = test, val, result["bestEpoch"], seconds
        today = datetime.date.today().isoformat()
        self.runs.add(Run(cell.graph, cell.model, cell.mode, seed, cell.split(seed), *scores, today, self.commit))
        say(f"{cell.name} {cell.mode} seed {seed}: test {test:.2f} val {val:.2f} in {seconds:.1f} s")


class Accuracy(Benchmark):
    name = "accuracy"
    summary = "test accuracy of all models with published settings, with histories and full batch"
    when_interrupted = "interrupted; start it again to go on"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        graphs = list(dict.fromkeys(cell.graph for cell in cells()))
        models = list(dict.fromkeys(cell.model for cell in cells()))
        for name, choices, metavar in (("sets", graphs, "SET"), ("models", models, "MODEL"), ("modes", MODES, "MODE")):
            text = ", ".join(choices)
            parser.add_argument(f"--{name}", nargs="+", choices=choices, default=choices, metavar=metavar, help=text)
        parser.add_argument("--seeds", type=int, default=10, help="runs of a cell; default 10")
        parser.add_argument("--slow-seeds", type=int, default=3, help="where a run is slow; default 3")
        parser.add_argument("--slow", type=float, default=60, metavar="SECONDS", help="what is slow; default 60")
        parser.add_argument("--minutes", type=float, help="start no run after so many minutes; default: no limit")
        parser.add_argument("--jobs", type=int, default=2, help="runs at a time; default 2")
        parser.add_argument("--table", action="store_true", help="train nothing, only write the table")

    def check_options(self, parser: argparse.ArgumentParser) -> None:
        options = self.options
        if min(options.seeds, options.slow_seeds, options.jobs) < 1 or options.seeds > 20:
            parser.error("--seeds takes 1 to 20 (there are 20 random splits), --slow-seeds and --jobs at least 1")

    def chosen(self) -> list[Cell]:
        sets, models, modes = self.options.sets, self.options.models, self.options.modes
        return [cell for cell in cells() if cell.graph in sets and cell.model in models and cell.mode in modes]

    def measure(self) -> Page:
        runs = Runs()
        if not self.options.table:
            campaign = Campaign(self.options, self.programs, self.chosen(), runs)
            Workers(self.options.jobs, self.options.minutes).run(campaign.next_job)
        if not runs.found:
            raise Failure("there are no runs")
        return report.page(runs)


BENCHMARK = Accuracy
