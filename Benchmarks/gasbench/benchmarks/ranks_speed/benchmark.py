"""Two ranks of one thread against one rank of one thread, and against one of two threads: a 3-layer GCN-64 on the graph
of billion-edges with 100 M edges, trained in turns; memory of each rank; and what cutting the store into shards takes.

A step computes the same partitions over all ranks, so that a rank's batch halves where there are two. A rank has a
core, as on a machine of its own: one rank of one thread is held to one core, else the threads that read ahead for it
would take the other one. Beside it stands the same with both cores.

Before it reports, it checks that exact inference with the initial weights gives the same loss, that every run has
learnt, and that the losses of the last epoch agree. Exits with 1 where two ranks are less than 1.8 times as fast as
one of one thread, or 0.9 times as one of two, or a rank wants more than 0.55 of the memory of one. Makes the store
first, if it is not there (see billion-edges). Wants an MPI library, two cores, and a memory cgroup (root).
"""

import argparse
import dataclasses
import functools
import itertools
import os
import pathlib
import shutil
import statistics

from gasbench.benchmarks.billion_training import NAMES, store
from gasbench.benchmarks.ranks_speed.shards import shard_lines
from gasbench.shared import pages
from gasbench.shared.benchmark import Benchmark
from gasbench.shared.messages import Failure, say
from gasbench.shared.pages import Page
from gasbench.shared.programs import QUIET, Programs, Records, all_records, check_learnt
from gasbench.shared.ranked import EXCHANGES, WatchedPrograms

# Of all ranks together.
STEP_PARTITIONS = 8
FASTER, AS_FAST, MEMORY = 1.8, 0.9, 0.55
# The most that losses may differ by: relative, before training and in the last epoch.
START, END = 1e-4, 0.1


@dataclasses.dataclass(frozen=True)
class Way:
    """How many ranks, with how many threads each, and on how many cores, if not on all."""

    name: str
    ranks: int
    threads: int
    exchange: str = EXCHANGES[0]
    cores: int | None = None


ONE = Way("one rank, one thread, one core", 1, 1, cores=1)
LOOSE = Way("one rank, one thread, both cores", 1, 1)
THREADS = Way("one rank, two threads", 1, 2)
TWO = [Way(f"two ranks, {exchange}", 2, 1, exchange) for exchange in EXCHANGES]
WAYS = (ONE, LOOSE, THREADS, *TWO)


@dataclasses.dataclass
class Found:
    """What all runs of a way had: records of epochs, and memory of each rank."""

    records: list[Records] = dataclasses.field(default_factory=list)
    anonymous: list[list[int]] = dataclasses.field(default_factory=list)
    resident: list[list[int]] = dataclasses.field(default_factory=list)

    def seconds(self, key: str) -> float:
        """The median over epochs but each run's first, in which files are read."""
        return float(statistics.median(record[key] for records in self.records for record in records[2:]))

    def waited(self) -> str:
        """Of the rank that waited longest, in an epoch and its evaluation."""
        ranks = [record.get("ranks") for records in self.records for record in records[2:]]
        longest = [max(rank["waitedSeconds"] for rank in epoch) for epoch in ranks if epoch]
        return f"{statistics.median(longest):.2f}" if longest else "–"

    @staticmethod
    def peaks(runs: list[list[int]]) -> list[int]:
        """Of each rank, the most of all runs."""
        return [max(peaks) for peaks in zip(*runs, strict=True)]


