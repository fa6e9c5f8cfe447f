#!/usr/bin/env python3
"""METIS, the streaming partitioner and random partitions on every real graph and on generated ones: halo rows, cut edges, balance,
seconds and memory.

Before it reports, it checks that all partitioners divide the same graph, that streamed partitions keep their bound on nodes, and
that random ones have the most halo rows. Writes Benchmarks/results/partition-quality.md. GAS_DATA, GAS_BIN and GAS_WORK: see
Benchmarks/common/programs.py.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))

import pages
from cgroup import Limited
from programs import DATA, Failure, Programs, say

PARTITIONERS = ("metis", "stream", "random")
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


class Division:
    """What gas-ingest said of a graph's partitions, and the most memory that it had."""

    def __init__(self, report, peak):
        self.report, self.peak = report, peak
        self.partitions = report["partitions"]
        self.halo = report["haloRows"]
        self.cut = report["cutEntries"] / report["edges"]["entries"]
        self.seconds = sum(phase["seconds"] for phase in report["phases"] if phase["name"] == "partition")

    def balance(self, key):
        """The largest partition as a multiple of the mean."""
        values = [partition[key] for partition in self.partitions]
        return max(values) * len(values) / sum(values)


def command(programs, edges, count, partitioner):
    return [programs.folder / "gas-ingest", *edges, "--partitions", count, "--partitioner", partitioner, "--output",
            programs.work / "divided.store", "--overwrite", "--progress", "never", "--json"]


def divide(programs, edges, count, partitioner):
    arguments = command(programs, edges, count, partitioner)
    output = programs.work / "report.json"
    with open(output, "w") as file:
        process = subprocess.Popen(list(map(str, arguments)), stdout=file)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise Failure(f"{' '.join(map(str, arguments))}: exit status {process.returncode}")
    shutil.rmtree(programs.work / "divided.store")
    return Division(json.loads(output.read_text()), usage.ru_maxrss << 10)


def in_a_tenth(programs, edges, count, metis):
    """Streaming in a memory cgroup, page cache included, of a tenth of what METIS took; None where that is too little to ask for."""
    limit = metis.peak // 10
    if limit < LEAST_MEMORY:
        return None
    run = Limited([*command(programs, edges, count, "stream"), "--memory", limit], limit, programs.work)
    shutil.rmtree(programs.work / "divided.store")
    return Division(json.loads(run.output), run.peak)


