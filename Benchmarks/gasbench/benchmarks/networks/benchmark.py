"""Ranks on hosts of their own: network namespaces of this machine, whose interfaces send 1 and 10 Gbit/s, with
`mpirun` over TCP and one thread a rank, with `--exchange synchronous` and `overlap`. Beside what was measured stands
what `gas-run train --plan --ranks R --network …` predicts from the time that one process takes, from the bytes and from
how long a message is on its way here; and a table of larger numbers of hosts, which are predicted alone.

Before it reports, it checks that ranks have sent the bytes that were planned, and that every run has learnt. Exits with
1 where a prediction is off by more than 15 %. Wants root, iproute2 and Open MPI. How long a rank computes is measured
on two ranks without a network, over shared memory: ranks read histories otherwise than one process, which is faster.
Messages are delayed by 0.1 ms where the kernel has netem.

Machines of their own have a core for messages, and ranks here share the cores of one machine. So a plan does not say
how long they take here, and a prediction adds what it leaves out. Where there are more ranks than cores, their batches
take ranks / cores times as long. And a byte that is sent takes processor time: what two ranks on hosts take more of it
than the same two over shared memory, for each byte that they send, with synchronous steps. Where no core is free for
messages (more ranks than cores, or as many that compute meanwhile, as with overlap), an epoch's bytes times that,
divided among the cores, are added to the time in which ranks compute.
"""

import argparse
import dataclasses
import functools
import itertools
import os
import pathlib
import statistics

from gasbench.benchmarks.networks.many import LARGE_PARTITIONS, many_hosts
from gasbench.benchmarks.networks.programs import BATCH, DELAY, MODEL, PARTITIONS, SPEEDS, HostPrograms, Plan
from gasbench.shared import pages
from gasbench.shared.benchmark import Benchmark
from gasbench.shared.hosts import Hosts, is_open_mpi
from gasbench.shared.messages import Failure, say
from gasbench.shared.pages import Page
from gasbench.shared.programs import Programs, Records, check_learnt
from gasbench.shared.ranked import EXCHANGES

HOSTS = (2, 3, 4)
# How often the processor time of messages is measured. What disturbs a run makes it longer, so the shortest counts.
TIMES = 2
SHARE = 0.15


@dataclasses.dataclass(frozen=True)
class Measured:
    """The medians over epochs of a run."""

    epoch: float
    sent: float
    waited: float
    hidden: float


@dataclasses.dataclass(frozen=True)
class Run:
    """The records of a run, and the seconds of processors that its ranks took."""

    records: Records
    processor: float

    @property
    def sent(self) -> int:
        """Bytes that all ranks have sent in all."""
        return sum(rank["sentBytes"] for record in self.records for rank in record.get("ranks") or [])


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


