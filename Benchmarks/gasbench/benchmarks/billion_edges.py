#!/usr/bin/env python3
"""Ingests generated graphs of 10 M, 100 M and 1 G edges inside a memory cgroup of 2 GiB that counts page cache.

Each has a node for 20 edges, ids shuffled, 64 features in half precision and labels. Writes Benchmarks/results/billion-edges.md: seconds
of each phase, memory, disk. GAS_BIN and GAS_WORK: see Benchmarks/common/programs.py. The largest needs 70 GB of disk and half an hour.
"""
import argparse
import datetime
import json
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))

import pages
from cgroup import Limited
from programs import RESULTS, Failure, Programs, say

# One entry for each size, so that the sizes may be measured in different calls.
SAVED = RESULTS / "billion-edges/runs.json"
NAMES = {10: "10 M", 100: "100 M", 1000: "1 G"}


def parse():
    parser = argparse.ArgumentParser(prog="Benchmarks/billion-edges/run", description=__doc__)
    parser.add_argument("--edges", nargs="+", type=int, default=[10, 100, 1000], metavar="MILLIONS",
                        help="default: 10 100 1000")
    parser.add_argument("--memory", type=int, default=2048, metavar="MIB", help="of the cgroup and gas-ingest; default 2048")
    parser.add_argument("--partitioner", default="stream", help="default: stream")
    parser.add_argument("--keep", action="store_true", help="keep inputs and stores")
    return parser.parse_args()


def generate(programs, millions):
    folder = programs.work / f"data-{millions}"
    if not (folder / "communities.npy").exists():
        say(f"generating {millions} M edges")
        programs.call("gas-ingest", "generate", "--nodes", millions * 50_000, "--edges", millions * 1_000_000,
                      "--features", 64, "--feature-type", "float16", "--classes", 64, "--seed", 1, "--output", folder,
                      "--overwrite", "--progress", "never")
    return folder


def measure(programs, options, millions):
    data, store = generate(programs, millions), programs.work / f"store-{millions}"
    say(f"ingesting {millions} M edges")
    arguments = [programs.folder / "gas-ingest", "edges.npy", "--features", "features.npy", "--feature-type", "float16",
                 "--labels", "labels.npy", "--train", "train.npy", "--val", "val.npy", "--test", "test.npy",
                 "--partitioner", options.partitioner, "--memory", f"{options.memory}MiB", "--output", store,
                 "--overwrite", "--json", "--progress", "never"]
    run = Limited(arguments, options.memory << 20, programs.work, cwd=data)
    report = json.loads(run.output)
    check(report, millions)
    if not options.keep:
        shutil.rmtree(data)
        shutil.rmtree(store)
    return run, report


def check(report, millions):
    edges = report["edges"]
    if edges["read"] != millions * 1_000_000 or edges["kept"] + edges["duplicates"] != edges["read"]:
        raise Failure(f"of {millions} M edges {edges['read']} were read, {edges['kept']} kept")
    if sum(part["entries"] for part in report["partitions"]) != 2 * edges["kept"]:
        raise Failure("the partitions' entries are not all there")


def spread(report, key):
    values = [part[key] for part in report["partitions"]]
    return f"{max(values) / (sum(values) / len(values)):.2f}"


def numbers(programs, options, millions, run, report):
    """What the page says of a run, in the order of its rows."""
    gib = 1 << 30
    return {
        "date": str(datetime.date.today()),
        "commit": programs.commit(),
        "partitioner": options.partitioner,
        "nodes": report["nodes"],
        "adjacency entries": report["edges"]["entries"],
        **{f"{phase['name']}, seconds": f"{phase['seconds']:.1f}" for phase in report["phases"]},
        "**all, seconds**": f"**{run.seconds:.0f}**",
        "edges a second": f"{report['edges']['read'] / run.seconds / 1e6:.2f} M",
        "limit of the cgroup, MiB": options.memory,
        "peak of the cgroup, MiB": run.peak >> 20,
        "peak without file pages, MiB": run.anonymous >> 20,
        "most on disk at a time, GiB": f"{run.disk_bytes / gib:.1f}",
        "store, GiB": f"{report['storeBytes'] / gib:.2f}",
        "bits an entry": f"{report['bitsPerEntry']:.2f}",
        "partitions": len(report["partitions"]),
        "entries cut": f"{100 * report['cutEntries'] / report['edges']['entries']:.1f} %",
        "halo rows a node": f"{report['haloRows'] / report['nodes']:.2f}",
        "largest partition, nodes / mean": spread(report, "nodes"),
        "largest partition, entries / mean": spread(report, "entries"),
    }


def write(results):
    """The page, of all sizes that have been measured."""
    sizes = sorted(results, key=int)
    names = list(dict.fromkeys(name for size in sizes for name in results[size]))
    rows = [[name, *(results[size].get(name, "–") for size in sizes)] for name in names]
    command = " ".join(["Benchmarks/billion-edges/run", *sys.argv[1:]])
    pages.write("billion-edges", [
        "# A billion edges in bounded memory", "", f"{pages.origin(command)} Each column is its latest run.", "",
        "gas-ingest inside a memory cgroup that counts page cache. Planted communities with power-law degrees, ids shuffled, a node for"
        " 20 edges, 64 features in half precision, 64 classes.",
        "", *pages.table(["edges", *(NAMES.get(int(size), f"{size} M") for size in sizes)], rows)])


def main():
    options = parse()
    programs = Programs("billion-edges", tools=("gas-ingest",))
    results = json.loads(SAVED.read_text()) if SAVED.exists() else {}
    for millions in options.edges:
        run, report = measure(programs, options, millions)
        results[str(millions)] = numbers(programs, options, millions, run, report)
        SAVED.parent.mkdir(parents=True, exist_ok=True)
        SAVED.write_text(json.dumps(results, indent=1) + "\n")
    write(results)


try:
    main()
except Failure as failure:
    sys.exit(f"Benchmarks/billion-edges/run: {failure}")
