"""Runs and 4 KiB pages that halos touch, for both orders of the nodes in a partition: --order original and --order
border.

Before it reports, it checks that both orders have the same halo rows, cut entries and partitions, and that border order
has fewer runs and pages.
"""

import pathlib
import shutil
from collections.abc import Iterator
from typing import Any

from gasbench.shared import pages
from gasbench.shared.benchmark import Benchmark
from gasbench.shared.messages import Failure, say
from gasbench.shared.pages import Page
from gasbench.shared.places import DATA
from gasbench.shared.programs import QUIET

ORDERS = ("original", "border")
GRAPHS = {
    "web-notredame": 32,
    "actor-collaboration": 32,
    "soc-epinions1": 16,
    "email-enron": 16,
    "debian-tags": 16,
    "amazon-computers": 16,
    "coauthor-physics": 16,
    "pubmed": 16,
}
PLANTED = "planted communities"
PLANTED_FLAGS = "--nodes 200000 --edges 2000000 --features 0 --classes 40"
HEAD = [
    "graph",
    "partitions",
    "halo rows / N",
    "original: rows a run",
    "pages",
    "wanted",
    "border: rows a run",
    "pages",
    "wanted",
    "seconds",
]
Reports = list[dict[str, Any]]


def check(graph: str, reports: Reports) -> None:
    for key in ("haloRows", "cutEntries", "partitions"):
        if reports[0][key] != reports[1][key]:
            raise Failure(f"{graph}: {key} depends on the order")
    for key in ("runs", "pages"):
        original, border = (report["halo"][key] for report in reports)
        if border > original:
            raise Failure(f"{graph}: border order has {border} {key}, original order {original}")


def cells(halo: dict[str, int]) -> list[str]:
    useful = halo["rows"] * halo["rowBytes"] / (halo["pages"] * halo["pageBytes"])
    return [f"{halo['rows'] / halo['runs']:.1f}", f"{halo['pages'] / halo['rows']:.3f}", f"{100 * useful:.0f} %"]


def row(graph: str, reports: Reports) -> list[object]:
    original, border = (report["halo"] for report in reports)
    before, after = (
        sum(phase["seconds"] for phase in report["phases"] if phase["name"] == "partition") for report in reports
    )
    halo = f"{original['rows'] / reports[0]['nodes']:.2f}"
    return [graph, len(reports[0]["partitions"]), halo, *cells(original), *cells(border), f"{after - before:+.2f}"]


class HaloOrder(Benchmark):
    name = "halo-order"
    summary = "runs and pages that halos touch, with rows in original order and in border order"
    tools = ("gas-ingest",)

    def measure(self) -> Page:
        rows = []
        for graph, edges, flags in self.cases():
            say(f"{graph} …")
            reports = [self.ingest(edges, f"{flags} --order {order}") for order in ORDERS]
            check(graph, reports)
            rows.append(row(graph, reports))
        body = [
            "Partitions by METIS unless said otherwise, rows of 128 bytes, 32 in a page. *Rows a run*: halo rows that"
            " follow each other in the store; *pages*: of 4 KiB that a halo touches, for each halo row; *wanted*:"
            " share of their bytes that belongs to the halo. *Seconds* is what border order adds to the partition"
            " phase (METIS itself varies by as much).",
            "",
            *pages.table(HEAD, rows),
            "",
            "Checked: halo rows, cut entries and partitions are the same in both orders; border order has fewer runs"
            " and pages.",
        ]
        return Page("Order of the nodes in a partition", body, f"Programs of commit {self.programs.commit()}.")

    def cases(self) -> Iterator[tuple[str, pathlib.Path, str]]:
        """Names, edges, and flags that say how partitions are found."""
        for graph, partitions in GRAPHS.items():
            edges = DATA / graph / "edges.tsv.gz"
            if not edges.exists():
                raise Failure(f"{DATA} has no folder {graph}; set GAS_DATA")
            yield graph, edges, f"--partitions {partitions}"
        edges = self.programs.generate("planted", PLANTED_FLAGS) / "edges.npy"
        yield PLANTED, edges, "--partitions 40"
        yield f"{PLANTED}, random partitions", edges, "--partitions 40 --partitioner random"

    def ingest(self, edges: pathlib.Path, flags: str) -> dict[str, Any]:
        """What gas-ingest reports; the store is not kept."""
        store = self.programs.work / "graph.store"
        report: dict[str, Any] = self.programs.call("gas-ingest", edges, *flags.split(), "--output", store, *QUIET)
        shutil.rmtree(store)
        return report


BENCHMARK = HaloOrder
