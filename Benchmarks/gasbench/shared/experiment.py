"""Cases, a store and training options each, trained with a few seeds: scores, drift and what the cases must agree in."""
import argparse
import dataclasses
import statistics
import sys
import time

import pages
from programs import Failure, Programs, say
from workers import Workers

LAST_EPOCHS = 10


@dataclasses.dataclass(frozen=True)
class Case:
    graph: str
    ingest: str
    options: str
    label: str = ""
    generate: str = ""


class Outcome:
    """What gas-ingest reported, and for each seed gas-run's result, its records and seconds."""

    def __init__(self, case, report, runs):
        self.case, self.report, self.runs = case, report, runs

    @property
    def tests(self):
        return [100 * result["testAccuracy"] for result, _, _ in self.runs]

    @property
    def seconds(self):
        return statistics.median(seconds for _, _, seconds in self.runs)

    @property
    def steps(self):
        return statistics.median(records[-1]["step"] for _, records, _ in self.runs)

    @property
    def halo(self):
        """Halo rows of all partitions, as a multiple of the nodes."""
        return self.report["haloRows"] / self.report["nodes"]

    def drift(self):
        """Of each history: mean over seeds and the last epochs, as found by the evaluation after an epoch."""
        layers = {}
        for _, records, _ in self.runs:
            for record in [record for record in records if record["staleness"]][-LAST_EPOCHS:]:
                for layer in record["staleness"]:
                    layers.setdefault(layer["layer"], []).append(layer["drift"])
        return [statistics.mean(values) for _, values in sorted(layers.items())]

    def drift_text(self):
        return ", ".join(f"{drift:.3f}" for drift in self.drift()) or "–"


class Experiment:
    """A command with --seeds and --jobs that trains cases and writes Benchmarks/results/NAME.md."""

    def __init__(self, name, description, seeds):
        parser = argparse.ArgumentParser(prog=f"Benchmarks/{name}/run", description=description)
        parser.add_argument("--seeds", type=int, default=seeds, help=f"seeds 1 to SEEDS; default {seeds}")
        parser.add_argument("--jobs", type=int, default=2, help="runs at a time, one thread each; default 2")
        self.options, self.name = parser.parse_args(), name
        # Demands that the body finds unmet: the page is written, and the exit status is 1.
        self.missed = []
        if min(self.options.seeds, self.options.jobs) < 1:
            parser.error("--seeds and --jobs take at least 1")

    def main(self, body):
        """Runs body(self), which returns lines of the page; a Failure becomes one line and exit status 1."""
        try:
            self.programs = Programs(self.name)
            lines = body(self)
            command = " ".join([f"Benchmarks/{self.name}/run", *sys.argv[1:]])
            title, *rest = lines
            seeds = self.options.seeds
            built = f"Programs of commit {self.programs.commit()}; {seeds} {'seed' if seeds == 1 else 'seeds'}."
            pages.write(self.name, [title, "", f"{pages.origin(command)} {built}", *rest])
            if self.missed:
                raise Failure("; ".join(self.missed))
        except (Failure, OSError) as failure:
            sys.exit(f"{self.name}: {failure}")
        except KeyboardInterrupt:
            sys.exit(f"{self.name}: interrupted")

    def outcomes(self, cases):
        stores = [self.programs.store(case.graph, case.ingest, case.generate) for case in cases]
        seeds = range(1, self.options.seeds + 1)
        jobs = [(number, seed) for number in range(len(cases)) for seed in seeds]

        def train(job):
            number, seed = job
            case, (store, _) = cases[number], stores[number]
            start = time.monotonic()
            found = self.programs.train(store, f"case-{number}-{seed}", *case.options.split(), "--seed", seed)
            seconds = time.monotonic() - start
            say(f"{case.graph} {case.label} seed {seed}: test {100 * found[0]['testAccuracy']:.2f} in {seconds:.0f} s")
            return *found, seconds

        runs = Workers(self.options.jobs).map(train, jobs)
        return [Outcome(case, report, [run for (owner, _), run in zip(jobs, runs) if owner == number])
                for number, (case, (_, report)) in enumerate(zip(cases, stores))]


def check_start(outcomes, tolerance=0.002):
    """Exact inference with a seed's initial weights knows nothing of partitions and batches: its scores are the same in all
    cases of a graph, but for nodes whose classes tie but for rounding. Returns the largest difference.
    """
    worst = 0.0
    for outcome in outcomes:
        first = next(other for other in outcomes if other.case.graph == outcome.case.graph)
        for (_, records, _), (_, others, _) in zip(outcome.runs, first.runs, strict=True):
            for part in ("train", "val", "test"):
                difference = abs(records[0][part] - others[0][part])
                worst = max(worst, difference)
                if not difference <= tolerance:
                    raise Failure(f"{outcome.case.graph}, {outcome.case.label}: exact inference before training gives"
                                  f" {records[0][part]:.4f} ({part}), {first.case.label} gives {others[0][part]:.4f}")
    return worst


def check_trained(outcomes):
    """Every run has learnt: its loss fell and it beats its initial weights."""
    for outcome in outcomes:
        for result, records, _ in outcome.runs:
            losses = [record["loss"] for record in records if record.get("loss") is not None]
            if not losses[-1] < losses[0] or not result["testAccuracy"] > records[0]["test"]:
                raise Failure(f"{outcome.case.graph}, {outcome.case.label}: the loss went from {losses[0]:.3f} to"
                              f" {losses[-1]:.3f}, test from {records[0]['test']:.3f} to {result['testAccuracy']:.3f}")
