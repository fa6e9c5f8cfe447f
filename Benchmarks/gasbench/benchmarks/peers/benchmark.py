#!/usr/bin/env python3
"""Seconds per training epoch and peak memory of gas-run against full-batch training in PyTorch Geometric and against GNNAutoScale in
PyTorch (pygas.py, our own code of the published scheme) on the CPU: the same generated graph, partitions and weights, in turns.

Nothing is timed before all three give the same logits from the same weights. gas-run has a turn without a limit and one in a memory
cgroup that counts page cache. Writes Benchmarks/results/peers.md. GAS_BIN and GAS_WORK: see Benchmarks/common/programs.py; PYTHON names a Python with torch
and torch_geometric, else an environment is made from PyPI (some gigabytes).
"""
import argparse
import datetime
import json
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "common"))

import machine
import pages
from cgroup import Limited
from programs import RESULTS, Failure, Programs, say

SAVED = RESULTS / "peers/runs.json"
# Nodes and edges (two entries each), and the MiB of gas-run's cgroup.
SIZES = {"200k": (200_000, 2_000_000, {"gcn": 288, "sage": 256}), "2m": (2_000_000, 20_000_000, {"gcn": 2304, "sage": 1536})}
MODELS = {"gcn": 3, "sage": 2}
PARTITIONS = 40
# PyTorch on the CPU gains much where glibc keeps its memory instead of giving it back after each operation; full batch at 2 M nodes then
# needs more than 24 GiB, and goes without.
UNTUNED = {("2m", "pyg")}
MALLOC = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "68719476736", "MALLOC_TOP_PAD_": "268435456"}
LOGIT_LIMIT = 1e-4
# Seconds an epoch of neighbour sampling (fanout 15-10-5 and 15-10, batches of 1024 training nodes, which are half of all) on such graphs:
# DGL GraphBolt in memory and PyG's faster loader. Taken once, on another machine of two cores; not run here, since neither comes from PyPI alone.
SAMPLING = {"200k gcn": (54, 168), "200k sage": (8.7, 23), "2m gcn": (770, 2360), "2m sage": (87, 219)}


def parse():
    parser = argparse.ArgumentParser(prog="Benchmarks/peers/run", description=__doc__)
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=list(SIZES), help="default: both")
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS), help="default: both")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each program; default 3")
    parser.add_argument("--epochs", type=int, default=3, help="epochs a turn, the first not counted; default 3")
    parser.add_argument("--skip", nargs="*", default=[], choices=("pyg",), help="leave PyG's full batch out, where it has no room")
    return parser.parse_args()


def python(work):
    if "PYTHON" in os.environ:
        return os.environ["PYTHON"]
    program = work / "venv/bin/python"
    if subprocess.run([program, "-c", "import torch, torch_geometric"], capture_output=True).returncode if program.exists() else 1:
        say(f"installing PyTorch and PyTorch Geometric from PyPI into {work / 'venv'} (some gigabytes)")
        subprocess.run([sys.executable, "-m", "venv", "--clear", work / "venv"], check=True)
        subprocess.run([program, "-m", "pip", "install", "--quiet", "numpy", "torch", "torch_geometric"], check=True)
    return program


