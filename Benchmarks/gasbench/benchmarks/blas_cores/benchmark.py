"""Whether gas-run takes the kernels of OpenBLAS that are the fastest on this processor: a product of 20000 x 256 by 256
x 256 with each core type that the processor can execute and with what the library guesses, on one thread; and
training epochs with each of them and with what gas-run chooses by itself.

Fails if the choice is more than a tenth slower than the best. PYTHON names a Python with NumPy, if the one that runs
this has none.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

from gasbench.shared import pages
from gasbench.shared.benchmark import Benchmark
from gasbench.shared.children import last_line
from gasbench.shared.messages import Failure, say
from gasbench.shared.pages import Page
from gasbench.shared.programs import GENERATED_INPUTS, PARTS, QUIET, all_records, check_learnt

ROWS, WIDTH = 20_000, 256
CORES = {
    "SkylakeX": "avx512f",
    "Cooperlake": "avx512_bf16",
    "Haswell": "avx2",
    "Zen": "avx2",
    "Sandybridge": "avx",
    "Prescott": "sse3",
}
GRAPH = "--nodes 50000 --edges 500000 --features 128 --classes 40 --seed 1"
# None stands for nothing set.
Core = str | None


def executable() -> list[str]:
    """Core types whose instructions the processor has."""
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    flags = next((line.split() for line in lines if line.startswith("flags")), [])
    return [core for core, flag in CORES.items() if flag in flags or flag == "sse3"]


def environment(core: Core) -> dict[str, str]:
    chosen = ("OPENBLAS_CORETYPE", "GAS_BLAS")
    others = {name: value for name, value in os.environ.items() if name not in chosen}
    return {**others, "OPENBLAS_CORETYPE": core} if core else others


def product(core: Core, library: str) -> tuple[str, float]:
    """The core that ran, and floating-point operations a second."""
    script = pathlib.Path(__file__).with_name("product.py")
    command = [os.environ.get("PYTHON", sys.executable), str(script), library, str(ROWS), str(WIDTH), "1"]
    done = subprocess.run(command, env=environment(core), capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure(f"{core or 'no core'}: {last_line(done.stderr)}")
    found = json.loads(done.stdout)
    return found["core"], found["rate"]


class BlasCores(Benchmark):
    name = "blas-cores"
    summary = "whether gas-run takes the fastest kernels of OpenBLAS on this processor"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--rounds", type=int, default=3, help="default 3")
        parser.add_argument("--library", default="libopenblas.so.0", help="default libopenblas.so.0")

    def measure(self) -> Page:
        flags = f"{GENERATED_INPUTS} {PARTS} --partitions 10"
        store, _ = self.programs.store("planted", flags, GRAPH)
        rates: dict[Core, list[float]] = {}
        epochs: dict[Core, list[float]] = {}
        names: dict[Core, tuple[str, str]] = {}
        for turn in range(self.options.rounds):
            for core in [None, *executable()]:
                ran, rate = product(core, self.options.library)
                if core and ran != core:
                    continue  # The library has no such kernels.
                rates.setdefault(core, []).append(rate / 1e9)
                seconds, trained = self.epoch(store, core)
                epochs.setdefault(core, []).append(seconds)
                names[core] = ran, trained
                speed = f"{ran} {rate / 1e9:.0f} GFLOP/s, gas-run on {trained}, epoch {seconds:.3f} s"
                say(f"round {turn + 1}: {core or 'nothing set'}: {speed}")
        return self.page(rates, epochs, names)

    def epoch(self, store: pathlib.Path, core: Core) -> tuple[float, str]:
        """Seconds of a training epoch, and the core that ran."""
        options = f"--layers 3 --hidden {WIDTH} --dropout 0 --batch-partitions 1 --epochs 4 --evaluate-every 4".split()
        command = [self.programs.folder / "gas-run", "train", store, *options, "--run", "cores", *QUIET]
        words = [*map(str, command), "--checkpoint-seconds", "1e6", "--json"]
        done = subprocess.run(words, env=environment(core), capture_output=True, text=True)
        if done.returncode != 0:
            raise Failure(last_line(done.stderr))
        records = all_records(store, "cores")
        check_learnt(records[1:])
        seconds = statistics.median(record["trainSeconds"] for record in records[2:])
        return seconds, json.loads(done.stdout)["kernels"]["blasCore"]

    def page(
        self, rates: dict[Core, list[float]], epochs: dict[Core, list[float]], names: dict[Core, tuple[str, str]]
    ) -> Page:
        chosen = names[None][1]
        if chosen not in rates:
            raise Failure(f"gas-run chose {chosen}, which was not measured")
        median = {core: statistics.median(values) for core, values in rates.items()}
        best = max(median, key=lambda core: median[core])
        share = median[chosen] / median[best]
        rows = []
        for core, (ran, trained) in names.items():
            least_most = f"({min(rates[core]):.0f} – {max(rates[core]):.0f})"
            seconds = f"{statistics.median(epochs[core]):.3f}"
            rows.append([core or "nothing", ran, f"{median[core]:.0f} {least_most}", trained, seconds])
        head = ["OPENBLAS_CORETYPE", "the library ran", "GFLOP a second", "gas-run ran", "epoch, seconds"]
        body = [
            f"A product of {ROWS} × {WIDTH} by {WIDTH} × {WIDTH} on one thread, checked against float64; and a training"
            " epoch of a 3-layer GCN of width 256 on a graph of 50000 nodes, two threads, in memory.",
            "",
            *pages.table(head, rows),
            "",
            f"With nothing set, gas-run chooses **{chosen}: {share:.2f} of the best rate**.",
        ]
        missed = [f"{chosen} runs at {share:.2f} of the best rate, that of {best}"] if share < 0.9 else []
        rounds = f"medians of {len(rates[None])} rounds, the cores in turns."
        note = f"gas-run of {self.programs.commit()}; {rounds}"
        return Page("Which kernels of OpenBLAS multiply", body, note, missed)


BENCHMARK = BlasCores
