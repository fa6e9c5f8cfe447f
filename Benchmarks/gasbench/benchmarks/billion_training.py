#!/usr/bin/env python3
"""Trains on the graphs of Benchmarks/billion-edges inside a memory cgroup that counts page cache, then infers for all nodes.

GCN and GraphSAGE of width 64. Before it reports, it checks that both learn and that exact inference from the saved weights scores what
training said. Writes Benchmarks/results/billion-training.md. Makes the stores first, if they are not there (see that benchmark for what
it takes). GAS_BIN and GAS_WORK: see Benchmarks/common/programs.py.
"""
import argparse
import datetime
import json
import pathlib
import statistics
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))

import pages
from cgroup import Limited
from programs import RESULTS, ROOT, WORK, Failure, Programs, halo_way, say

# One entry for each size and model, so that they may be measured in different calls.
SAVED = RESULTS / "billion-training/runs.json"
NAMES = {10: "10 M", 100: "100 M", 1000: "1 G"}
EPOCHS = {10: 8, 100: 3}
CHANCE = 1 / 64


def parse():
    parser = argparse.ArgumentParser(prog="Benchmarks/billion-training/run", description=__doc__)
    parser.add_argument("--edges", nargs="+", type=int, default=[10, 100, 1000], metavar="MILLIONS", help="default: 10 100 1000")
    parser.add_argument("--models", nargs="+", choices=("gcn", "sage"), default=["gcn", "sage"], help="default: both")
    parser.add_argument("--layers", type=int, default=3, help="default: 3")
    parser.add_argument("--epochs", type=int, help="default: 8, 3 and 2, which are enough steps to learn")
    parser.add_argument("--history-type", default="float32", help="default: float32")
    parser.add_argument("--no-measure-error", action="store_true", help="leave out the pass that measures the output error")
    parser.add_argument("--infer-type", default="float32", help="how inference keeps hidden rows; default: float32")
    parser.add_argument("--memory", type=int, default=2048, metavar="MIB", help="of the cgroup and gas-run; default 2048")
    return parser.parse_args()


def store(millions):
    path = WORK / f"billion-edges/store-{millions}"
    if not (path / "manifest.json").exists():
        say(f"making the store of {millions} M edges")
        made = subprocess.run([ROOT / "Benchmarks/billion-edges/run", "--edges", str(millions), "--keep"], stdout=subprocess.DEVNULL)
        if made.returncode != 0:
            raise Failure("Benchmarks/billion-edges/run failed")
    return path


def drop_caches():
    """A cold start, where one may have it."""
    try:
        pathlib.Path("/proc/sys/vm/drop_caches").write_text("3")
    except OSError:
        pass


def measure(programs, options, millions, model):
    path, limit = store(millions), options.memory << 20
    epochs = options.epochs or EPOCHS.get(millions, 2)
    say(f"{millions} M edges, {model}")
    train = ["train", path, "--model", model, "--layers", options.layers, "--hidden", 64, "--dropout", 0, "--lr", 0.01, "--epochs",
             epochs, "--history-type", options.history_type, "--memory", f"{options.memory}MiB", "--run", "billion", "--overwrite",
             "--checkpoint-seconds", 0, "--trace", programs.work / f"trace-{millions}-{model}.json", "--json", "--progress", "never"]
    train += ["--no-measure-error"] if options.no_measure_error else []
    drop_caches()
    training = Limited([programs.folder / "gas-run", *train], limit, programs.work)
    result = json.loads(training.output)
    records = [json.loads(line) for line in (path / "runs/billion/metrics.jsonl").read_text().splitlines()]
    predictions = programs.work / "classes.npy"
    infer = ["infer", path, "--run", "billion", "--predictions", predictions, "--overwrite", "--history-type", options.infer_type, "--memory",
             f"{options.memory}MiB", "--json", "--progress", "never"]
    drop_caches()
    inference = Limited([programs.folder / "gas-run", *infer], limit, programs.work)
    predictions.unlink()
    check(result, json.loads(inference.output), f"{millions} M edges, {model}", options)
    settings = json.loads((path / "runs/billion/config.json").read_text())
    return numbers(programs, options, settings, records, training, inference)


