"""Seconds per training epoch and peak memory of gas-run against full-batch training in PyTorch Geometric on the CPU:
the same generated graph, the same GCN from the same weights, on one machine, in turns. Nothing is timed before both
give the same answers.

PYTHON names a Python with torch and torch_geometric, else an environment is made from PyPI (some gigabytes).
"""

import argparse
import os

from gasbench.benchmarks.epoch_vs_pyg import report
from gasbench.benchmarks.epoch_vs_pyg.compare import FORMS, Comparison
from gasbench.shared.benchmark import Benchmark
from gasbench.shared.children import torch_python
from gasbench.shared.pages import Page

SIZES = {
    "nodes": 100_000,
    "edges": 1_000_000,
    "features": 128,
    "classes": 40,
    "graph-seed": 1,
    "layers": 3,
    "hidden": 64,
}


class EpochVsPyg(Benchmark):
    name = "epoch-vs-pyg"
    summary = "a training epoch and peak memory against PyTorch Geometric's full batch on the CPU"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        number = parser.add_argument_group("graph and model")
        for name, default in SIZES.items():
            number.add_argument(f"--{name}", type=int, default=default, help=f"default {default}")
        number.add_argument("--lr", type=float, default=0.01, help="default 0.01")
        number.add_argument("--weight-decay", type=float, default=5e-4, help="default 0.0005")
        number.add_argument("--partitions", type=int, help="default: what gas-ingest chooses")
        text = "partitions in a batch of GAS; default 4"
        number.add_argument("--batch-partitions", type=int, default=4, help=text)
        timing = parser.add_argument_group("measurement")
        timing.add_argument("--threads", type=int, default=os.cpu_count(), help="for both; default: all cores")
        text = "epochs whose losses are compared; default 10"
        timing.add_argument("--check-epochs", type=int, default=10, help=text)
        timing.add_argument("--rounds", type=int, default=5, help="undisturbed turns of each program; default 5")
        timing.add_argument("--epochs", type=int, default=4, help="epochs a turn, the first not counted; default 4")
        text = "how PyG takes the graph; default: the fastest in a trial"
        timing.add_argument("--pyg-form", choices=FORMS, help=text)
        timing.add_argument("--pyg-threads", type=int, help="default: one or --threads, the faster in a trial")
        text = "wait at most so long before each turn for the machine to be idle; default 20"
        timing.add_argument("--wait", type=float, default=20, metavar="SECONDS", help=text)

    def check_options(self, parser: argparse.ArgumentParser) -> None:
        options = self.options
        if options.epochs < 2 or options.rounds < 1 or options.check_epochs < 1:
            parser.error("--epochs takes at least 2, --rounds and --check-epochs at least 1")

    def measure(self) -> Page:
        comparison = Comparison(self.options, self.programs, torch_python(self.programs.work))
        comparison.prepare()
        comparison.check()
        comparison.measure()
        return report.page(comparison)


BENCHMARK = EpochVsPyg