class Comparison:
    def __init__(self, programs, options, size, model):
        self.programs, self.options, self.model = programs, options, model
        self.nodes, self.edges, limits = SIZES[size]
        self.size = size
        self.limit = limits[model]
        self.name = f"{size} {model}"
        self.data, self.store = programs.work / f"data-{size}", programs.work / f"store-{size}"
        self.weights = programs.work / f"weights-{size}-{model}.safetensors"

    def prepare(self):
        if not (self.data / "parts.txt").exists():
            say(f"{self.name}: making the graph")
            self.programs.call("gas-ingest", "generate", "--nodes", self.nodes, "--edges", self.edges, "--features", 128, "--classes", 40,
                               "--communities", 320, "--inside", 0.8, "--seed", 1, "--output", self.data, "--overwrite",
                               "--progress", "never")
            self.python_side("partition")
        if not (self.store / "manifest.json").exists():
            files = [word for part in ("train", "val", "test") for word in (f"--{part}", self.data / f"{part}.npy")]
            self.programs.call("gas-ingest", self.data / "edges.npy", "--features", self.data / "features.npy", "--labels",
                               self.data / "labels.npy", *files, "--partitioner", f"file:{self.data / 'parts.txt'}", "--output", self.store,
                               "--overwrite", "--progress", "never")

    def python_side(self, mode, *arguments):
        tuning = [] if (self.size, mode) in UNTUNED else [f"{name}={value}" for name, value in MALLOC.items()]
        command = ["env", *tuning, python(self.programs.work), HERE / "pygas.py", mode,
                   self.data, "--model", self.model, *arguments]
        child = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True)
        text = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        if status != 0:
            raise Failure(f"{self.name}: pygas.py {mode} ended with status {os.waitstatus_to_exitcode(status)}")
        return json.loads(text), usage.ru_maxrss << 10

    def gas(self, run, epochs, limited=True):
        """Records of the epochs, and the process."""
        command = [self.programs.folder / "gas-run", "train", self.store, "--model", self.model, "--layers", MODELS[self.model], "--hidden",
                   256, "--dropout", 0, "--lr", 0.01, "--weight-decay", 0, "--batch-partitions", 1, "--epochs", epochs, "--evaluate-every",
                   max(1, epochs), "--checkpoint-seconds", 1e6, "--no-measure-error", "--run", run, "--overwrite", "--json", "--progress", "never"]
        if limited:
            command += ["--memory", f"{self.limit}MiB"]
        process = Limited(command, (self.limit if limited else 1 << 16) << 20, self.programs.work)
        lines = (self.store / "runs" / run / "metrics.jsonl").read_text().splitlines()
        return [record for record in map(json.loads, lines) if record["epoch"] > 0], process

    def check(self):
        """All three programs' logits from weights that gas-run has trained."""
        self.gas("checked", 5, limited=False)
        logits = self.programs.work / "logits.npy"
        self.programs.call("gas-run", "infer", self.store, "--run", "checked", "--logits", logits, "--overwrite", "--progress", "never")
        (self.store / "runs/checked/model.safetensors").replace(self.weights)
        for mode in self.peers():
            found, _ = self.python_side(mode, "--weights", self.weights, "--logits", logits)
            if not found["logitDifference"] <= LOGIT_LIMIT:
                raise Failure(f"{self.name}: logits of {mode} differ by {found['logitDifference']:.1e}")
            say(f"{self.name}: logits of {mode} agree to {found['logitDifference']:.1e}")
        logits.unlink()

    def peers(self):
        return [mode for mode in ("pygas", "pyg") if mode not in self.options.skip]

    def turn_gas(self, limited):
        records, process = self.gas("turn", self.options.epochs, limited)
        return statistics.median(record["trainSeconds"] for record in records[1:]), process.peak, process.anonymous

    def turn_peer(self, mode):
        result, peak = self.python_side(mode, "--weights", self.weights, "--epochs", self.options.epochs)
        self.versions = result["versions"]
        return statistics.median(result["seconds"][1:]), peak, peak

    def measure(self):
        self.prepare()
        self.check()
        rounds = []
        for _ in range(self.options.rounds):
            turns = {"gas": lambda: self.turn_gas(False), "limited": lambda: self.turn_gas(True), **{mode: lambda mode=mode: self.turn_peer(mode) for mode in self.peers()}}
            rounds.append({})
            for name, turn in turns.items():
                machine.wait_until_idle(20)
                rounds[-1][name] = turn()
            say(f"{self.name}: " + ", ".join(f"{name} {turn[0]:.2f} s" for name, turn in rounds[-1].items()))
        return self.row(rounds)

    def row(self, rounds):
        def seconds(name):
            values = [turns[name][0] for turns in rounds if name in turns]
            return f"{statistics.median(values):.2f}" if values else "–"

        def ratio(name):
            values = [turns[name][0] / turns["gas"][0] for turns in rounds if name in turns]
            return f"**{statistics.median(values):.1f}** ({min(values):.1f} – {max(values):.1f})" if values else "–"

        def memory(name, place):
            values = [turns[name][place] for turns in rounds if name in turns]
            return f"{max(values) >> 20} MiB" if values else "–"

        return {
            "date": str(datetime.date.today()), "processor": machine.processor(), "commit": self.programs.commit(), "versions": self.versions,
            "gas-run, seconds": seconds("gas"), "GAS in PyTorch, seconds": seconds("pygas"), "PyG full batch, seconds": seconds("pyg"),
            "times as fast as GAS in PyTorch": ratio("pygas"), "times as fast as PyG full batch": ratio("pyg"),
            "gas-run in a cgroup, seconds": f"{seconds('limited')} in {self.limit} MiB",
            "gas-run without file pages; in the cgroup": f"{memory('gas', 2)}; {memory('limited', 2)}", "GAS in PyTorch, peak": memory("pygas", 1), "PyG full batch, peak": memory("pyg", 1),
            "rounds": len(rounds),
        }


def write(results):
    keys = [f"{size} {model}" for size in SIZES for model in MODELS if f"{size} {model}" in results]
    for key in keys:
        ratios = [f"{seconds / float(results[key]['gas-run, seconds']):.0f}" for seconds in SAMPLING[key]]
        results[key]["neighbour sampling, elsewhere: GraphBolt, PyG"] = "{} s, {} s".format(*SAMPLING[key])
        results[key]["that by gas-run's seconds here"] = ", ".join(ratios)
    names = {"200k": "200 k nodes, 2 M edges", "2m": "2 M nodes, 20 M edges"}
    shapes = {"gcn": "GCN 128-256-256-40", "sage": "GraphSAGE 128-256-40"}
    rows = [[name, *(results[key].get(name, "–") for key in keys)] for name in results[keys[0]]]
    pages.write("peers", [
        "# Epochs against the published scheme and full batch, in PyTorch", "",
        f"{pages.origin(' '.join(['Benchmarks/peers/run', *sys.argv[1:]]))} Each column is its latest run.", "",
        f"Planted communities, {PARTITIONS} partitions of eight, one a batch; Adam, no dropout, float32, training alone. All programs' logits from the"
        f" same weights agreed to {LOGIT_LIMIT:g} of the largest before anything was timed. gas-run has the whole machine as PyTorch has, and once"
        " more a memory cgroup that counts page cache and is smaller than its histories; PyTorch with glibc told to keep its memory (not for"
        " full batch at 2 M nodes, which has no room for that). Medians of rounds in which each program has a turn; ratios"
        " with the least and the most. *Neighbour sampling*: fanout 15-10-5 and 15-10, batches of 1024, visiting the training half only; measured"
        " once on another machine of two cores and not run here, so it says no more than the order.",
        "", *pages.table(["", *(f"{names[key.split()[0]]}: {shapes[key.split()[1]]}" for key in keys)], rows)])


def main():
    options = parse()
    programs = Programs("peers")
    results = json.loads(SAVED.read_text()) if SAVED.exists() else {}
    for size in options.sizes:
        for model in options.models:
            results[f"{size} {model}"] = Comparison(programs, options, size, model).measure()
            SAVED.parent.mkdir(parents=True, exist_ok=True)
            SAVED.write_text(json.dumps(results, indent=1) + "\n")
    write(results)


try:
    main()
except Failure as failure:
    sys.exit(f"Benchmarks/peers/run: {failure}")