def check(result, inferred, name, options):
    if not result["testAccuracy"] > 10 * CHANCE:
        raise Failure(f"{name}: a test accuracy of {result['testAccuracy']:.3f}: nothing was learnt")
    tolerance = 1e-4 if options.history_type == "float32" else 0.01
    if abs(result["testAccuracy"] - inferred["testAccuracy"]) > tolerance:
        raise Failure(f"{name}: training said {result['testAccuracy']}, inference {inferred['testAccuracy']}")


def numbers(programs, options, settings, records, training, inference):
    epochs, gib = records[1:], 1 << 30

    def each(name, scale=1, digits=1):
        return ", ".join(f"{scale * record[name]:.{digits}f}" for record in epochs)

    return {
        "date": str(datetime.date.today()),
        "commit": programs.commit(),
        "layers, histories": f"{options.layers}, {options.history_type}",
        "partitions in a batch; halo rows": f"{settings['batch-partitions']}; {halo_way(settings)}",
        "before training (features aggregated, histories filled, scored), seconds": f"{records[0]['evaluateSeconds']:.1f}",
        "**training epochs, seconds**": f"**{each('trainSeconds')}**",
        "of these waited for batches, with the evaluation's, seconds": each("waitedSeconds"),
        "exact evaluations, seconds": each("evaluateSeconds"),
        "entries a second in training": f"{statistics.median(record['edgesPerSecond'] for record in epochs) / 1e6:.2f} M",
        "loss": each("loss", digits=3),
        "test accuracy, %": each("test", 100, 2),
        "all, seconds": f"{training.seconds:.0f}",
        "read, written in all, GiB": f"{training.read_bytes / gib:.1f}, {training.written_bytes / gib:.1f}",
        "limit of the cgroup, MiB": options.memory,
        "peak of the cgroup, MiB": training.peak >> 20,
        "peak without file pages, MiB": training.anonymous >> 20,
        "inference of all nodes, seconds": f"{inference.seconds:.0f}, rows between layers in {options.infer_type}",
        "it read and wrote, GiB": f"{inference.read_bytes / gib:.1f}, {inference.written_bytes / gib:.1f}",
        "its peak without file pages, MiB": inference.anonymous >> 20,
    }


def write(results):
    keys = sorted(results, key=lambda key: (int(key.split()[0]), key))
    names = list(dict.fromkeys(name for key in keys for name in results[key]))
    rows = [[name, *(results[key].get(name, "–") for key in keys)] for name in names]
    command = " ".join(["Benchmarks/billion-training/run", *sys.argv[1:]])
    pages.write("billion-training", [
        "# Training on a billion edges in bounded memory", "", f"{pages.origin(command)} Each column is its latest run.", "",
        "gas-run inside a memory cgroup that counts page cache, from a cold page cache; graphs of Benchmarks/billion-edges. Every edge is used"
        " in every epoch.",
        "", *pages.table(["", *(f"{NAMES.get(int(key.split()[0]), key)} {key.split()[1]}" for key in keys)], rows)])


def main():
    options = parse()
    programs = Programs("billion-training", tools=("gas-run",))
    results = json.loads(SAVED.read_text()) if SAVED.exists() else {}
    for millions in options.edges:
        for model in options.models:
            results[f"{millions} {model}"] = measure(programs, options, millions, model)
            SAVED.parent.mkdir(parents=True, exist_ok=True)
            SAVED.write_text(json.dumps(results, indent=1) + "\n")
    write(results)


try:
    main()
except Failure as failure:
    sys.exit(f"Benchmarks/billion-training/run: {failure}")
