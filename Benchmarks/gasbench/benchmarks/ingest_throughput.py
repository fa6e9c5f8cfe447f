"""From edges to sorted lists: gas-ingest beside GNU sort (text) and SciPy (arrays in memory), on the same edges in one
run.

PYTHON names a Python with NumPy and SciPy. The answers are compared first: all must find the same number of distinct
adjacency entries.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import time

from gasbench.shared import pages
from gasbench.shared.benchmark import Benchmark
from gasbench.shared.messages import Failure, say
from gasbench.shared.pages import Page
from gasbench.shared.programs import QUIET

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


def timed(*command: object) -> tuple[str, float]:
    """What a program prints, and seconds."""
    words = list(map(str, command))
    start = time.monotonic()
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Failure(f"{words[0]} failed with exit status {done.returncode}")
    return done.stdout, time.monotonic() - start


class IngestThroughput(Benchmark):
    name = "ingest-throughput"
    summary = "from edges to sorted lists, against GNU sort and SciPy"
    tools = ("gas-ingest",)

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--edges", type=int, default=20, metavar="MILLIONS", help="default: 20")
        parser.add_argument("--rounds", type=int, default=3, help="default: 3")

    def measure(self) -> Page:
        python = os.environ.get("PYTHON", sys.executable)
        array, text = self.inputs(python)
        times: dict[str, list[float]] = {}
        for _ in range(self.options.rounds):
            for name, seconds in self.round(python, array, text).items():
                times.setdefault(name, []).append(seconds)
        median = {name: statistics.median(values) for name, values in times.items()}
        speed = text.stat().st_size / 1e6 / median["text, reading"]
        body = [
            *pages.table(["", "seconds", "edges a second", "times as fast"], self.rows(median)),
            "",
            f"Text is read at {speed:.0f} MB/s on one core, ids numbered and edges set aside on disk included.",
        ]
        note = (
            f"Commit {self.programs.commit()}. {self.options.edges} M edges, both directions, repeated ones removed;"
            f" medians of {self.options.rounds} rounds; all found the same number of entries. GNU sort has 2 GiB and"
            " two threads and gets both directions from awk; SciPy holds all in memory."
        )
        return Page("From edges to sorted lists", body, note)

    def inputs(self, python: str) -> tuple[pathlib.Path, pathlib.Path]:
        """The same edges as .npy and as text."""
        millions = self.options.edges
        folder = self.programs.work / f"data-{millions}"
        array, text = folder / "edges.npy", folder / "edges.tsv"
        if not array.exists():
            size = f"--nodes {millions * 50_000} --edges {millions * 1_000_000}"
            self.programs.generate(folder.name, f"{size} --features 0 --classes 2")
        if not text.exists():
            say("writing text")
            timed(python, "-c", WRITE_TEXT, array, text)
        return array, text

    def round(self, python: str, array: pathlib.Path, text: pathlib.Path) -> dict[str, float]:
        """Seconds of each program, which must all find the same number of entries."""
        found, counts = {}, set()
        for name, edges in (("array", array), ("text", text)):
            report = self.programs.call(
                "gas-ingest", edges, "--partitioner", "contiguous", "--output", self.programs.work / "s", *QUIET
            )
            seconds = {phase["name"]: phase["seconds"] for phase in report["phases"]}
            counts.add(report["edges"]["entries"])
            found[name] = seconds["read edges"] + seconds["build graph"]
            found[f"{name}, reading"] = seconds["read edges"]
            found[f"{name}, all"] = report["seconds"]
        output, found["sort"] = timed("bash", "-c", SORT, "-", text, self.programs.work)
        counts.add(int(output))
        count, spent = timed(python, "-c", SCIPY, array)[0].split()
        counts.add(int(count))
        found["scipy"] = float(spent)
        if len(counts) != 1:
            raise Failure(f"the numbers of entries differ: {sorted(counts)}")
        return found

    def rows(self, median: dict[str, float]) -> list[list[str]]:
        def row(name: str, key: str, against: str = "") -> list[str]:
            ratio = f"{median[against] / median[key]:.1f}" if against else ""
            return [name, f"{median[key]:.1f}", f"{self.options.edges / median[key]:.1f} M", ratio]

        return [
            row("gas-ingest to sorted lists, text", "text", "sort"),
            row("awk and GNU sort -u, text", "sort"),
            row("gas-ingest to sorted lists, .npy", "array", "scipy"),
            row("NumPy and SciPy to CSR, .npy", "scipy"),
            row("gas-ingest, whole store, text", "text, all"),
            row("gas-ingest, whole store, .npy", "array, all"),
        ]


BENCHMARK = IngestThroughput
