"""Cases, a store and training options each, trained with a few seeds: scores, drift and what the cases must agree
in."""

import abc
import argparse
import dataclasses
import statistics
import time
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from gasbench.shared.benchmark import Benchmark
from gasbench.shared.messages import Failure, say
from gasbench.shared.pages import Page
from gasbench.shared.programs import Records
from gasbench.shared.workers import Workers

LAST_EPOCHS = 10


@dataclasses.dataclass(frozen=True)
class Case:
    """Options of gas-ingest, of gas-run train and, for graphs that are made, of gas-ingest generate."""

    graph: str
    ingest: str
    options: str
    label: str = ""
    generate: str = ""


@dataclasses.dataclass(frozen=True)
class Trained:
    """gas-run's result for one seed, its records of epochs, and seconds."""

    result: dict[str, Any]
    records: Records
    seconds: float


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What gas-ingest reported of a case, and its run of each seed."""

    case: Case
    report: dict[str, Any]
    runs: list[Trained]

    @property
    def tests(self) -> list[float]:
        return [100 * run.result["testAccuracy"] for run in self.runs]

    @property
    def seconds(self) -> float:
        return statistics.median(run.seconds for run in self.runs)

    @property
    def steps(self) -> float:
        return float(statistics.median(run.records[-1]["step"] for run in self.runs))

    @property
    def halo(self) -> float:
        """Halo rows of all partitions, as a multiple of the nodes."""
        return float(self.report["haloRows"] / self.report["nodes"])

    def drift(self) -> list[float]:
        """Of each history: mean over seeds and the last epochs, as found by the evaluation after an epoch."""
        layers: dict[int, list[float]] = {}
        for run in self.runs:
            for record in [record for record in run.records if record["staleness"]][-LAST_EPOCHS:]:
                for layer in record["staleness"]:
                    layers.setdefault(layer["layer"], []).append(layer["drift"])
        return [statistics.mean(values) for _, values in sorted(layers.items())]

    def drift_text(self) -> str:
        return ", ".join(f"{drift:.3f}" for drift in self.drift()) or "–"


class Experiment(Benchmark):
    """Trains cases with --seeds seeds, --jobs runs at a time."""

    seeds: ClassVar[int]
    jobs: ClassVar[int] = 2

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--seeds", type=int, default=self.seeds, help=f"seeds 1 to SEEDS; default {self.seeds}")
        text = f"runs at a time, one thread each; default {self.jobs}"
        parser.add_argument("--jobs", type=int, default=self.jobs, help=text)

    def check_options(self, parser: argparse.ArgumentParser) -> None:
        if min(self.options.seeds, self.options.jobs) < 1:
            parser.error("--seeds and --jobs take at least 1")

    @abc.abstractmethod
    def study(self) -> Page:
        """Trains, checks and sums up; `measure` sets the page's note where it has none."""

    def measure(self) -> Page:
        page = self.study()
        seeds = self.options.seeds
        text = f"Programs of commit {self.programs.commit()}; {seeds} {'seed' if seeds == 1 else 'seeds'}."
        page.note = page.note or text
        return page

    def outcomes(self, cases: Iterable[Case]) -> list[Outcome]:
        """Of each case, in their order."""
        cases = list(cases)
        stores = [self.programs.store(case.graph, case.ingest, case.generate) for case in cases]
        jobs = [(number, seed) for number in range(len(cases)) for seed in range(1, self.options.seeds + 1)]

        def train(job: tuple[int, int]) -> Trained:
            number, seed = job
            case, (store, _) = cases[number], stores[number]
            start = time.monotonic()
            run = f"case-{number}-{seed}"
            result, records = self.programs.train(store, run, *case.options.split(), "--seed", seed)
            seconds = time.monotonic() - start
            say(f"{case.graph} {case.label} seed {seed}: test {100 * result['testAccuracy']:.2f} in {seconds:.0f} s")
            return Trained(result, records, seconds)

        runs = dict(zip(jobs, Workers(self.options.jobs).map(train, jobs), strict=True))
        return [
            Outcome(case, report, [run for (owner, _), run in runs.items() if owner == number])
            for number, (case, (_, report)) in enumerate(zip(cases, stores, strict=True))
        ]


def check_start(outcomes: Sequence[Outcome], tolerance: float = 0.002) -> float:
    """Exact inference with a seed's initial weights knows nothing of partitions and batches: its scores are the same in
    all cases of a graph, but for nodes whose classes tie but for rounding. Returns the largest difference.
    """
    worst = 0.0
    for outcome in outcomes:
        first = next(other for other in outcomes if other.case.graph == outcome.case.graph)
        for run, other in zip(outcome.runs, first.runs, strict=True):
            for part in ("train", "val", "test"):
                found, expected = run.records[0][part], other.records[0][part]
                difference = abs(found - expected)
                worst = max(worst, difference)
                if not difference <= tolerance:
                    raise Failure(
                        f"{outcome.case.graph}, {outcome.case.label}: exact inference before training gives"
                        f" {found:.4f} ({part}), {first.case.label} gives {expected:.4f}"
                    )
    return worst


def check_trained(outcomes: Iterable[Outcome]) -> None:
    """Every run has learnt: its loss fell and it beats its initial weights."""
    for outcome in outcomes:
        for run in outcome.runs:
            losses = [record["loss"] for record in run.records if record.get("loss") is not None]
            test, before = run.result["testAccuracy"], run.records[0]["test"]
            if not losses[-1] < losses[0] or not test > before:
                raise Failure(
                    f"{outcome.case.graph}, {outcome.case.label}: the loss went from {losses[0]:.3f} to"
                    f" {losses[-1]:.3f}, test from {before:.3f} to {test:.3f}"
                )
