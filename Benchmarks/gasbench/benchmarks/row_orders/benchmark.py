"""What orders of the rows in a partition cost the two that read them: a sparse product, in rows that miss a cache, and
a disk, in pages that a halo touches.

A cache that forgets the row that was used longest ago is simulated, since a virtual machine rarely has the counters of
the processor; so the figures do not depend on the machine. Border order is that of stores. The others are the input's,
descending degree, reverse Cuthill-McKee, clusters (METIS with 32 times the partitions), and border order in which rows
of the same readers are put together by clusters. Before it reports, it checks that halos are those that gas-ingest
counted. The Python that PYTHON names needs NumPy and SciPy.
"""

import pathlib
import subprocess
from typing import Any

from gasbench.shared import pages
from gasbench.shared.benchmark import Benchmark
from gasbench.shared.children import run_child, torch_python
from gasbench.shared.messages import Failure, say
from gasbench.shared.pages import Page
from gasbench.shared.places import DATA, ROOT
from gasbench.shared.programs import QUIET

GRAPHS = {
    "web-notredame": 32,
    "actor-collaboration": 32,
    "soc-epinions1": 16,
    "coauthor-physics": 16,
    "amazon-computers": 16,
    "planted": 40,
}
PLANTED = "--nodes 200000 --edges 2000000 --features 0 --classes 40"
CLUSTERS = 32  # of a partition
HERE = pathlib.Path(__file__).parent
HEAD = ["graph", "halo rows / N", "order", "misses an entry, 1 MiB", "16 MiB", "pages a halo row"]


def ratios(rows: list[list[object]], place: int) -> list[float]:
    """Of a figure of clusters to that of border order, graph by graph."""
    border, clusters = ([float(str(row[place])) for row in rows if row[2] == name] for name in ("border", "clusters"))
    return [one / other for one, other in zip(clusters, border, strict=True)]


class RowOrders(Benchmark):
    name = "row-orders"
    summary = "cache misses of sparse products, and pages of halos, for orders of the rows in a partition"
    tools = ("gas-ingest",)

    def measure(self) -> Page:
        self.cache = self.programs.work / "cache.so"
        command = ["clang", "-O2", "-shared", "-fPIC", str(HERE / "cache.c"), "-o", str(self.cache)]
        if subprocess.run(command).returncode != 0:
            raise Failure("building cache.c failed")
        rows = [row for graph in GRAPHS for row in self.rows(graph)]
        spared, memory = (max(100 - 100 * ratio for ratio in ratios(rows, place)) for place in (3, 4))
        dearer = max(ratios(rows, 5))
        body = [
            "Partitions by METIS, one a batch. *Misses an entry*: rows of 1 KiB (256 float32) that a sparse product"
            " does not find in a cache of 1 or 16 MiB, which is about a core's second level and its share of the third."
            " *Pages*: of 4 KiB that a halo touches, with rows of 128 bytes. *Border* is the order of stores.",
            "",
            *pages.table(HEAD, rows),
            "",
            f"Clusters spare a cache of 1 MiB up to {spared:.0f} % of its misses, and cost a disk up to {dearer:.1f}"
            f" times the pages. Of a cache of 16 MiB, whose misses come from memory, they spare {memory:.0f} % at most."
            " Within the rows that the same partitions read, clusters are free, and bring little.",
        ]
        return Page("Orders of the rows in a partition", body, f"Programs of commit {self.programs.commit()}.")

    def rows(self, graph: str) -> list[list[object]]:
        say(f"{graph} …")
        edges = DATA / graph / "edges.tsv.gz"
        if graph == "planted":
            edges = self.programs.generate(graph, PLANTED) / "edges.npy"
        elif not edges.exists():
            raise Failure(f"{DATA} has no folder {graph}; set GAS_DATA")
        report, fine = (self.ingest(edges, name, count) for name, count in self.stores(graph))
        python, here = torch_python(self.programs.work), {"PYTHONPATH": str(ROOT / "Tools/python/src")}
        words = [python, HERE / "orders.py", report["output"], fine["output"], self.cache]
        found: Any = run_child(words, here).result
        if found["haloRows"] != report["haloRows"]:
            raise Failure(f"{graph}: {found['haloRows']} halo rows, gas-ingest counted {report['haloRows']}")
        halo = f"{found['haloRows'] / found['nodes']:.2f}"
        return [
            [graph, halo, order, *(f"{cost[key]:.3f}" for key in ("1 MiB", "16 MiB", "pages"))]
            for order, cost in found["orders"].items()
        ]

    def stores(self, graph: str) -> list[tuple[str, int]]:
        return [(graph, GRAPHS[graph]), (f"{graph}-clusters", CLUSTERS * GRAPHS[graph])]

    def ingest(self, edges: pathlib.Path, name: str, partitions: int) -> Any:
        store = self.programs.work / f"{name}.store"
        report = self.programs.call("gas-ingest", edges, "--partitions", partitions, "--output", store, *QUIET)
        return {**report, "output": store}


BENCHMARK = RowOrders
