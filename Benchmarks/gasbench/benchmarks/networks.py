"""Ranks on hosts of their own: network namespaces of this machine, whose interfaces send 1 and 10 Gbit/s, with
`mpirun` over TCP and one thread a rank, with `--exchange synchronous` and `overlap`. Beside what was measured stands
what `gas-run train --plan --ranks R --network …` predicts from the time that one process takes, from the bytes and from
how long a message is on its way here; and a table of larger numbers of hosts, which are predicted alone.

Before it reports, it checks that ranks have sent the bytes that were planned, and that every run has learnt. Exits with
1 where a prediction is off by more than 15 %. Wants root, iproute2 and Open MPI. How long a rank computes is measured
on two ranks without a network, over shared memory: ranks read histories otherwise than one process, which is faster.
Ranks share the cores: where there are more ranks than cores, their batches take ranks / cores times as long. Messages
are delayed by 0.1 ms where the kernel has netem.
"""

import argparse
import dataclasses
import functools
import os
import pathlib
import statistics
from typing import Any

from gasbench.shared import pages
from gasbench.shared.benchmark import Benchmark
from gasbench.shared.hosts import Hosts, is_open_mpi
from gasbench.shared.messages import Failure, say
from gasbench.shared.pages import Page
from gasbench.shared.programs import QUIET, Programs, Records, check_learnt
from gasbench.shared.ranked import EXCHANGES, RankedPrograms

HOSTS = (2, 3, 4)
SPEEDS = ("1gbit", "10gbit")
DELAY = "0.1ms"
SHARE = 0.15
MANY = (8, 16, 32, 64, 128, 256)
# Each rank's batch: an epoch has eight steps or more.
PARTITIONS, BATCH = 96, 3
LARGE_PARTITIONS = 2048
MODEL = "--model gcn --layers 3 --hidden 128 --dropout 0.3 --lr 0.01 --no-measure-error --threads 1"


@dataclasses.dataclass(frozen=True)
class Measured:
    """The medians over epochs of a run."""

    epoch: float
    sent: float
    waited: float
    hidden: float


class HostPrograms(RankedPrograms):
    """gas-run on hosts, or on this machine while there are none."""

    hosts: Hosts | None = None

    def launcher(self, ranks: int) -> list[str]:
        return super().launcher(ranks) if self.hosts is None else self.hosts.launcher(ranks)


def median(values: list[float]) -> float:
    return float(statistics.median(values))


def measured(records: Records) -> Measured:
    """Of all epochs but the first, in which files are read."""
    epochs = records[2:]
    ranks = [record["ranks"] for record in epochs]

    def over(key: str) -> list[float]:
        return [max(rank[key] for rank in epoch) for epoch in ranks]

    sent = [float(sum(rank["gradientBytes"] + rank["rowBytes"] for rank in epoch)) for epoch in ranks]
    exchanged = [
        sum(rank["hiddenSeconds"] for rank in epoch) / max(1e-9, sum(rank["exchangeSeconds"] for rank in epoch))
        for epoch in ranks
    ]
    seconds = [record["trainSeconds"] for record in epochs]
    return Measured(median(seconds), median(sent), median(over("waitedSeconds")), median(exchanged))


def check_bytes(records: Records, plan: dict[str, Any]) -> None:
    for told, planned in zip(records[1]["ranks"], plan["ranks"], strict=True):
        for key in ("gradientBytes", "rowBytes", "ghostBytes", "outputBytes"):
            if told[key] != planned[key]:
                raise Failure(f"a rank has sent {told[key]} {key}, planned were {planned[key]}")


