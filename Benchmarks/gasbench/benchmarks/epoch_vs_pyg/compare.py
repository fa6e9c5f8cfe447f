#!/usr/bin/env python3
"""Compares gas-run with PyTorch Geometric: first the answers, then seconds per epoch and peak memory. Started by `run`.

Imports nothing heavy: a child's peak memory, as the kernel counts it, is never less than what its parent had.
"""
import argparse
import collections
import json
import os
import pathlib
import statistics
import subprocess
import sys

import machine
import report

FORMS = ("edge_index", "csr", "EdgeIndex")
# PyTorch on the CPU gains much where glibc keeps its memory instead of giving it back after each operation.
MALLOC = {
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "68719476736",
    "MALLOC_TOP_PAD_": "268435456",
}
LOGIT_LIMIT = 1e-4
LOSS_LIMIT = 1e-3
# A turn in which others took more of the processors is repeated, up to so many times as many turns in all.
OTHERS_LIMIT = 0.1
MOST_ATTEMPTS = 3


Usage = collections.namedtuple("Usage", "peak others")
Turn = collections.namedtuple("Turn", "seconds peak others")


class Failure(Exception):
    pass


def parse():
    parser = argparse.ArgumentParser(prog="Benchmarks/epoch-vs-pyg/run", description=__doc__.splitlines()[0])
    number = parser.add_argument_group("graph and model")
    defaults = {"nodes": 100_000, "edges": 1_000_000, "features": 128, "classes": 40, "graph-seed": 1}
    defaults |= {"layers": 3, "hidden": 64}
    for name, default in defaults.items():
        number.add_argument(f"--{name}", type=int, default=default, help=f"default {default}")
    number.add_argument("--lr", type=float, default=0.01, help="default 0.01")
    number.add_argument("--weight-decay", type=float, default=5e-4, help="default 0.0005")
    number.add_argument("--partitions", type=int, help="default: what gas-ingest chooses")
    number.add_argument("--batch-partitions", type=int, default=4, help="partitions in a batch of GAS; default 4")
    timing = parser.add_argument_group("measurement")
    timing.add_argument("--threads", type=int, default=os.cpu_count(), help="for both; default: all cores")
    timing.add_argument("--check-epochs", type=int, default=10, help="epochs whose losses are compared; default 10")
    timing.add_argument("--rounds", type=int, default=5, help="undisturbed turns of each program; default 5")
    timing.add_argument("--epochs", type=int, default=4, help="epochs a turn, the first not counted; default 4")
    timing.add_argument("--pyg-form", choices=FORMS, help="how PyG takes the graph; default: the fastest in a trial")
    timing.add_argument("--pyg-threads", type=int, help="default: one or --threads, the faster in a trial")
    timing.add_argument("--wait", type=float, default=20, metavar="SECONDS",
                        help="wait at most so long before each turn for the machine to be idle; default 20")
    for name in ("gas-bin", "python", "work", "result", "invocation", "build"):
        parser.add_argument(f"--{name}", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.epochs < 2 or options.rounds < 1 or options.check_epochs < 1:
        parser.error("--epochs takes at least 2, --rounds and --check-epochs at least 1")
    return options


def run(command, environment=None):
    """Standard output as JSON, peak resident bytes, and what share of the processors others took meanwhile."""
    command = [str(part) for part in command]
    clock = machine.Clock()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, **(environment or {})})
    text = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise Failure(f"exit status {child.returncode} of: {' '.join(command)}")
    return json.loads(text), Usage(usage.ru_maxrss << 10, clock.share_of_others(usage.ru_utime + usage.ru_stime))


