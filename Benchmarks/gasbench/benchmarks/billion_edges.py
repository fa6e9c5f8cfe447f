"""Ingests generated graphs of 10 M, 100 M and 1 G edges inside a memory cgroup of 2 GiB that counts page cache.

Each has a node for 20 edges, ids shuffled, 64 features in half precision and labels. Reports seconds of each phase,
memory and disk. The largest needs 70 GB of disk and half an hour.
"""

import argparse
import datetime
import json
import pathlib
import shutil
from typing import Any

from gasbench.shared.benchmark import Benchmark, Saved
from gasbench.shared.limited import Limited
from gasbench.shared.messages import Failure, say
from gasbench.shared.pages import Page

NAMES = {10: "10 M", 100: "100 M", 1000: "1 G"}


def check(report: dict[str, Any], millions: int) -> None:
    edges = report["edges"]
    if edges["read"] != millions * 1_000_000 or edges["kept"] + edges["duplicates"] != edges["read"]:
        raise Failure(f"of {millions} M edges {edges['read']} were read, {edges['kept']} kept")
    if sum(part["entries"] for part in report["partitions"]) != 2 * edges["kept"]:
        raise Failure("the partitions' entries are not all there")


def most(report: dict[str, Any], key: str) -> str:
    """The largest partition as a multiple of the mean."""
    values = [part[key] for part in report["partitions"]]
    return f"{max(values) / (sum(values) / len(values)):.2f}"


class BillionEdges(Benchmark):
    name = "billion-edges"
    summary = "ingesting up to a billion edges in 2 GiB: seconds of each phase, memory, disk"
    tools = ("gas-ingest",)

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        sizes = [10, 100, 1000]
        text = "default: 10 100 1000"
        parser.add_argument("--edges", nargs="+", type=int, default=sizes, metavar="MILLIONS", help=text)
        text = "of the cgroup and gas-ingest; default 2048"
        parser.add_argument("--memory", type=int, default=2048, metavar="MIB", help=text)
        parser.add_argument("--partitioner", default="stream", help="default: stream")
        parser.add_argument("--keep", action="store_true", help="keep inputs and stores")

    def measure(self) -> Page:
        saved = Saved(self.name)
        for millions in self.options.edges:
            saved.put(str(millions), self.measure_size(millions))
        sizes = sorted(saved.entries, key=int)
        body = [
            "gas-ingest inside a memory cgroup that counts page cache. Planted communities with power-law degrees, ids"
            " shuffled, a node for 20 edges, 64 features in half precision, 64 classes.",
            "",
            *saved.table(sizes, [NAMES.get(int(size), f"{size} M") for size in sizes]),
        ]
        return Page("A billion edges in bounded memory", body, "Each column is its latest run.")

    def generate(self, millions: int) -> pathlib.Path:
        folder = self.programs.work / f"data-{millions}"
        if not (folder / "communities.npy").exists():
            say(f"generating {millions} M edges")
            size = f"--nodes {millions * 50_000} --edges {millions * 1_000_000}"
            self.programs.generate(folder.name, f"{size} --features 64 --feature-type float16 --classes 64 --seed 1")
        return folder

    def measure_size(self, millions: int) -> dict[str, Any]:
        data, store = self.generate(millions), self.programs.work / f"store-{millions}"
        say(f"ingesting {millions} M edges")
        flags = f"--feature-type float16 --partitioner {self.options.partitioner} --memory {self.options.memory}MiB"
        command = [self.programs.folder / "gas-ingest", *self.programs.ingest_options(store, flags), "--json"]
        run = Limited(command, self.options.memory << 20, self.programs.work, cwd=data)
        report = json.loads(run.output)
        check(report, millions)
        if not self.options.keep:
            shutil.rmtree(data)
            shutil.rmtree(store)
        return self.numbers(run, report)

    def numbers(self, run: Limited, report: dict[str, Any]) -> dict[str, Any]:
        """What the page says of a run, in the order of its rows."""
        gib = 1 << 30
        return {
            "date": str(datetime.date.today()),
            "commit": self.programs.commit(),
            "partitioner": self.options.partitioner,
            "nodes": report["nodes"],
            "adjacency entries": report["edges"]["entries"],
            **{f"{phase['name']}, seconds": f"{phase['seconds']:.1f}" for phase in report["phases"]},
            "**all, seconds**": f"**{run.seconds:.0f}**",
            "edges a second": f"{report['edges']['read'] / run.seconds / 1e6:.2f} M",
            "limit of the cgroup, MiB": self.options.memory,
            "peak of the cgroup, MiB": run.peak >> 20,
            "peak without file pages, MiB": run.anonymous >> 20,
            "most on disk at a time, GiB": f"{run.disk_bytes / gib:.1f}",
            "store, GiB": f"{report['storeBytes'] / gib:.2f}",
            "bits an entry": f"{report['bitsPerEntry']:.2f}",
            "partitions": len(report["partitions"]),
            "entries cut": f"{100 * report['cutEntries'] / report['edges']['entries']:.1f} %",
            "halo rows a node": f"{report['haloRows'] / report['nodes']:.2f}",
            "largest partition, nodes / mean": most(report, "nodes"),
            "largest partition, entries / mean": most(report, "entries"),
        }


BENCHMARK = BillionEdges