def check_bytes(records: Records, plan: Plan) -> None:
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

    def train(self, store: pathlib.Path, ranks: int, exchange: str) -> Run:
        options = f"{MODEL} --epochs {self.options.epochs} --exchange {exchange}"
        _, records = self.programs.train(store, f"hosts-{ranks}", ranks, *options.split())
        check_learnt(records[1:], f"{ranks} hosts, {exchange}")
        assert isinstance(self.programs, HostPrograms)
        return Run(records, sum(taken.processor for taken in self.programs.taken(ranks)))

    def measure(self) -> Page:
        if not is_open_mpi():
            raise Failure("mpirun is not that of Open MPI, whose options say how hosts are reached")
        programs = self.programs
        assert isinstance(programs, HostPrograms)
        store = programs.planted(self.options.nodes, PARTITIONS)
        together = self.two(store)
        crowded = {ranks: max(1, ranks / self.cores) for ranks in HOSTS}
        alone = self.computing(programs, store, together.records) / crowded[HOSTS[0]]
        links, rows, missed = [], [], []
        with Hosts(max(HOSTS), programs.work) as hosts:
            programs.hosts = hosts
            for speed in SPEEDS:
                delayed = hosts.limit(speed, DELAY)
                latency = hosts.one_way_seconds()
                apart = self.two(store)
                # Of both all is the same but the way of messages.
                cost = max(0, apart.processor - together.processor) / apart.sent
                links.append(f"{1e6 * latency:.0f} µs and {1e9 * cost:.2f} ns of a processor at {speed}")
                for ranks, exchange in itertools.product(HOSTS, EXCHANGES):
                    is_apart = (ranks, exchange) == (HOSTS[0], EXCHANGES[0])
                    records = (apart if is_apart else self.train(store, ranks, exchange)).records
                    plan = programs.plan(store, ranks, speed, latency, alone * crowded[ranks])
                    check_bytes(records, plan)
                    messages = self.messages(plan, ranks, exchange, cost)
                    here = programs.plan(store, ranks, speed, latency, alone * crowded[ranks] + ranks * messages)
                    times = [each["time"][f"{exchange}Seconds"] for each in (plan, here)]
                    row, off = self.row(speed, ranks, exchange, measured(records), *times)
                    say(" ".join(map(str, row)))
                    rows.append(row)
                    if abs(off) > SHARE:
                        missed.append(f"{speed}, {ranks} hosts, {exchange}: {100 * off:+.0f} %")
        return self.page(alone, links, delayed, rows, missed)

    def two(self, store: pathlib.Path) -> Run:
        """The run of two ranks, of a few, that took least of processors."""
        runs = [self.train(store, HOSTS[0], EXCHANGES[0]) for _ in range(TIMES)]
        return min(runs, key=lambda run: run.processor)

    @property
    def cores(self) -> int:
        return len(os.sched_getaffinity(0))

    def messages(self, plan: Plan, ranks: int, exchange: str, cost: float) -> float:
        """Seconds by which messages of an epoch hold up each rank's computing, as no core is free for them."""
        if ranks + (exchange == "overlap") <= self.cores:
            return 0
        sent = sum(rank["gradientBytes"] + rank["rowBytes"] for rank in plan["ranks"])
        return float(sent * cost / self.cores)

    @staticmethod
    def computing(programs: HostPrograms, store: pathlib.Path, records: Records) -> float:
        """Seconds of an epoch in which one rank would compute all batches, from what two compute on this machine."""
        # The rank that waits least waits for messages alone, and the others for it too.
        exchanged = [min(rank["exchangeSeconds"] for rank in record["ranks"]) for record in records[2:]]
        seconds = [record["trainSeconds"] - waited for record, waited in zip(records[2:], exchanged, strict=True)]
        return median(seconds) / float(programs.plan(store, HOSTS[0], SPEEDS[0], 0, 1)["time"]["computingSeconds"])

    @staticmethod
    def row(
        speed: str, ranks: int, exchange: str, found: Measured, planned: float, predicted: float
    ) -> tuple[list[object], float]:
        off = predicted / found.epoch - 1
        return [
            speed.replace("gbit", " Gbit/s"),
            ranks,
            exchange,
            f"{found.epoch:.3f}",
            f"{planned:.3f}",
            f"{predicted:.3f}",
            f"{100 * off:+.0f} %",
            f"{found.sent / (1 << 20):.1f}",
            f"{found.waited:.3f}",
            f"{100 * found.hidden:.0f} %",
        ], off

    def page(self, alone: float, links: list[str], delayed: bool, rows: list[list[object]], missed: list[str]) -> Page:
        head = ["speed", "hosts", "exchange", "epoch, s", "planned, s", "predicted, s", "off by", "sent, MiB"]
        head += ["waited, s", "hidden"]
        delay = f"Messages are delayed by {DELAY} (netem)" if delayed else "The kernel has no netem: no delay is added"
        nodes = self.options.nodes
        assert isinstance(self.programs, HostPrograms)
        body = [
            f"A planted graph of {nodes} nodes and {10 * nodes} edges in {PARTITIONS} partitions; GCN, 3 layers of 128,"
            f" batches of {BATCH} partitions, one thread a rank. One rank computes {alone:.3f} s an epoch. *epoch*:"
            " seconds of training, without its evaluation; *sent*: gradients and rows of all ranks in it; *waited*: of"
            " an epoch and its evaluation, by the rank that waited longest; *hidden*: the share of the time of"
            f" gradients and rows in which ranks computed. Medians over epochs. {delay}; a byte takes"
            f" {', '.join(links)}.",
            "",
            "*planned* is what `gas-run train --plan` says of hosts that have a core for messages, but for batches,"
            f" which take ranks / {self.cores} times as long where there are more ranks than the {self.cores} cores."
            " *predicted* adds what messages take of these cores where none is free for them, which is where there are"
            " more ranks than cores, and with overlap as many: bytes × processor time of a byte / cores, as a time in"
            " which ranks compute. The processor time of a byte is what two ranks on hosts take more of it than the"
            " same two over shared memory, for each byte that they send, with synchronous steps; the shortest of"
            f" {TIMES} runs each.",
            "",
            *pages.table(head, rows),
            "",
            f"Demanded: predictions within {100 * SHARE:.0f} %. {pages.verdict(missed)} Checked: ranks have sent the"
            " bytes that were planned; every run has learnt.",
            "",
            "## More hosts, predicted",
            "",
            *many_hosts(self.programs, self.options.large_nodes),
        ]
        return Page("Ranks on hosts", body, f"Programs of commit {self.programs.commit()}.", missed)


BENCHMARK = Networks