class RanksSpeed(Benchmark):
    name = "ranks-speed"
    summary = "two ranks of one thread against one process: seconds, memory, shards"
    tools = ("gas-ingest", "gas-stat", "gas-run")

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        text = "of the graph; default 100"
        parser.add_argument("--edges", type=int, default=100, choices=sorted(NAMES), metavar="MILLIONS", help=text)
        parser.add_argument("--epochs", type=int, default=3, help="of a run; default 3")
        parser.add_argument("--rounds", type=int, default=2, help="how often each way has its turn; default 2")

    def check_options(self, parser: argparse.ArgumentParser) -> None:
        if self.options.epochs < 2:
            parser.error("--epochs takes at least 2: the first is not counted")
        if self.options.rounds < 1:
            parser.error("--rounds takes at least 1")

    @functools.cached_property
    def programs(self) -> Programs:
        return WatchedPrograms(self.name, self.tools)

    def measure(self) -> Page:
        if len(os.sched_getaffinity(0)) < 2:
            raise Failure("two ranks want two cores")
        path = store(self.options.edges)
        shards = shard_lines(self.programs, path)
        found = {way: Found() for way in WAYS}
        for number, way in itertools.product(range(self.options.rounds), WAYS):
            say(f"round {number + 1}: {way.name}")
            self.train(path, way, found[way])
        difference = self.check(found)
        return self.page(found, shards, difference)

    def train(self, path: pathlib.Path, way: Way, found: Found) -> None:
        assert isinstance(self.programs, WatchedPrograms)
        words = f"--model gcn --layers 3 --hidden 64 --dropout 0 --lr 0.01 --epochs {self.options.epochs}"
        words += f" --batch-partitions {STEP_PARTITIONS // way.ranks} --threads {way.threads}"
        words += f" --exchange {way.exchange} --no-measure-error --checkpoint-seconds 0 --run speed"
        # Each rank of two may use any core: with one thread each the system gives each its own.
        held = ["taskset", "--cpu-list", str(min(os.sched_getaffinity(0)))] if way.cores else []
        self.programs.started(way.ranks, held).call("gas-run", "train", path, *words.split(), *QUIET)
        records = all_records(path, "speed")
        check_learnt(records[1:], way.name)
        taken = self.programs.taken(way.ranks)
        found.records.append(records)
        found.anonymous.append([rank.anonymous for rank in taken])
        found.resident.append([rank.resident for rank in taken])
        shutil.rmtree(path / "runs/speed")

    def check(self, found: dict[Way, Found]) -> float:
        """Returns the largest difference of the last epochs' losses, as a share."""
        worst = 0.0
        for way, its in found.items():
            for records, first in itertools.product(its.records, found[ONE].records[:1]):
                start = abs(records[0]["valLoss"] / first[0]["valLoss"] - 1)
                if start > START:
                    raise Failure(f"{way.name}: before training the loss differs by {start:.1e} of one rank's")
                worst = max(worst, abs(records[-1]["loss"] / first[-1]["loss"] - 1))
                if worst > END:
                    loss, its_loss = records[-1]["loss"], first[-1]["loss"]
                    raise Failure(f"{way.name}: the last epoch's loss is {loss:.3f}, one rank's {its_loss:.3f}")
        return worst

    def page(self, found: dict[Way, Found], shards: list[str], difference: float) -> Page:
        seconds = {way: its.seconds("trainSeconds") for way, its in found.items()}
        one, threads = seconds[ONE], seconds[THREADS]
        memory = {way: Found.peaks(its.anonymous) for way, its in found.items()}
        rows = [self.row(way, its, one, threads) for way, its in found.items()]
        # Of the two ways to exchange, the faster one is the one to take.
        best = min(TWO, key=lambda way: seconds[way])
        share = max(memory[best]) / memory[ONE][0]
        missed = []
        if one / seconds[best] < FASTER:
            missed.append(f"{one / seconds[best]:.2f} times as fast as one rank of one thread")
        if threads / seconds[best] < AS_FAST:
            missed.append(f"{threads / seconds[best]:.2f} times as fast as one rank of two threads")
        if share > MEMORY:
            missed.append(f"{share:.2f} of the memory of one rank")
        options = self.options
        turns = f"{options.rounds} {'turn' if options.rounds == 1 else 'turns'}"
        head = ["", "epoch, s", "evaluation, s", "against one thread", "against two", "waited, s"]
        head += ["memory, MiB", "with file pages, MiB", "loss", "test, %"]
        body = [
            f"The graph of billion-edges with {NAMES[options.edges]} edges; GCN, 3 layers of 64, {STEP_PARTITIONS}"
            f" partitions in a step of all ranks. Each way had {turns} of {options.epochs} epochs."
            " Seconds are medians over epochs but each run's first; *against*: how many times as fast an epoch is as"
            " that of one rank of one thread on one core, and of two threads; *waited*: of an epoch and its evaluation,"
            " by the rank that waited longest; *memory*: the most of each rank that is not file pages; *loss* and"
            " *test* of the last epoch.",
            "",
            *pages.table(head, rows),
            "",
            f"Demanded of the faster exchange ({best.exchange}): {FASTER} times as fast as one rank of one thread,"
            f" {AS_FAST} times as fast as one of two, and at most {MEMORY} of the memory of one for each rank"
            f" (found: {share:.2f}). {pages.verdict(missed)}",
            "",
            "Checked: exact inference with the initial weights gives the same loss; every run has learnt; losses of the"
            f" last epoch differ by at most {100 * difference:.1f} % from one rank's.",
            "",
            "## Shards",
            "",
            *shards,
        ]
        return Page("Two ranks against one process", body, f"Programs of commit {self.programs.commit()}.", missed)

    @staticmethod
    def row(way: Way, its: Found, one: float, threads: float) -> list[object]:
        def each(runs: list[list[int]]) -> str:
            return ", ".join(str(peak >> 20) for peak in Found.peaks(runs))

        epoch, last = its.seconds("trainSeconds"), its.records[-1][-1]
        against = [f"{one / epoch:.2f}", f"{threads / epoch:.2f}"]
        memory = [each(its.anonymous), each(its.resident)]
        scores = [f"{last['loss']:.3f}", f"{100 * last['test']:.2f}"]
        seconds = [f"{epoch:.2f}", f"{its.seconds('evaluateSeconds'):.2f}"]
        return [way.name, *seconds, *against, its.waited(), *memory, *scores]


BENCHMARK = RanksSpeed
