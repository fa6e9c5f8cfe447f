#!/usr/bin/env python3
"""Runs and 4 KiB pages that halos touch, for both orders of the nodes in a partition: --order original and --order border.

Before it reports, it checks that both orders have the same halo rows, cut entries and partitions, and that border order has fewer
runs and pages. Writes Benchmarks/results/halo-order.md. GAS_DATA, GAS_BIN and GAS_WORK: see Benchmarks/common/programs.py.
"""
import argparse
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))

import pages
from programs import DATA, Failure, Programs, say

ORDERS = ("original", "border")
GRAPHS = {
    "web-notredame": 32, "actor-collaboration": 32, "soc-epinions1": 16, "email-enron": 16, "debian-tags": 16,
    "amazon-computers": 16, "coauthor-physics": 16, "pubmed": 16,
}
PLANTED = "planted communities"
PLANTED_FLAGS = "--nodes 200000 --edges 2000000 --features 0 --classes 40"
PLANTED_PARTITIONS = 40


def ingest(programs, edges, partitions, order, **flags):
    """What gas-ingest reports; the store is not kept."""
    store = programs.work / "graph.store"
    words = [word for flag, value in flags.items() for word in (f"--{flag}", value)]
    report = programs.call("gas-ingest", edges, "--partitions", partitions, "--order", order, *words, "--output", store,
                           "--overwrite", "--progress", "never")
    shutil.rmtree(store)
    return report


def planted(programs):
    folder = programs.work / "planted"
    programs.call("gas-ingest", "generate", *PLANTED_FLAGS.split(), "--output", folder, "--overwrite", "--progress", "never")
    return folder / "edges.npy"


def cases(programs):
    """Names, edges, partitions, and flags that say how they are found."""
    for graph, partitions in GRAPHS.items():
        edges = DATA / graph / "edges.tsv.gz"
        if not edges.exists():
            raise Failure(f"{DATA} has no folder {graph}; set GAS_DATA")
        yield graph, edges, partitions, {}
    edges = planted(programs)
    yield PLANTED, edges, PLANTED_PARTITIONS, {}
    yield f"{PLANTED}, random partitions", edges, PLANTED_PARTITIONS, {"partitioner": "random"}


def check(graph, reports):
    for key in ("haloRows", "cutEntries", "partitions"):
        if reports[0][key] != reports[1][key]:
            raise Failure(f"{graph}: {key} depends on the order")
    for key in ("runs", "pages"):
        original, border = (report["halo"][key] for report in reports)
        if border > original:
            raise Failure(f"{graph}: border order has {border} {key}, original order {original}")


def row(graph, reports):
    def cell(halo):
        useful = halo["rows"] * halo["rowBytes"] / (halo["pages"] * halo["pageBytes"])
        return [f"{halo['rows'] / halo['runs']:.1f}", f"{halo['pages'] / halo['rows']:.3f}", f"{100 * useful:.0f} %"]

    original, border = (report["halo"] for report in reports)
    seconds = [sum(phase["seconds"] for phase in report["phases"] if phase["name"] == "partition") for report in reports]
    return [graph, len(reports[0]["partitions"]), f"{original['rows'] / reports[0]['nodes']:.2f}", *cell(original),
            *cell(border), f"{seconds[1] - seconds[0]:+.2f}"]


def main():
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    programs = Programs("halo-order", tools=("gas-ingest",))
    rows = []
    for graph, edges, partitions, flags in cases(programs):
        say(f"{graph} …")
        reports = [ingest(programs, edges, partitions, order, **flags) for order in ORDERS]
        check(graph, reports)
        rows.append(row(graph, reports))
    pages.write("halo-order", [
        "# Order of the nodes in a partition", "",
        f"{pages.origin('Benchmarks/halo-order/run')} Programs of commit {programs.commit()}.", "",
        "Partitions by METIS unless said otherwise, rows of 128 bytes, 32 in a page. *Rows a run*: halo rows that follow each other in"
        " the store; *pages*: of 4 KiB that a halo touches, for each halo row; *wanted*: share of their bytes that belongs to the"
        " halo. *Seconds* is what border order adds to the partition phase (METIS itself varies by as much).", "",
        *pages.table(["graph", "partitions", "halo rows / N", "original: rows a run", "pages", "wanted", "border: rows a run",
                      "pages", "wanted", "seconds"], rows),
        "", "Checked: halo rows, cut entries and partitions are the same in both orders; border order has fewer runs and pages."])


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"halo-order: {failure}")
