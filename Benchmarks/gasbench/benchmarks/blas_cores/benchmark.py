#!/usr/bin/env python3
"""Whether gas-run takes the kernels of OpenBLAS that are the fastest on this processor: a product of 20000 x 256 by 256 x 256 with each
core type that the processor can execute and with what the library guesses, on one thread; and training epochs with each of them and
with what gas-run chooses by itself.

Writes Benchmarks/results/blas-cores.md; fails if the choice is more than a tenth slower than the best. GAS_BIN and GAS_WORK: see
Benchmarks/common/programs.py. Needs NumPy.
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

import pages
from programs import Failure, Programs, say

ROWS, WIDTH = 20_000, 256
CORES = {"SkylakeX": "avx512f", "Cooperlake": "avx512_bf16", "Haswell": "avx2", "Zen": "avx2", "Sandybridge": "avx", "Prescott": "sse3"}


def parse():
    parser = argparse.ArgumentParser(prog="Benchmarks/blas-cores/run", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="default 3")
    parser.add_argument("--library", default="libopenblas.so.0", help="default libopenblas.so.0")
    return parser.parse_args()


def executable():
    flags = next(line for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("flags")).split()
    return [core for core, flag in CORES.items() if flag in flags or flag == "sse3"]


def environment(core):
    others = {name: value for name, value in os.environ.items() if name not in ("OPENBLAS_CORETYPE", "GAS_BLAS")}
    return {**others, "OPENBLAS_CORETYPE": core} if core else others


def product(core, library):
    done = subprocess.run([sys.executable, HERE / "product.py", library, str(ROWS), str(WIDTH), "1"], env=environment(core),
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure(f"{core or 'no core'}: {done.stderr.strip().splitlines()[-1]}")
    return json.loads(done.stdout)


def epoch(programs, store, core):
    """Seconds of a training epoch, and the core that ran."""
    command = [programs.folder / "gas-run", "train", store, "--layers", 3, "--hidden", WIDTH, "--dropout", 0, "--batch-partitions", 1,
               "--epochs", 4, "--evaluate-every", 4, "--run", "cores", "--overwrite", "--checkpoint-seconds", 1e6, "--json"]
    done = subprocess.run([str(word) for word in command], env=environment(core), capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure(done.stderr.strip().splitlines()[-1])
    records = [json.loads(line) for line in (store / "runs/cores/metrics.jsonl").read_text().splitlines()]
    if not records[-1]["loss"] < records[1]["loss"]:
        raise Failure("nothing was learnt")
    return statistics.median(record["trainSeconds"] for record in records[2:]), json.loads(done.stdout)["kernels"]["blasCore"]


def measure(programs, options):
    store, _ = programs.store("planted", "--features features.npy --labels labels.npy --train train.npy --val val.npy --test test.npy --partitions 10",
                              "--nodes 50000 --edges 500000 --features 128 --classes 40 --seed 1")
    rates, epochs, names = {}, {}, {}
    for round in range(options.rounds):
        for core in [None, *executable()]:
            found = product(core, options.library)
            if core and found["core"] != core:
                continue  # The library has no such kernels.
            rates.setdefault(core, []).append(found["rate"] / 1e9)
            seconds, ran = epoch(programs, store, core)
            epochs.setdefault(core, []).append(seconds)
            names[core] = (found["core"], ran)
            say(f"round {round + 1}: {core or 'nothing set'}: {found['core']} {found['rate'] / 1e9:.0f} GFLOP/s, gas-run on {ran}, epoch {seconds:.3f} s")
    return rates, epochs, names


def write(programs, rates, epochs, names):
    chosen = names[None][1]
    best = max(rates, key=lambda core: statistics.median(rates[core]))
    if chosen not in rates:
        raise Failure(f"gas-run chose {chosen}, which was not measured")
    share = statistics.median(rates[chosen]) / statistics.median(rates[best])
    rows = [[core or "nothing", names[core][0], f"{statistics.median(rates[core]):.0f} ({min(rates[core]):.0f} – {max(rates[core]):.0f})",
             names[core][1], f"{statistics.median(epochs[core]):.3f}"] for core in rates]
    pages.write("blas-cores", [
        "# Which kernels of OpenBLAS multiply", "",
        f"{pages.origin(' '.join(['Benchmarks/blas-cores/run', *sys.argv[1:]]))} gas-run of {programs.commit()}; medians of"
        f" {len(rates[None])} rounds, the cores in turns.", "",
        f"A product of {ROWS} × {WIDTH} by {WIDTH} × {WIDTH} on one thread, checked against float64; and a training epoch of a 3-layer GCN of"
        " width 256 on a graph of 50000 nodes, two threads, in memory.", "",
        *pages.table(["OPENBLAS_CORETYPE", "the library ran", "GFLOP a second", "gas-run ran", "epoch, seconds"], rows), "",
        f"With nothing set, gas-run chooses **{chosen}: {share:.2f} of the best rate**."])
    if share < 0.9:
        raise Failure(f"{chosen} runs at {share:.2f} of the best rate, that of {best}")


def main():
    options = parse()
    programs = Programs("blas-cores")
    write(programs, *measure(programs, options))


try:
    main()
except Failure as failure:
    sys.exit(f"Benchmarks/blas-cores/run: {failure}")
