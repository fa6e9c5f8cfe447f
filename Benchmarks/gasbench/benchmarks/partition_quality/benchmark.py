"""METIS, the streaming partitioner and random partitions on every real graph and on generated ones: halo rows, cut
edges, balance, seconds and memory.

Before it reports, it checks that all partitioners divide the same graph, that streamed partitions keep their bound on
nodes, and that random ones have the most halo rows.
"""

import argparse
import dataclasses
import json
import shutil
import statistics
from collections.abc import Iterator

from gasbench.benchmarks.partition_quality.division import PARTITIONERS, Division, Row, check, ratio, row, shown
from gasbench.shared import pages
from gasbench.shared.benchmark import Benchmark
from gasbench.shared.children import run_child
from gasbench.shared.limited import Limited
from gasbench.shared.messages import Failure, say
from gasbench.shared.pages import Page
from gasbench.shared.places import DATA
from gasbench.shared.programs import QUIET

GENERATED = {
    "planted-200k": "--nodes 200000 --edges 2000000",
    "planted-1m": "--nodes 1000000 --edges 10000000",
    "rmat-500k": "--kind rmat --nodes 500000 --edges 5000000",
}
# Where METIS would take more than the 2 GiB that gas-ingest has unless told otherwise.
LARGE = {"planted-5m": "--nodes 5000000 --edges 100000000"}
LARGE_PARTS = 256
# The least that gas-ingest takes as --memory.
LEAST_MEMORY = 64 << 20
HEAD = [
    "graph",
    "partitions",
    "cut entries, %",
    "halo rows a node",
    "stream : METIS",
    "most nodes",
    "most entries",
    "seconds",
    "peak MiB",
]
SMALL_HEAD = [
    "graph",
    "partitions",
    "METIS, MiB",
    "streaming, MiB",
    "halo rows, stream : METIS",
    "seconds, METIS / streaming",
]
LARGE_HEAD = [
    "graph",
    "entries",
    "partitions",
    "cut by streaming, %",
    "by random partitions, %",
    "halo rows a node, streaming",
    "random",
    "seconds, streaming",
]


@dataclasses.dataclass
class Comparison:
    """Rows of the main table and of that in a tenth of the memory, and the ratios of halo rows."""

    rows: list[Row] = dataclasses.field(default_factory=list)
    small: list[Row] = dataclasses.field(default_factory=list)
    ratios: list[float] = dataclasses.field(default_factory=list)


