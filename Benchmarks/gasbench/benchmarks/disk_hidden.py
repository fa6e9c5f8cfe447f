#!/usr/bin/env python3
"""Whether the disk's time hides behind computing: the same training without a limit, and in a memory cgroup that counts page cache and is a
quarter of what an epoch works on (the store, two histories, the features' aggregation): as gas-run plans it, without prefetching, with halo
rows that are copied together in windows, and with batches that each read their own.

On a planted graph and, as the worst case for any partitioner, an R-MAT graph of the same size. Each run starts from a cold page cache.
Writes Benchmarks/results/disk-hidden.md. GAS_BIN and GAS_WORK: see Benchmarks/common/programs.py.
"""
import argparse
import datetime
import json
import pathlib
import shutil
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))

import pages
from cgroup import Limited
from programs import RESULTS, Failure, Programs, halo_way, say

# One entry for each graph and type of history, so that they may be measured in different calls.
SAVED = RESULTS / "disk-hidden/runs.json"
WAYS = {
    "no limit": ("--halo-windows", 0),
    "as planned": (),
    "no prefetching": ("--no-prefetch",),
    "windows": ("--halo-windows", 4),
    "each batch its own halo": ("--halo-windows", 0),
}


def parse():
    parser = argparse.ArgumentParser(prog="Benchmarks/disk-hidden/run", description=__doc__)
    parser.add_argument("--nodes", type=int, default=4, metavar="MILLIONS", help="default 4, with ten edges each")
    parser.add_argument("--graphs", nargs="+", choices=("planted", "rmat"), default=["planted", "rmat"], help="default: both")
    parser.add_argument("--history-type", default="float32", help="default: float32")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS), help="default: all; the first is always taken")
    parser.add_argument("--epochs", type=int, default=3, help="default 3; the first is not counted")
    return parser.parse_args()


def store(programs, options, graph):
    nodes = options.nodes * 1_000_000
    say(f"{graph}: making the store")
    kind = f"--communities {nodes // 12_500} --inside 0.9" if graph == "planted" else "--kind rmat"
    data = programs.generate(f"data-{graph}", f"--nodes {nodes} --edges {10 * nodes} --features 64 --feature-type float16 --classes 16 --seed 1 {kind}")
    path = programs.work / f"store-{graph}"
    partitioner = "file:communities.npy" if graph == "planted" else "stream"
    programs.call("gas-ingest", "edges.npy", "--features", "features.npy", "--feature-type", "float16", "--labels", "labels.npy", "--train",
                  "train.npy", "--val", "val.npy", "--test", "test.npy", "--partitioner", partitioner, "--partitions", nodes // 12_500,
                  "--output", path, "--overwrite", "--progress", "never", folder=data)
    shutil.rmtree(data)
    return path


def column_bytes(path):
    return sum(file.stat().st_size for file in (path / "columns").iterdir())


def train(programs, options, path, flags, limit):
    command = [programs.folder / "gas-run", "train", path, "--model", "gcn", "--layers", 3, "--hidden", 64, "--dropout", 0, "--epochs",
               options.epochs, "--evaluate-every", options.epochs, "--batch-partitions", 1, "--history-type", options.history_type, "--run",
               "hidden", "--overwrite", "--checkpoint-seconds", 1e6, "--json", "--progress", "never", *flags]
    if limit:
        command += ["--memory", limit]
    pathlib.Path("/proc/sys/vm/drop_caches").write_text("3")
    run = Limited(command, limit or 1 << 40, programs.work)
    records = [json.loads(line) for line in (path / "runs/hidden/metrics.jsonl").read_text().splitlines()][1:]
    if not records[-1]["loss"] < records[0]["loss"]:
        raise Failure("nothing was learnt")
    settings = json.loads((path / "runs/hidden/config.json").read_text())
    trained = records[1:]
    return {
        "seconds": statistics.median(record["trainSeconds"] for record in trained),
        # The last record counts its evaluation's too, so that a single one says nothing.
        "waited": f"{statistics.median(record['waitedSeconds'] for record in trained[:-1]):.1f}" if trained[1:] else "–",
        "way": halo_way(settings), "loss": records[-1]["loss"], "read": run.read_bytes, "written": run.written_bytes,
        "anonymous": run.anonymous, "peak": run.peak,
    }


def name_of(graph, options):
    return f"{graph}, {options.history_type}"


def measure(programs, options, graph):
    path = store(programs, options, graph)
    manifest = json.loads((path / "manifest.json").read_text())
    # What an epoch works on: the store, two histories, the features' aggregation.
    row = {"float32": 256, "float16": 128, "bfloat16": 128, "int8": 68}[options.history_type]
    total = column_bytes(path) + manifest["nodeCount"] * (2 * row + 256)
    limit = total // 4 >> 20 << 20
    rows = []
    for name, flags in WAYS.items():
        if name != "no limit" and name not in options.ways:
            continue
        say(f"{graph}: {name}")
        try:
            found = train(programs, options, path, flags, limit if name != "no limit" else None)
        except Failure as failure:
            rows.append([name_of(graph, options), name, str(failure), *["–"] * 8])
            continue
        base = found if name == "no limit" else base
        gib = 1 << 30
        rows.append([name_of(graph, options), name, f"{found['seconds']:.1f}", f"{found['seconds'] / base['seconds']:.2f}", found["waited"], found["way"],
                     f"{found['loss']:.4f}", f"{found['read'] / gib:.1f}, {found['written'] / gib:.1f}", f"{found['anonymous'] >> 20}",
                     f"{found['peak'] >> 20} of {limit >> 20}" if name != "no limit" else f"{found['peak'] >> 20}"])
    halo = manifest["partitions"]["haloStarts"][-1] / manifest["nodeCount"]
    note = (f"{name_of(graph, options)} ({datetime.date.today()}, {programs.commit()}): {manifest['nodeCount']} nodes, {manifest['edgeCount']} entries, {halo:.2f} halo rows a node; an epoch works on"
            f" {total / (1 << 30):.2f} GiB, the cgroup has {limit >> 20} MiB.")
    shutil.rmtree(path)
    return {"rows": rows, "note": note}


def main():
    options = parse()
    programs = Programs("disk-hidden")
    measured = json.loads(SAVED.read_text()) if SAVED.exists() else {}
    for graph in options.graphs:
        measured[name_of(graph, options)] = measure(programs, options, graph)
        SAVED.parent.mkdir(parents=True, exist_ok=True)
        SAVED.write_text(json.dumps(measured, indent=1) + "\n")
    pages.write("disk-hidden", [
        "# Training with a quarter of the memory", "",
        f"{pages.origin(' '.join(['Benchmarks/disk-hidden/run', *sys.argv[1:]]))} Each graph and type of history is its latest run.", "",
        "GCN of 3 layers, 64 wide, 64 features in half precision; partitions of 12 500 nodes, one a batch. An epoch"
        " is training alone; the first of each run is not counted. *Read, written*: in the whole run, with its evaluations.", "",
        *(line for one in measured.values() for line in (one["note"], "")),
        *pages.table(["graph", "way", "epoch, s", "times that without a limit", "of it waited, s", "halo rows", "loss", "read, written, GiB",
                      "without file pages, MiB", "peak of the cgroup, MiB"], [row for one in measured.values() for row in one["rows"]])])


try:
    main()
except Failure as failure:
    sys.exit(f"Benchmarks/disk-hidden/run: {failure}")
