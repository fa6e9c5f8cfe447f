#!/usr/bin/env python3
"""How close an epoch in memory comes to what the machine can do: measures dense products, streams, random rows and the disk, then
training epochs of a 3-layer GCN of width 256, and reports the epoch against the time that its flops and bytes take at those rates.

Writes Benchmarks/results/ceilings.md. GAS_BIN and GAS_WORK: see Benchmarks/common/programs.py. Needs libopenblas-dev.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "common"))

import machine
import pages
from programs import ROOT, Failure, Programs, say

FEATURES, HIDDEN, CLASSES, FLOAT = 128, 256, 40, 4


def parse():
    parser = argparse.ArgumentParser(prog="Benchmarks/ceilings/run", description=__doc__)
    parser.add_argument("--nodes", type=int, default=200_000, help="default 200000, with ten edges each")
    parser.add_argument("--rounds", type=int, default=3, help="default 3")
    return parser.parse_args()


def compile_ceilings(programs):
    program = programs.work / "ceilings"
    sources = sorted((ROOT / "Sources/CGasKernels").glob("*.c"))
    done = subprocess.run(["clang", "-O3", "-march=native", "-ffp-contract=fast", "-I", ROOT / "Sources/CGasKernels/include", HERE / "ceilings.c",
                           *sources, "-lopenblas", "-lm", "-lpthread", "-o", program], capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure(f"ceilings.c does not compile: {done.stderr.strip().splitlines()[-1]}")
    return program


class Work:
    """What an epoch computes and moves, from the store's counts. Features are aggregated beforehand.

    The last layer, which narrows, may aggregate before its product or after it: `aggregates`.
    """

    def __init__(self, store, aggregates):
        self.aggregates = aggregates
        statistic = json.loads((store / "manifest.json").read_text())
        table = statistic["partitions"]
        self.nodes, self.halo = statistic["nodeCount"], table["haloStarts"][-1]
        self.entries = table["edgeStarts"][-1] + self.nodes  # with self-loops
        self.inner = sum(table["innerEdgeCounts"]) + self.nodes
        self.partitions = len(table["innerEdgeCounts"])

    @property
    def flops(self):
        n = self.nodes
        last_rows = n if self.aggregates else n + self.halo
        forward = n * FEATURES * HIDDEN + n * HIDDEN * HIDDEN + last_rows * HIDDEN * CLASSES
        # Of weights and inputs; the features want none.
        backward = n * FEATURES * HIDDEN + 2 * n * HIDDEN * HIDDEN + last_rows * HIDDEN * CLASSES + n * HIDDEN * CLASSES
        return 2 * (forward + backward)

    @property
    def gathered(self):
        """Bytes of rows that sparse products read: the second layer's and the last one's, forward and backward."""
        wide = (self.entries + self.inner) * HIDDEN
        return FLOAT * (wide + (wide if self.aggregates else 2 * self.entries * CLASSES))

    @property
    def streamed(self):
        """Bytes that are read or written once: features, pulled rows out of the page cache, pushes, activations."""
        n = self.nodes
        pulled = 2 * self.halo * HIDDEN
        pushed = 2 * 2 * 2 * n * HIDDEN
        features = 2 * n * FEATURES
        relu = 2 * (2 + 3) * n * HIDDEN
        graph = 4 * (self.entries + self.inner)
        return FLOAT * (pulled + pushed + features + relu + graph)

    def limit(self, best):
        return self.flops / best["sgemm"] + self.gathered / best["gather"] + self.streamed / best["stream"]


def measure(programs, options):
    data = programs.generate("data", f"--nodes {options.nodes} --edges {10 * options.nodes} --features {FEATURES} --classes {CLASSES}"
                             " --communities 320 --inside 0.8 --seed 1")
    store = programs.work / "store"
    programs.call("gas-ingest", "edges.npy", "--features", "features.npy", "--labels", "labels.npy", "--train", "train.npy", "--val", "val.npy",
                  "--test", "test.npy", "--partitions", 40, "--output", store, "--overwrite", "--progress", "never", folder=data)
    work, program, rounds = Work(store, aggregates=True), compile_ceilings(programs), []
    file = programs.work / "file"
    if not file.exists():
        subprocess.run(["dd", "if=/dev/urandom", f"of={file}", "bs=8M", "count=256", "conv=fsync"], check=True, capture_output=True)
    batch = work.nodes // work.partitions
    shape = [batch, batch + work.halo // work.partitions, work.entries // work.partitions, HIDDEN]
    # The kernels of OpenBLAS that gas-run chooses: a program that is linked gets what the library guesses.
    core = programs.call("gas-run", "train", store, "--plan")["kernels"]["blasCore"]
    for _ in range(options.rounds):
        machine.wait_until_idle(20)
        found = json.loads(subprocess.run([str(word) for word in
                           [program, os.cpu_count(), *shape, file]], check=True, capture_output=True, text=True,
                           env={**os.environ, "OPENBLAS_CORETYPE": core}).stdout)
        machine.wait_until_idle(20)
        programs.call("gas-run", "train", store, "--layers", 3, "--hidden", HIDDEN, "--dropout", 0, "--batch-partitions", 1, "--epochs", 4,
                      "--evaluate-every", 4, "--run", "ceilings", "--overwrite", "--checkpoint-seconds", 1e6, "--progress", "never")
        records = [json.loads(line) for line in (store / "runs/ceilings/metrics.jsonl").read_text().splitlines()]
        found["epoch"] = statistics.median(record["trainSeconds"] for record in records[2:])
        if not records[-1]["loss"] < records[1]["loss"]:
            raise Failure("nothing was learnt")
        rounds.append(found)
        say(" ".join(f"{name} {value:.3g}" for name, value in found.items()))
    # What the machine can do is the best that it did in any round: others take their share of a virtual machine at times.
    best = {rate: max(one[rate] for one in rounds) for rate in ("sgemm", "gather", "stream")}
    work = min((Work(store, aggregates) for aggregates in (False, True)), key=lambda work: work.limit(best))
    for one in rounds:
        one["limit"] = work.limit(best)
    return work, rounds, best


def write(programs, work, rounds, best):
    def median(name, scale=1e9):
        return f"{statistics.median(one[name] for one in rounds) / scale:.2f}"

    def ratio(a, b):
        values = [one[a] / one[b] for one in rounds]
        return f"**{statistics.median(values):.2f}** ({min(values):.2f} – {max(values):.2f})"

    parts = [("dense products", work.flops, "GFLOP", "sgemm"), ("rows that sparse products read", work.gathered, "GB", "gather"),
             ("read or written once", work.streamed, "GB", "stream")]
    rows = [[name, f"{amount / 1e9:.1f} {unit}", f"{best[rate] / 1e9:.1f} {unit} a second", f"{amount / best[rate]:.2f}"]
            for name, amount, unit, rate in parts]
    pages.write("ceilings", [
        "# An epoch against what the machine can do", "",
        f"{pages.origin(' '.join(['Benchmarks/ceilings/run', *sys.argv[1:]]))} gas-run of {programs.commit()}; {len(rounds)} rounds, in each the"
        " ceilings and then the epochs. Rates are the best of all rounds, the epoch is the median.", "",
        f"GCN {FEATURES}-{HIDDEN}-{HIDDEN}-{CLASSES}, its last layer aggregating {'before' if work.aggregates else 'after'} its product, which takes less, on {work.nodes} nodes and {work.entries - work.nodes} entries in {work.partitions} partitions, one a batch; histories"
        " in the page cache. The rates are of small programs (ceilings.c) with all cores: OpenBLAS on a batch's rows, a triad over 400 MB,"
        " reading the rows that a batch's sparse product reads, in its order, from a table of a batch's size.", "",
        *pages.table(["what an epoch needs", "amount", "at most", "seconds"], rows), "",
        *pages.table(["", ""], [
            ["the limit: the sum, seconds", median("limit", 1)], ["an epoch, seconds", median("epoch", 1)],
            ["epoch / limit", ratio("epoch", "limit")], ["sparse product's rate / that of reading its rows", ratio("spmm", "gather")],
            ["disk, one after the other, GB a second", median("sequential")],
            ["disk, random pages of 4 KiB, 32 at a time, GB a second", median("random")]]), "",
        "What the limit leaves out: reading and decoding the adjacency, transposing it, the loss, the optimiser, and that preparing the next batch"
        " takes its share of the same cores."])


def main():
    options = parse()
    programs = Programs("ceilings")
    write(programs, *measure(programs, options))


try:
    main()
except Failure as failure:
    sys.exit(f"Benchmarks/ceilings/run: {failure}")