class Comparison:
    def __init__(self, options):
        self.options = options
        self.work = pathlib.Path(options.work)
        self.data, self.store = self.work / "data", self.work / "graph.store"
        self.say = lambda text: print(text, file=sys.stderr, flush=True)

    def gas(self, tool, *arguments):
        return run([f"{self.options.gas_bin}/{tool}", *arguments, "--json", "--progress", "never"])

    def prepare(self):
        o, data = self.options, self.data
        self.say(f"graph: {o.nodes} nodes, {o.edges} edges")
        sizes = ["--nodes", o.nodes, "--edges", o.edges, "--features", o.features, "--classes", o.classes]
        self.gas("gas-ingest", "generate", *sizes, "--seed", o.graph_seed, "--output", data, "--overwrite")
        columns = ["--features", data / "features.npy", "--labels", data / "labels.npy"]
        splits = [word for part in ("train", "val", "test") for word in (f"--{part}", data / f"{part}.npy")]
        partitions = ["--partitions", o.partitions] if o.partitions else []
        self.gas("gas-ingest", data / "edges.npy", *columns, *splits, *partitions, "--output", self.store, "--overwrite")
        self.manifest = json.loads((self.store / "manifest.json").read_text())

    def train_gas(self, name, batch, epochs):
        """Records of the epochs, and the process's usage. The exact evaluation comes once, at the end, and is not in the seconds."""
        o = self.options
        _, usage = self.gas("gas-run", "train", self.store, "--model", "gcn", "--layers", o.layers, "--hidden", o.hidden,
                           "--dropout", 0, "--lr", o.lr, "--weight-decay", o.weight_decay, "--batch-partitions", batch,
                           "--epochs", epochs, "--evaluate-every", max(1, epochs), "--threads", o.threads,
                           "--run", name, "--overwrite")
        lines = (self.store / "runs" / name / "metrics.jsonl").read_text().splitlines()
        return [record for record in map(json.loads, lines) if record["epoch"] > 0], usage

    def pyg(self, weights_of, *arguments, threads=None):
        o = self.options
        threads = threads or o.threads
        environment = {**MALLOC, "OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)}
        return run([o.python, pathlib.Path(__file__).with_name("pyg.py"), self.data,
                    "--weights", self.store / "runs" / weights_of / "model.safetensors", "--lr", o.lr,
                    "--weight-decay", o.weight_decay, "--threads", threads, *arguments], environment)

    def best_epoch(self, name):
        """Of the weights that a run keeps."""
        return int(machine.safetensors_metadata(self.store / "runs" / name / "model.safetensors")["epoch"])

    def check(self):
        """Both programs' answers, or a failure."""
        o = self.options
        self.train_gas("initial", "all", 0)
        records, _ = self.train_gas("checked", "all", o.check_epochs)
        if self.best_epoch("checked") == 0:
            raise Failure("the initial weights score best, so trained logits cannot be compared; raise --check-epochs")
        self.losses = [record["loss"] for record in records]
        logits = self.work / "logits.npy"
        self.gas("gas-run", "infer", self.store, "--run", "checked", "--logits", logits, "--overwrite", "--threads",
                 o.threads)
        found, _ = self.pyg("checked", "--logits", logits)
        self.logit_difference = found["logitDifference"]
        self.require("logits of trained weights", self.logit_difference, LOGIT_LIMIT)
        self.versions, _ = self.pyg("initial", "--epochs", o.check_epochs)
        self.loss_difference = self.compare_losses(f"losses of {o.check_epochs} epochs", self.versions["losses"])

    def compare_losses(self, what, losses):
        """Of full-batch training from the same weights."""
        worst = max(abs(found - expected) / abs(expected) for found, expected in zip(losses, self.losses))
        self.require(what, worst, LOSS_LIMIT)
        return worst

    def require(self, what, difference, limit):
        if not difference <= limit:
            raise Failure(f"{what} differ by {difference:.1e}, allowed are {limit:.0e}; no result is written")
        self.say(f"check: {what} agree to {difference:.1e} (allowed: {limit:.0e})")

    def turn_gas(self, name, batch):
        records, usage = self.train_gas(name, batch, self.options.epochs)
        return Turn(statistics.median(record["trainSeconds"] for record in records[1:]), *usage)

    def turn_pyg(self, form, threads):
        result, usage = self.pyg("initial", "--form", form, "--epochs", self.options.epochs, threads=threads)
        self.compare_losses(f"losses with {form}", result["losses"])
        return Turn(statistics.median(result["seconds"][1:]), *usage)

    def trial(self):
        """One turn for each way of running PyG, and the fastest."""
        o = self.options
        forms = [o.pyg_form] if o.pyg_form else FORMS
        threads = [o.pyg_threads] if o.pyg_threads else sorted({1, o.threads})
        trials = {}
        for way in [(form, count) for form in forms for count in threads]:
            trials[way] = self.undisturbed(lambda: self.turn_pyg(*way))
            seconds, peak, _ = trials[way]
            self.say(f"trial: PyG, {report.way(way)}: {seconds:.3f} s, {report.mebibytes(peak)}")
        return trials, min(trials, key=lambda way: trials[way].seconds)

    def undisturbed(self, turn):
        """The first turn in which others left the processors alone, or the least disturbed of a few."""
        attempts = []
        while len(attempts) < MOST_ATTEMPTS and (not attempts or attempts[-1].others > OTHERS_LIMIT):
            machine.wait_until_idle(self.options.wait)
            attempts.append(turn())
        return min(attempts, key=lambda attempt: attempt.others)

    def measure(self):
        self.trials, self.way = self.trial()
        wanted = self.options.rounds
        self.all_rounds, undisturbed = [], []
        while len(undisturbed) < wanted and len(self.all_rounds) < MOST_ATTEMPTS * wanted:
            turns = self.round()
            self.all_rounds.append(turns)
            if max(turn.others for turn in turns.values()) <= OTHERS_LIMIT:
                undisturbed.append(turns)
        # Which rounds count depends on what others did, never on the times.
        self.rounds = undisturbed if 2 * len(undisturbed) >= wanted else self.all_rounds

    def round(self):
        turns = {
            "gas": lambda: self.turn_gas("gas", self.options.batch_partitions),
            "full": lambda: self.turn_gas("full", "all"),
            "pyg": lambda: self.turn_pyg(*self.way),
        }
        results = {}
        for name, turn in turns.items():
            machine.wait_until_idle(self.options.wait)
            results[name] = turn()
        times = "  ".join(f"{name} {turn.seconds:.3f} s ({turn.others:.0%})" for name, turn in results.items())
        self.say(f"round: {times}  (in brackets: processors taken by others)")
        return results


def main():
    options = parse()
    comparison = Comparison(options)
    try:
        comparison.prepare()
        comparison.check()
        comparison.measure()
    except (Failure, OSError) as failure:
        sys.exit(f"epoch-vs-pyg: {failure}")
    text = report.text(comparison)
    print(text)
    pathlib.Path(options.result).parent.mkdir(parents=True, exist_ok=True)
    pathlib.Path(options.result).write_text(text)


main()