class Networks(Benchmark):
    name = "networks"
    summary = "ranks on hosts with 1 and 10 Gbit/s, beside what a plan predicts"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--nodes", type=int, default=200_000, help="nodes of the graph; default 200000")
        text = "nodes of the graph for many hosts; default 2000000"
        parser.add_argument("--large-nodes", type=int, default=2_000_000, help=text)
        parser.add_argument("--epochs", type=int, default=6, help="epochs of a run; default 6")

    def check_options(self, parser: argparse.ArgumentParser) -> None:
        if self.options.epochs < 3:
            parser.error("--epochs takes at least 3: the first is not counted")
        if min(self.options.nodes, self.options.large_nodes) < LARGE_PARTITIONS:
            parser.error(f"--nodes and --large-nodes take at least {LARGE_PARTITIONS}")

    @functools.cached_property
    def programs(self) -> Programs:
        return HostPrograms(self.name, self.tools)

    def store(self, nodes: int, partitions: int) -> pathlib.Path:
        generated = f"--nodes {nodes} --edges {10 * nodes} --features 64 --classes 20 --seed 1"
        generated += f" --communities {partitions} --inside 0.9"
        inputs = "--features features.npy --labels labels.npy --train train.npy --val val.npy --test test.npy"
        say(f"{nodes} nodes: making the store")
        return self.programs.store(f"planted-{nodes}", f"{inputs} --partitioner file:communities.npy", generated)[0]

    def train(self, store: pathlib.Path, ranks: int, exchange: str) -> Records:
        options = f"{MODEL} --batch-partitions {BATCH} --epochs {self.options.epochs} --exchange {exchange}"
        _, records = self.programs.train(store, f"hosts-{ranks}", ranks, *options.split())
        check_learnt(records[1:], f"{ranks} hosts, {exchange}")
        return records

    def plan(self, store: pathlib.Path, ranks: int, speed: str, latency: float, computing: float) -> dict[str, Any]:
        options = f"{MODEL} --batch-partitions {BATCH} --plan --ranks {ranks} --network {speed.replace('g', 'G')}"
        times = ["--latency", f"{1e6 * latency:.3f}us", "--epoch-time", f"{computing:.6f}s"]
        plan: dict[str, Any] = self.programs.call("gas-run", "train", store, *options.split(), *times, *QUIET[1:])
        return plan["ranks"]  # type: ignore[no-any-return]

    def measure(self) -> Page:
        if not is_open_mpi():
            raise Failure("mpirun is not that of Open MPI, whose options say how hosts are reached")
        store = self.store(self.options.nodes, PARTITIONS)
        assert isinstance(self.programs, HostPrograms)
        crowded = {ranks: max(1, ranks / len(os.sched_getaffinity(0))) for ranks in HOSTS}
        alone = self.computing(store) / crowded[2]
        rows: list[list[object]] = []
        missed: list[str] = []
        delayed, latencies = False, []
        with Hosts(max(HOSTS), self.programs.work) as hosts:
            self.programs.hosts = hosts
            for speed in SPEEDS:
                delayed = hosts.limit(speed, DELAY)
                latency = hosts.one_way_seconds()
                latencies.append(latency)
                for ranks in HOSTS:
                    plan = self.plan(store, ranks, speed, latency, alone * crowded[ranks])
                    for exchange in EXCHANGES:
                        records = self.train(store, ranks, exchange)
                        check_bytes(records, plan)
                        row, off = self.row(speed, ranks, exchange, measured(records), plan["time"])
                        say(" ".join(map(str, row)))
                        rows.append(row)
                        if abs(off) > SHARE:
                            missed.append(f"{speed}, {ranks} hosts, {exchange}: {100 * off:+.0f} %")
        return self.page(alone, latencies, delayed, rows, missed)

    def computing(self, store: pathlib.Path) -> float:
        """Seconds of an epoch in which one rank would compute all batches, from what two compute on this machine."""
        epochs = self.train(store, 2, EXCHANGES[0])[2:]
        # The rank that waits least waits for messages alone, and the others for it too.
        exchanged = [min(rank["exchangeSeconds"] for rank in record["ranks"]) for record in epochs]
        seconds = [record["trainSeconds"] - waited for record, waited in zip(epochs, exchanged, strict=True)]
        return median(seconds) / float(self.plan(store, 2, SPEEDS[0], 0, 1)["time"]["computingSeconds"])

    @staticmethod
    def row(
        speed: str, ranks: int, exchange: str, found: Measured, time: dict[str, float]
    ) -> tuple[list[object], float]:
        predicted = time[f"{exchange}Seconds"]
        off = predicted / found.epoch - 1
        return [
            speed.replace("gbit", " Gbit/s"),
            ranks,
            exchange,
            f"{found.epoch:.3f}",
            f"{predicted:.3f}",
            f"{100 * off:+.0f} %",
            f"{found.sent / (1 << 20):.1f}",
            f"{found.waited:.3f}",
            f"{100 * found.hidden:.0f} %",
        ], off

    def page(
        self, alone: float, latencies: list[float], delayed: bool, rows: list[list[object]], missed: list[str]
    ) -> Page:
        head = ["speed", "hosts", "exchange", "epoch, s", "predicted, s", "off by", "sent, MiB", "waited, s", "hidden"]
        pairs = zip(SPEEDS, latencies, strict=True)
        one_way = ", ".join(f"{1e6 * latency:.0f} µs at {speed}" for speed, latency in pairs)
        delay = f"Messages are delayed by {DELAY} (netem)" if delayed else "The kernel has no netem: no delay is added"
        nodes = self.options.nodes
        body = [
            f"A planted graph of {nodes} nodes and {10 * nodes} edges in {PARTITIONS} partitions; GCN, 3 layers of 128,"
            f" batches of {BATCH} partitions, one thread a rank. One rank computes {alone:.3f} s an epoch. *epoch*:"
            " seconds of training, without its evaluation; *sent*: gradients and rows of all ranks in it; *waited*: of"
            " an epoch and its evaluation, by the rank that waited longest; *hidden*: the share of the time of"
            f" gradients and rows in which ranks computed. Medians over epochs. {delay}; a byte takes {one_way} there.",
            "",
            *pages.table(head, rows),
            "",
            f"Demanded: predictions within {100 * SHARE:.0f} %. {pages.verdict(missed)} Checked: ranks have sent the"
            " bytes that were planned; every run has learnt.",
            "",
            "## More hosts, predicted",
            "",
            *self.predicted(),
        ]
        return Page("Ranks on hosts", body, f"Programs of commit {self.programs.commit()}.", missed)

    def predicted(self) -> list[str]:
        nodes = self.options.large_nodes
        store = self.store(nodes, LARGE_PARTITIONS)
        options = f"{MODEL} --batch-partitions {BATCH} --plan"
        computing = self.programs.call("gas-run", "train", store, *options.split(), *QUIET[1:])["trainSeconds"]
        rows = []
        for ranks in MANY:
            plan = self.plan(store, ranks, "10gbit", 1e-4, computing)
            time, parts = plan["time"], plan["ranks"]
            sent = max(part["rowBytes"] + part["gradientBytes"] for part in parts) / (1 << 20)
            ghosts = statistics.mean(part["ghosts"] / max(1, part["nodes"]) for part in parts)
            speedup = [f"{computing / time[key]:.1f}" for key in ("synchronousSeconds", "overlapSeconds")]
            seconds = [f"{time[key]:.3f}" for key in ("computingSeconds", "gradientSeconds", "rowSeconds")]
            epochs = [f"{time[key]:.3f}" for key in ("synchronousSeconds", "overlapSeconds")]
            rows.append([ranks, plan["steps"], f"{ghosts:.2f}", f"{sent:.1f}", *seconds, *epochs, *speedup])
        head = ["hosts", "steps", "ghosts a node", "sent, MiB", "computing, s", "gradients, s", "rows, s"]
        head += ["synchronous, s", "overlap, s", "times as fast", "overlap"]
        return [
            f"`gas-run train --plan --ranks R --network 10Gbit --latency 0.1ms` on a planted graph of {nodes} nodes and"
            f" {10 * nodes} edges in {LARGE_PARTITIONS} partitions, the same model and batches, one thread a host. One"
            f" process takes {computing:.1f} s an epoch, as far as one partition tells. *sent*: by the rank that sends"
            " most.",
            "",
            *pages.table(head, rows),
        ]


BENCHMARK = Networks