def check(name, count, by):
    if len({division.report["edges"]["entries"] for division in by.values()}) > 1:
        raise Failure(f"{name}: the partitioners were given different graphs")
    nodes = by["stream"].report["nodes"]
    bound, largest = max(-(-nodes // count), 21 * nodes // (20 * count)), max(p["nodes"] for p in by["stream"].partitions)
    if largest > bound:
        raise Failure(f"{name}, {count}: a streamed partition has {largest} nodes, more than {bound}")
    if by["random"].halo < max(by["stream"].halo, by["metis"].halo):
        raise Failure(f"{name}, {count}: random partitions have the fewest halo rows")


def ratio(division, metis):
    """Of halo rows; None where METIS needs none."""
    return division.halo / metis.halo if metis.halo else None


def shown(ratio):
    return "–" if ratio is None else f"{ratio:.3f}"


def row(name, count, by):
    def all_of(text):
        return " / ".join(text(by[partitioner]) for partitioner in PARTITIONERS)

    def both(text):
        return " / ".join(text(by[partitioner]) for partitioner in PARTITIONERS[:2])

    nodes = by["metis"].report["nodes"]
    return [name, count, all_of(lambda d: f"{100 * d.cut:.1f}"), all_of(lambda d: f"{d.halo / nodes:.2f}"),
            shown(ratio(by["stream"], by["metis"])), both(lambda d: f"{d.balance('nodes'):.2f}"),
            both(lambda d: f"{d.balance('entries'):.2f}"), both(lambda d: f"{d.seconds:.1f}"),
            all_of(lambda d: f"{d.peak / (1 << 20):.0f}")]


def generated(programs, name, flags):
    folder = programs.generate(name, f"{flags} --features 0 --classes 10")
    yield name, [folder / "edges.npy"]
    shutil.rmtree(folder)


def graphs(programs, names):
    """Names, and what gas-ingest is given."""
    real = sorted(folder.name for folder in DATA.iterdir() if (folder / "edges.tsv.gz").exists()) if DATA.is_dir() else []
    for name in names or [*real, *GENERATED]:
        if name in GENERATED:
            yield from generated(programs, name, GENERATED[name])
        elif name in LARGE:
            continue
        elif name in real:
            yield name, [DATA / name / "edges.tsv.gz"]
        else:
            raise Failure(f"{DATA} has no folder {name}; set GAS_DATA")


def compare(programs, options):
    """Rows of the main table and of that in a tenth of the memory, and the ratios of halo rows."""
    rows, small, ratios = [], [], []
    for name, edges in graphs(programs, options.graphs):
        for count in options.parts:
            by = {partitioner: divide(programs, edges, count, partitioner) for partitioner in PARTITIONERS}
            check(name, count, by)
            rows.append(row(name, count, by))
            ratios.append(ratio(by["stream"], by["metis"]))
            say(" | ".join(map(str, rows[-1])))
            tenth = in_a_tenth(programs, edges, count, by["metis"])
            if tenth:
                small.append([name, count, f"{by['metis'].peak / (1 << 20):.0f}", f"{tenth.peak / (1 << 20):.0f}",
                              shown(ratio(tenth, by["metis"])), f"{by['metis'].seconds:.1f} / {tenth.seconds:.1f}"])
    return rows, small, [ratio for ratio in ratios if ratio is not None]


def without_metis(programs, options):
    """Rows of the table of graphs that are too large for METIS."""
    rows = []
    for name in [name for name in LARGE if not options.graphs or name in options.graphs]:
        for _, edges in generated(programs, name, LARGE[name]):
            by = {partitioner: divide(programs, edges, LARGE_PARTS, partitioner) for partitioner in ("stream", "random")}
            entries = by["stream"].report["edges"]["entries"]
            rows.append([name, entries, LARGE_PARTS, *(f"{100 * d.cut:.1f}" for d in by.values()),
                         *(f"{d.halo / d.report['nodes']:.2f}" for d in by.values()), f"{by['stream'].seconds:.0f}"])
            say(" | ".join(map(str, rows[-1])))
    return rows


def measure(options):
    programs = Programs("partition-quality", tools=("gas-ingest",))
    rows, small, ratios = compare(programs, options)
    large = without_metis(programs, options)
    command = " ".join(["Benchmarks/partition-quality/run", *sys.argv[1:]])
    lines = ["# Partition quality", "", f"{pages.origin(command)} Programs of commit {programs.commit()}."]
    if ratios:
        lines += [
            "", "Of METIS / the streaming partitioner / random partitions (the last where it says something). *Halo rows*: of all"
            " partitions, for each node; *most*: the largest partition as a multiple of the mean; *seconds*: the partition phase;"
            " *peak*: resident memory of the whole of gas-ingest, mapped pages included.", "",
            f"Halo rows, stream : METIS: **mean {statistics.mean(ratios):.3f}**, median {statistics.median(ratios):.3f},"
            f" from {min(ratios):.3f} to {max(ratios):.3f}.", "",
            *pages.table(["graph", "partitions", "cut entries, %", "halo rows a node", "stream : METIS", "most nodes",
                          "most entries", "seconds", "peak MiB"], rows)]
    if small:
        lines += [
            "", "## In a tenth of METIS's memory", "",
            "gas-ingest with the streaming partitioner in a memory cgroup that counts page cache, of a tenth of what it had with"
            " METIS. Graphs that METIS divides in less than 640 MiB are too small for that.", "",
            *pages.table(["graph", "partitions", "METIS, MiB", "streaming, MiB", "halo rows, stream : METIS",
                          "seconds, METIS / streaming"], small)]
    if large:
        lines += [
            "", "## Where METIS does not fit into 2 GiB", "",
            *pages.table(["graph", "entries", "partitions", "cut by streaming, %", "by random partitions, %",
                          "halo rows a node, streaming", "random", "seconds, streaming"], large)]
    pages.write("partition-quality", [
        *lines, "",
        "Checked: the partitioners divide the same graph; streamed partitions hold at most max(⌈N/K⌉, ⌊1.05 N/K⌋) nodes; random"
        " ones have the most halo rows."])


def main():
    parser = argparse.ArgumentParser(prog="Benchmarks/partition-quality/run", description=__doc__.split("\n\n")[0])
    parser.add_argument("--parts", type=int, nargs="+", default=[16, 64, 256], help="partitions; default 16 64 256")
    parser.add_argument("--graphs", nargs="+", help=f"folders of the data, {', '.join([*GENERATED, *LARGE])}; default all")
    try:
        measure(parser.parse_args())
    except (Failure, OSError) as failure:
        sys.exit(f"partition-quality: {failure}")
    except KeyboardInterrupt:
        sys.exit("partition-quality: interrupted")


main()