class PartitionQuality(Benchmark):
    name = "partition-quality"
    summary = "METIS, the streaming partitioner and random partitions: halo rows, balance, seconds, memory"
    tools = ("gas-ingest",)

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        text = "partitions; default 16 64 256"
        parser.add_argument("--parts", type=int, nargs="+", default=[16, 64, 256], help=text)
        text = f"folders of the data, {', '.join([*GENERATED, *LARGE])}; default all"
        parser.add_argument("--graphs", nargs="+", help=text)

    def measure(self) -> Page:
        found = self.compare()
        large = self.without_metis()
        body = [*self.main_part(found), *self.small_part(found.small), *self.large_part(large)]
        body += [
            "Checked: the partitioners divide the same graph; streamed partitions hold at most max(⌈N/K⌉, ⌊1.05 N/K⌋)"
            " nodes; random ones have the most halo rows."
        ]
        return Page("Partition quality", body, f"Programs of commit {self.programs.commit()}.")

    def words(self, edges: list[object], count: int, partitioner: str) -> list[object]:
        kept = ["--output", self.programs.work / "divided.store", *QUIET, "--json"]
        program = self.programs.folder / "gas-ingest"
        return [program, *edges, "--partitions", count, "--partitioner", partitioner, *kept]

    def divide(self, edges: list[object], count: int, partitioner: str) -> Division:
        child = run_child(self.words(edges, count, partitioner))
        shutil.rmtree(self.programs.work / "divided.store")
        return Division(child.result, child.peak)

    def in_a_tenth(self, edges: list[object], count: int, metis: Division) -> Division | None:
        """Streaming in a memory cgroup, page cache included, of a tenth of what METIS took; None where that is too
        little to ask for."""
        limit = metis.peak // 10
        if limit < LEAST_MEMORY:
            return None
        run = Limited([*self.words(edges, count, "stream"), "--memory", limit], limit, self.programs.work)
        shutil.rmtree(self.programs.work / "divided.store")
        return Division(json.loads(run.output), run.peak)

    def generated(self, name: str, flags: str) -> Iterator[tuple[str, list[object]]]:
        folder = self.programs.generate(name, f"{flags} --features 0 --classes 10")
        yield name, [folder / "edges.npy"]
        shutil.rmtree(folder)

    def graphs(self) -> Iterator[tuple[str, list[object]]]:
        """Names, and what gas-ingest is given."""
        folders = DATA.iterdir() if DATA.is_dir() else []
        real = sorted(folder.name for folder in folders if (folder / "edges.tsv.gz").exists())
        for name in self.options.graphs or [*real, *GENERATED]:
            if name in GENERATED:
                yield from self.generated(name, GENERATED[name])
            elif name in real:
                yield name, [DATA / name / "edges.tsv.gz"]
            elif name not in LARGE:
                raise Failure(f"{DATA} has no folder {name}; set GAS_DATA")

    def compare(self) -> Comparison:
        found = Comparison()
        for name, edges in self.graphs():
            for count in self.options.parts:
                by = {partitioner: self.divide(edges, count, partitioner) for partitioner in PARTITIONERS}
                check(name, count, by)
                found.rows.append(row(name, count, by))
                metis, halo = by["metis"], ratio(by["stream"], by["metis"])
                found.ratios += [halo] if halo is not None else []
                say(" | ".join(map(str, found.rows[-1])))
                if tenth := self.in_a_tenth(edges, count, metis):
                    seconds = f"{metis.seconds:.1f} / {tenth.seconds:.1f}"
                    sizes = [metis.mebibytes, tenth.mebibytes]
                    found.small.append([name, count, *sizes, shown(ratio(tenth, metis)), seconds])
        return found

    def without_metis(self) -> list[Row]:
        """Rows of the table of graphs that are too large for METIS."""
        rows: list[Row] = []
        for name in [name for name in LARGE if not self.options.graphs or name in self.options.graphs]:
            for _, edges in self.generated(name, LARGE[name]):
                by = {partitioner: self.divide(edges, LARGE_PARTS, partitioner) for partitioner in ("stream", "random")}
                cut = [f"{100 * division.cut:.1f}" for division in by.values()]
                halo = [f"{division.halo / division.nodes:.2f}" for division in by.values()]
                seconds = f"{by['stream'].seconds:.0f}"
                rows.append([name, by["stream"].entries, LARGE_PARTS, *cut, *halo, seconds])
                say(" | ".join(map(str, rows[-1])))
        return rows

    def main_part(self, found: Comparison) -> list[str]:
        if not found.ratios:
            return []
        ratios = found.ratios
        return [
            "Of METIS / the streaming partitioner / random partitions (the last where it says something). *Halo rows*:"
            " of all partitions, for each node; *most*: the largest partition as a multiple of the mean; *seconds*:"
            " the partition phase; *peak*: resident memory of the whole of gas-ingest, mapped pages included.",
            "",
            f"Halo rows, stream : METIS: **mean {statistics.mean(ratios):.3f}**, median"
            f" {statistics.median(ratios):.3f}, from {min(ratios):.3f} to {max(ratios):.3f}.",
            "",
            *pages.table(HEAD, found.rows),
            "",
        ]

    def small_part(self, rows: list[Row]) -> list[str]:
        if not rows:
            return []
        return [
            "## In a tenth of METIS's memory",
            "",
            "gas-ingest with the streaming partitioner in a memory cgroup that counts page cache, of a tenth of what"
            " it had with METIS. Graphs that METIS divides in less than 640 MiB are too small for that.",
            "",
            *pages.table(SMALL_HEAD, rows),
            "",
        ]

    def large_part(self, rows: list[Row]) -> list[str]:
        if not rows:
            return []
        return ["## Where METIS does not fit into 2 GiB", "", *pages.table(LARGE_HEAD, rows), ""]


BENCHMARK = PartitionQuality
