#!/usr/bin/env python3
"""From edges to sorted lists: gas-ingest beside GNU sort (text) and SciPy (arrays in memory), on the same edges in one run.

PYTHON names a Python with NumPy and SciPy. The answers are compared first: all must find the same number of distinct adjacency entries.
Writes Benchmarks/results/ingest-throughput.md. GAS_BIN and GAS_WORK: see Benchmarks/common/programs.py.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))

import pages
from programs import Failure, Programs, say

SCIPY = """
import sys, time, numpy, scipy.sparse
start = time.monotonic()
edges = numpy.load(sys.argv[1])
n = int(edges.max()) + 1
row = numpy.concatenate([edges[:, 0], edges[:, 1]])
column = numpy.concatenate([edges[:, 1], edges[:, 0]])
matrix = scipy.sparse.coo_matrix((numpy.ones(len(row), numpy.int8), (row, column)), shape=(n, n)).tocsr()
matrix.sort_indices()
print(matrix.nnz, time.monotonic() - start)
"""
WRITE_TEXT = """
import sys, numpy
edges = numpy.load(sys.argv[1], mmap_mode="r")
with open(sys.argv[2], "w") as file:
    for start in range(0, len(edges), 1 << 20):
        numpy.savetxt(file, edges[start:start + (1 << 20)], "%d", "\\t")
"""
# Both directions of each edge, distinct, in the order of their numbers.
SORT = r"""awk -F'\t' '{print; print $2 "\t" $1}' "$1" | LC_ALL=C sort -u -S 2G --parallel=2 -T "$2" | wc -l"""


def parse():
    parser = argparse.ArgumentParser(prog="Benchmarks/ingest-throughput/run", description=__doc__)
    parser.add_argument("--edges", type=int, default=20, metavar="MILLIONS", help="default: 20")
    parser.add_argument("--rounds", type=int, default=3, help="default: 3")
    return parser.parse_args()


def timed(command):
    start = time.monotonic()
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Failure(f"{command[0]} failed with exit status {done.returncode}")
    return done.stdout, time.monotonic() - start


def inputs(programs, python, millions):
    folder = programs.work / f"data-{millions}"
    array, text = folder / "edges.npy", folder / "edges.tsv"
    if not array.exists():
        programs.call("gas-ingest", "generate", "--nodes", millions * 50_000, "--edges", millions * 1_000_000, "--features", 0,
                      "--classes", 2, "--output", folder, "--overwrite", "--progress", "never")
    if not text.exists():
        say("writing text")
        timed([python, "-c", WRITE_TEXT, array, text])
    return array, text


def ingest(programs, edges):
    """Entries, seconds until the lists are sorted, seconds of reading, seconds of all."""
    report = programs.call("gas-ingest", edges, "--partitioner", "contiguous", "--output", programs.work / "s", "--overwrite",
                           "--progress", "never")
    seconds = {phase["name"]: phase["seconds"] for phase in report["phases"]}
    to_lists = seconds["read edges"] + seconds["build graph"]
    return report["edges"]["entries"], to_lists, seconds["read edges"], report["seconds"]


def main():
    options = parse()
    python = os.environ.get("PYTHON", sys.executable)
    programs = Programs("ingest-throughput", tools=("gas-ingest",))
    array, text = inputs(programs, python, options.edges)
    times = {name: [] for name in ("array", "text", "text, reading", "array, all", "text, all", "sort", "scipy")}
    for _ in range(options.rounds):
        entries, lists, _, everything = ingest(programs, array)
        times["array"].append(lists)
        times["array, all"].append(everything)
        same, lists, reading, everything = ingest(programs, text)
        times["text"].append(lists)
        times["text, reading"].append(reading)
        times["text, all"].append(everything)
        output, seconds = timed(["bash", "-c", SORT, "-", text, programs.work])
        times["sort"].append(seconds)
        answers = {entries, same, int(output)}
        output, _ = timed([python, "-c", SCIPY, array])
        count, seconds = output.split()
        times["scipy"].append(float(seconds))
        answers.add(int(count))
        if len(answers) != 1:
            raise Failure(f"the numbers of entries differ: {sorted(answers)}")
    median = {name: statistics.median(values) for name, values in times.items()}
    rate = options.edges / 1.0

    def row(name, key, against=None):
        ratio = f"{median[against] / median[key]:.1f}" if against else ""
        return [name, f"{median[key]:.1f}", f"{rate / median[key]:.1f} M", ratio]

    megabytes = text.stat().st_size / 1e6
    pages.write("ingest-throughput", [
        "# From edges to sorted lists", "", pages.origin(" ".join(["Benchmarks/ingest-throughput/run", *sys.argv[1:]])),
        f"Commit {programs.commit()}. {options.edges} M edges, both directions, repeated ones removed; medians of {options.rounds} rounds; all "
        "found the same number of entries. GNU sort has 2 GiB and two threads and gets both directions from awk; SciPy holds all in memory.",
        "", *pages.table(["", "seconds", "edges a second", "times as fast"], [
            row("gas-ingest to sorted lists, text", "text", "sort"), row("awk and GNU sort -u, text", "sort"),
            row("gas-ingest to sorted lists, .npy", "array", "scipy"), row("NumPy and SciPy to CSR, .npy", "scipy"),
            row("gas-ingest, whole store, text", "text, all"), row("gas-ingest, whole store, .npy", "array, all")]),
        "", f"Text is read at {megabytes / median['text, reading']:.0f} MB/s on one core, ids numbered and edges set aside on disk included."])


try:
    main()
except Failure as failure:
    sys.exit(f"Benchmarks/ingest-throughput/run: {failure}")
