"""How close an epoch in memory comes to what the machine can do: measures dense products, streams, random rows and the
disk, then training epochs of a 3-layer GCN of width 256, and reports the epoch against the time that its flops and
bytes take at those rates.

Needs clang and libopenblas-dev.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess

from gasbench.shared import machine, pages
from gasbench.shared.benchmark import Benchmark
from gasbench.shared.children import last_line
from gasbench.shared.messages import Failure, say
from gasbench.shared.pages import Page
from gasbench.shared.places import ROOT
from gasbench.shared.programs import QUIET, all_records, check_learnt, read_json

FEATURES, HIDDEN, CLASSES = 128, 256, 40
BYTES = {"float32": 4, "bfloat16": 2}
RATES = ("dense", "gather", "stream")
Round = dict[str, float]


class Work:
    """What an epoch computes and moves, from the store's counts. Features are aggregated beforehand.

    The last layer, which narrows, may aggregate before its product or after it: `aggregates`.
    """

    def __init__(self, store: pathlib.Path, aggregates: bool, precision: str) -> None:
        self.aggregates = aggregates
        self.bytes = BYTES[precision]
        manifest = read_json(store / "manifest.json")
        table = manifest["partitions"]
        self.nodes: int = manifest["nodeCount"]
        self.halo: int = table["haloStarts"][-1]
        self.entries: int = table["edgeStarts"][-1] + self.nodes  # with self-loops
        self.inner: int = sum(table["innerEdgeCounts"]) + self.nodes
        self.partitions = len(table["innerEdgeCounts"])

    @property
    def flops(self) -> int:
        n = self.nodes
        last_rows = n if self.aggregates else n + self.halo
        forward = n * FEATURES * HIDDEN + n * HIDDEN * HIDDEN + last_rows * HIDDEN * CLASSES
        # Of weights and inputs; the features want none.
        last = last_rows * HIDDEN * CLASSES + n * HIDDEN * CLASSES
        backward = n * FEATURES * HIDDEN + 2 * n * HIDDEN * HIDDEN + last
        return 2 * (forward + backward)

    @property
    def gathered(self) -> int:
        """Bytes of rows that sparse products read: the second layer's and the last one's, forward and backward."""
        wide = (self.entries + self.inner) * HIDDEN
        return self.bytes * (wide + (wide if self.aggregates else 2 * self.entries * CLASSES))

    @property
    def streamed(self) -> int:
        """Bytes that are read or written once: features, pulled rows out of the page cache, pushes, activations.

        Gradients, and sums before an activation, are float32 in any case.
        """
        n, sums = self.nodes, 4
        pulled = 2 * self.halo * HIDDEN
        pushed = 2 * 2 * 2 * n * HIDDEN
        features = 2 * n * FEATURES
        relu = 2 * (2 * self.bytes + 3 * sums) * n * HIDDEN
        graph = 4 * 4 * (self.entries + self.inner)
        return self.bytes * (pulled + pushed + features) + relu + graph

    def limit(self, best: Round) -> float:
        """Seconds of an epoch at these rates, one kind of work after the other."""
        return self.flops / best["dense"] + self.gathered / best["gather"] + self.streamed / best["stream"]

    def shape(self) -> list[int]:
        """Of a batch's matrix and its rows."""
        batch = self.nodes // self.partitions
        return [batch, batch + self.halo // self.partitions, self.entries // self.partitions, HIDDEN]


class Ceilings(Benchmark):
    name = "ceilings"
    summary = "an epoch in memory against the time that its flops and bytes take at the machine's best rates"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--precision", choices=BYTES, default="float32", help="default: float32")
        parser.add_argument("--nodes", type=int, default=200_000, help="default 200000, with ten edges each")
        parser.add_argument("--rounds", type=int, default=3, help="default 3")

    @property
    def page_name(self) -> str:
        precision = self.options.precision
        return self.name if precision == "float32" else f"{self.name}-{precision}"

    def measure(self) -> Page:
        store = self.make_store()
        program, file = self.compile_ceilings(), self.large_file()
        # The kernels of OpenBLAS that gas-run chooses: a program that is linked gets what the library guesses.
        core = self.programs.call("gas-run", "train", store, "--plan")["kernels"]["blasCore"]
        precision = self.options.precision
        command = [program, os.cpu_count(), *Work(store, True, precision).shape(), file]
        command += [precision] if precision == "bfloat16" else []
        rounds = []
        for _ in range(self.options.rounds):
            machine.wait_until_idle(20)
            found = self.rates(list(map(str, command)), core)
            machine.wait_until_idle(20)
            found["epoch"] = self.epoch(store)
            rounds.append(found)
            say(" ".join(f"{name} {value:.3g}" for name, value in found.items()))
        # What the machine can do is the best that it did in any round: others take their share of a virtual machine at
        # times.
        best = {rate: max(one[rate] for one in rounds) for rate in RATES}
        work = min((Work(store, way, precision) for way in (False, True)), key=lambda work: work.limit(best))
        for one in rounds:
            one["limit"] = work.limit(best)
        return self.page(work, rounds, best)

    def make_store(self) -> pathlib.Path:
        nodes = self.options.nodes
        size = f"--nodes {nodes} --edges {10 * nodes} --features {FEATURES} --classes {CLASSES}"
        data = self.programs.generate("data", f"{size} --communities 320 --inside 0.8 --seed 1")
        store = self.programs.work / "store"
        self.programs.ingest(data, store, "--partitions 40")
        return store

    def compile_ceilings(self) -> pathlib.Path:
        program = self.programs.work / "ceilings"
        kernels = ROOT / "Sources/CGasKernels"
        sources = [pathlib.Path(__file__).with_name("ceilings.c"), *sorted(kernels.glob("*.c"))]
        flags = "clang -O3 -march=native -ffp-contract=fast".split()
        libraries = "-lopenblas -lm -lpthread -o".split()
        command = [*flags, "-I", kernels / "include", *sources, *libraries, program]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
        if done.returncode != 0:
            raise Failure(f"ceilings.c does not compile: {last_line(done.stderr)}")
        return program

    def large_file(self) -> pathlib.Path:
        """Of 2 GiB, for reading from the disk."""
        file = self.programs.work / "file"
        if not file.exists():
            command = ["dd", "if=/dev/urandom", f"of={file}", "bs=8M", "count=256", "conv=fsync"]
            subprocess.run(command, check=True, capture_output=True)
        return file

    def rates(self, command: list[str], core: str) -> Round:
        environment = {**os.environ, "OPENBLAS_CORETYPE": core}
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        if done.returncode == 4:
            raise Failure("this processor has no products of bfloat16 (AVX512-BF16)")
        if done.returncode != 0:
            raise Failure(f"ceilings failed: {last_line(done.stderr)}")
        found: Round = json.loads(done.stdout)
        return found

    def epoch(self, store: pathlib.Path) -> float:
        """Seconds of a training epoch."""
        options = f"--layers 3 --hidden {HIDDEN} --dropout 0 --batch-partitions 1 --epochs 4 --evaluate-every 4".split()
        run = ["--precision", self.options.precision, "--run", "ceilings", "--checkpoint-seconds", 1e6, *QUIET]
        self.programs.call("gas-run", "train", store, *options, *run)
        records = all_records(store, "ceilings")
        check_learnt(records[1:])
        return float(statistics.median(record["trainSeconds"] for record in records[2:]))

    def page(self, work: Work, rounds: list[Round], best: Round) -> Page:
        def median(name: str, scale: float = 1e9) -> str:
            return f"{statistics.median(one[name] for one in rounds) / scale:.2f}"

        def ratio(a: str, b: str) -> str:
            values = [one[a] / one[b] for one in rounds]
            return f"**{statistics.median(values):.2f}** ({min(values):.2f} – {max(values):.2f})"

        parts = [
            ("dense products", work.flops, "GFLOP", "dense"),
            ("rows that sparse products read", work.gathered, "GB", "gather"),
            ("read or written once", work.streamed, "GB", "stream"),
        ]
        rows = []
        for name, amount, unit, rate in parts:
            most = f"{best[rate] / 1e9:.1f} {unit} a second"
            rows.append([name, f"{amount / 1e9:.1f} {unit}", most, f"{amount / best[rate]:.2f}"])
        results = [
            ["the limit: the sum, seconds", median("limit", 1)],
            ["an epoch, seconds", median("epoch", 1)],
            ["epoch / limit", ratio("epoch", "limit")],
            ["sparse product's rate / that of reading its rows", ratio("spmm", "gather")],
            ["disk, one after the other, GB a second", median("sequential")],
            ["disk, random pages of 4 KiB, 32 at a time, GB a second", median("random")],
        ]
        order = "before" if work.aggregates else "after"
        products = "OpenBLAS" if self.options.precision == "float32" else "our own kernel"
        body = [
            f"GCN {FEATURES}-{HIDDEN}-{HIDDEN}-{CLASSES}, its last layer aggregating {order} its product, which takes"
            f" less, on {work.nodes} nodes and {work.entries - work.nodes} entries in {work.partitions} partitions,"
            f" one a batch, in {self.options.precision}; histories in the page cache. The rates are of small programs"
            f" (ceilings.c) with all cores: {products} on a batch's rows, a triad over 400 MB, reading the rows that a"
            " batch's sparse product reads, in its order, from a table of a batch's size.",
            "",
            *pages.table(["what an epoch needs", "amount", "at most", "seconds"], rows),
            "",
            *pages.table(["", ""], results),
            "",
            "What the limit leaves out: reading and decoding the adjacency, transposing it, the loss, the optimiser,"
            " and that preparing the next batch takes its share of the same cores.",
        ]
        note = (
            f"gas-run of {self.programs.commit()}; {len(rounds)} rounds, in each the ceilings and then the epochs."
            " Rates are the best of all rounds, the epoch is the median."
        )
        name = "" if self.options.precision == "float32" else ", in bfloat16"
        return Page("An epoch against what the machine can do" + name, body, note)


BENCHMARK = Ceilings
