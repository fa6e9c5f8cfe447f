"""Constant memory: trains on two generated graphs, one ten times the other, with partitions of the same size, and
compares the peak resident memory that gas-run reports. Where a memory cgroup can be made, the larger run is done
once more inside a group that counts page cache too and is far smaller than the store, with that as its --memory.

Partitions are the planted communities, so that batches of both graphs are alike; with METIS now and then a partition
has an unusual halo, and the largest batch decides. Exits with 1 if the peaks differ by 10 % or more.
"""

import argparse
import json
import pathlib
import shutil
from typing import Any

from gasbench.shared import pages
from gasbench.shared.benchmark import Benchmark
from gasbench.shared.cgroup import MemoryGroup, memory_group
from gasbench.shared.limited import Limited
from gasbench.shared.machine import drop_page_cache, mebibytes
from gasbench.shared.messages import Failure, say
from gasbench.shared.pages import Page
from gasbench.shared.programs import QUIET, all_records, check_learnt, column_bytes

TRAIN = "--model gcn --hidden 64 --layers 2 --epochs 2 --batch-partitions 4 --run memory"
LIMIT = 160 << 20
LEAST_NODES = 25_000


class Memory(Benchmark):
    name = "memory"
    summary = "peak memory of training on two graphs, one ten times the other"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        text = "of the smaller graph; default 100000"
        parser.add_argument("nodes", nargs="?", type=int, default=100_000, metavar="NODES", help=text)

    def check_options(self, parser: argparse.ArgumentParser) -> None:
        if self.options.nodes < LEAST_NODES:
            parser.error(f"NODES takes at least {LEAST_NODES}: ten classes want as many communities")

    def measure(self) -> Page:
        sizes = [self.options.nodes, 10 * self.options.nodes]
        stores = [self.store(nodes) for nodes in sizes]
        results = [self.train(store) for store in stores]
        rows = [
            [nodes, mebibytes(column_bytes(store)), mebibytes(result["peakResidentBytes"]), seconds(result)]
            for nodes, store, result in zip(sizes, stores, results, strict=True)
        ]
        small, large = (result["peakResidentBytes"] for result in results)
        ratio = large / small
        body = [
            "GCN, 2 layers of 64, 64 features, batches of 4 partitions of 2500 nodes, 10 edges a node, 3 % of them"
            " anywhere.",
            "",
            *pages.table(["nodes", "store", "peak resident", "seconds an epoch"], rows),
            "",
            f"Ratio of the peaks: {ratio:.3f}.",
            *self.limited(stores[1], results[1]),
        ]
        missed = [] if 0.9 < ratio < 1.1 else ["the peaks differ by 10 % or more"]
        title = "Memory of training, one graph ten times the other"
        return Page(title, body, f"Programs of commit {self.programs.commit()}.", missed)

    def store(self, nodes: int) -> pathlib.Path:
        path = self.programs.work / f"store-{nodes}"
        if not (path / "manifest.json").exists():
            say(f"{nodes} nodes: making the store")
            size = f"--nodes {nodes} --edges {10 * nodes} --features 64 --classes 10 --seed 1"
            communities = f"--communities {nodes // 2500} --inside 0.97"
            data = self.programs.generate(f"data-{nodes}", f"{size} {communities}")
            self.programs.ingest(data, path, "--partitioner file:communities.npy")
            shutil.rmtree(data)
        return path

    def train(self, store: pathlib.Path) -> dict[str, Any]:
        """gas-run's result; what has not learnt says nothing of memory."""
        result: dict[str, Any] = self.programs.call("gas-run", "train", store, *TRAIN.split(), *QUIET)
        check_learnt(all_records(store, "memory")[1:])
        return result

    def limited(self, store: pathlib.Path, unlimited: dict[str, Any]) -> list[str]:
        """Lines of the page on the larger graph in a cgroup; none where there is no cgroup."""
        try:
            group: MemoryGroup = memory_group()
        except Failure as failure:
            say(f"without the run in a cgroup: {failure}")
            return []
        drop_page_cache()
        program = self.programs.folder / "gas-run"
        command = [program, "train", store, *TRAIN.split(), "--memory", LIMIT, "--json", *QUIET]
        run = Limited(command, LIMIT, self.programs.work, group=group)
        result = json.loads(run.output)
        accuracy = f"{result['testAccuracy']} against {unlimited['testAccuracy']} without a limit"
        return [
            "",
            f"The larger graph in a memory cgroup of {mebibytes(LIMIT)} that counts page cache, with that as --memory:"
            f" peak {mebibytes(run.peak)}, resident {mebibytes(result['peakResidentBytes'])}, {seconds(result)} s an"
            f" epoch, test accuracy {accuracy}.",
        ]


def seconds(result: dict[str, Any]) -> str:
    return f"{result['epochSecondsMedian']:.2f}"


BENCHMARK = Memory
