#!/usr/bin/env python3
"""Constant memory: trains the same model on generated graphs of 1 M, 10 M and 100 M nodes with partitions of equal size, each inside the
same memory cgroup that counts page cache, and compares peaks and edges a second.

Writes Benchmarks/results/constant-memory.md. GAS_BIN and GAS_WORK: see Benchmarks/common/programs.py. The largest needs 40 GB of disk.
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

SAVED = RESULTS / "constant-memory/runs.json"
PARTITION = 12_500
EDGES_PER_NODE = 4


def parse():
    parser = argparse.ArgumentParser(prog="Benchmarks/constant-memory/run", description=__doc__)
    parser.add_argument("--nodes", nargs="+", type=int, default=[1, 10, 100], metavar="MILLIONS", help="default: 1 10 100")
    parser.add_argument("--memory", type=int, default=512, metavar="MIB", help="of the cgroup and gas-run; default 512")
    parser.add_argument("--epochs", type=int, default=2, help="default 2")
    parser.add_argument("--halo-windows", default="auto", help="default: auto")
    parser.add_argument("--history-type", default="float32", help="default: float32")
    parser.add_argument("--keep", action="store_true", help="keep the stores")
    return parser.parse_args()


def store(programs, millions):
    """Partitions are planted communities, so that batches of all graphs are alike."""
    path = programs.work / f"store-{millions}"
    if not (path / "manifest.json").exists():
        nodes = millions * 1_000_000
        say(f"{millions} M nodes: making the store")
        data = programs.generate(f"data-{millions}", f"--nodes {nodes} --edges {EDGES_PER_NODE * nodes} --features 32 --feature-type float16"
                                 f" --classes 16 --communities {nodes // PARTITION} --inside 0.9 --seed 1")
        programs.call("gas-ingest", "edges.npy", "--features", "features.npy", "--feature-type", "float16", "--labels", "labels.npy", "--train",
                      "train.npy", "--val", "val.npy", "--test", "test.npy", "--partitioner", "file:communities.npy", "--memory", "4GiB",
                      "--output", path, "--overwrite", "--progress", "never", folder=data)
        shutil.rmtree(data)
    return path


def measure(programs, options, millions):
    path = store(programs, millions)
    say(f"{millions} M nodes: training")
    command = [programs.folder / "gas-run", "train", path, "--model", "gcn", "--layers", 2, "--hidden", 32, "--dropout", 0, "--epochs", options.epochs,
               "--batch-partitions", 4, "--memory", f"{options.memory}MiB", "--halo-windows", options.halo_windows, "--history-type", options.history_type, "--run", "memory",
               "--overwrite", "--checkpoint-seconds", 1e6, "--json", "--progress", "never"]
    training = Limited(command, options.memory << 20, programs.work)
    records = [json.loads(line) for line in (path / "runs/memory/metrics.jsonl").read_text().splitlines()][1:]
    if not records[-1]["loss"] < records[0]["loss"]:
        raise Failure(f"{millions} M nodes: nothing was learnt")
    settings = json.loads((path / "runs/memory/config.json").read_text())
    manifest = json.loads((path / "manifest.json").read_text())
    shutil.rmtree(path / "runs/memory")
    size = sum(file.stat().st_size for file in (path / "columns").iterdir())
    if not options.keep:
        shutil.rmtree(path)
    return {
        "date": str(datetime.date.today()), "commit": programs.commit(), "nodes": manifest["nodeCount"], "entries": manifest["edgeCount"],
        "halo rows a node": round(manifest["partitions"]["haloStarts"][-1] / manifest["nodeCount"], 2), "store, MiB": size >> 20,
        "limit of the cgroup, MiB": options.memory, "histories": options.history_type, "halo rows": halo_way(settings),
        "peak of the cgroup, MiB": training.peak >> 20,
        "peak without file pages, MiB": training.anonymous >> 20,
        "epochs, seconds": ", ".join(f"{record['trainSeconds']:.1f}" for record in records),
        "entries a second, M": round(statistics.median(record["edgesPerSecond"] for record in records) / 1e6, 2),
        "exact evaluation, seconds": f"{records[0]['evaluateSeconds']:.1f}" if len(records) > 1 else "–",
    }


def write(results):
    keys = sorted(results, key=lambda key: (key.split(", ")[1], int(key.split()[0])))
    rows = [[name, *(results[key].get(name, "–") for key in keys)] for name in results[keys[0]]]
    pages.write("constant-memory", [
        "# Memory of training, whatever the number of nodes", "",
        f"{pages.origin(' '.join(['Benchmarks/constant-memory/run', *sys.argv[1:]]))} Each column is its latest run.", "",
        f"GCN of 2 layers, 32 wide, on planted communities of {PARTITION} nodes, each a partition, 4 a batch; {EDGES_PER_NODE} edges a node, 10 % of them anywhere;"
        " 32 features in half precision. gas-run in a memory cgroup that counts page cache; *without file pages* is what the process has for"
        " itself, sampled five times a second.",
        "", *pages.table(["", *keys], rows)])


def main():
    options = parse()
    programs = Programs("constant-memory")
    results = json.loads(SAVED.read_text()) if SAVED.exists() else {}
    for millions in options.nodes:
        results[f"{millions} M nodes, {options.history_type}"] = measure(programs, options, millions)
        SAVED.parent.mkdir(parents=True, exist_ok=True)
        SAVED.write_text(json.dumps(results, indent=1) + "\n")
    write(results)


try:
    main()
except Failure as failure:
    sys.exit(f"Benchmarks/constant-memory/run: {failure}")
