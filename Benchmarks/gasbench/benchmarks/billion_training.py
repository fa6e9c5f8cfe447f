"""Trains on the graphs of billion-edges inside a memory cgroup that counts page cache, then infers for all nodes.

GCN and GraphSAGE of width 64. Before it reports, it checks that both learn and that exact inference from the saved
weights scores what training said. Makes the stores first, if they are not there (see billion-edges for what it takes).
"""

import argparse
import datetime
import json
import pathlib
import statistics
import subprocess
from typing import Any

from gasbench.shared import machine
from gasbench.shared.benchmark import Benchmark, Saved
from gasbench.shared.limited import Limited
from gasbench.shared.messages import Failure, say
from gasbench.shared.pages import Page
from gasbench.shared.places import ROOT, WORK
from gasbench.shared.programs import QUIET, Records, all_records, halo_way, read_json

NAMES = {10: "10 M", 100: "100 M", 1000: "1 G"}
EPOCHS = {10: 8, 100: 3}
CHANCE = 1 / 64
PRECISIONS = ["float32", "bfloat16"]


def store(millions: int) -> pathlib.Path:
    """That of billion-edges, which is made where it is missing."""
    path = WORK / f"billion-edges/store-{millions}"
    if not (path / "manifest.json").exists():
        say(f"making the store of {millions} M edges")
        command = [str(ROOT / "Benchmarks/run"), "billion-edges", "--edges", str(millions), "--keep"]
        if subprocess.run(command, stdout=subprocess.DEVNULL).returncode != 0:
            raise Failure("Benchmarks/run billion-edges failed")
    return path


class BillionTraining(Benchmark):
    name = "billion-training"
    summary = "training and inference on up to a billion edges in 2 GiB"
    tools = ("gas-run",)

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        sizes, models = [10, 100, 1000], ["gcn", "sage"]
        text = "default: 10 100 1000"
        parser.add_argument("--edges", nargs="+", type=int, default=sizes, metavar="MILLIONS", help=text)
        parser.add_argument("--models", nargs="+", choices=models, default=models, help="default: both")
        parser.add_argument("--layers", type=int, default=3, help="default: 3")
        parser.add_argument("--epochs", type=int, help="default: 8, 3 and 2, which are enough steps to learn")
        parser.add_argument("--history-type", default="float32", help="default: float32")
        text = "float32 (default) or bfloat16, which has columns of its own"
        parser.add_argument("--precision", choices=PRECISIONS, default=PRECISIONS[0], help=text)
        text = "leave out the pass that measures the output error"
        parser.add_argument("--no-measure-error", action="store_true", help=text)
        text = "how inference keeps hidden rows; default: float32"
        parser.add_argument("--infer-type", default="float32", help=text)
        text = "of the cgroup and gas-run; default 2048"
        parser.add_argument("--memory", type=int, default=2048, metavar="MIB", help=text)

    def measure(self) -> Page:
        saved = Saved(self.name)
        for millions in self.options.edges:
            for model in self.options.models:
                narrow = "" if self.options.precision == PRECISIONS[0] else f" {self.options.precision}"
                saved.put(f"{millions} {model}{narrow}", self.measure_model(millions, model))
        keys = sorted(saved.entries, key=lambda key: (int(key.split()[0]), key))
        heads = [self.head(*key.split(maxsplit=1)) for key in keys]
        body = [
            "gas-run inside a memory cgroup that counts page cache, from a cold page cache unless a row says otherwise;"
            " graphs of billion-edges. Every edge is used in every epoch.",
            "",
            *saved.table(keys, heads),
        ]
        return Page("Training on a billion edges in bounded memory", body, "Each column is its latest run.")

    @staticmethod
    def head(millions: str, model: str) -> str:
        return f"{NAMES.get(int(millions), f'{millions} M')} {model}"

    def measure_model(self, millions: int, model: str) -> dict[str, Any]:
        path, name = store(millions), f"{millions} M edges, {model}"
        say(name)
        cache = machine.drop_page_cache()
        training = self.limited(self.training_options(path, millions, model))
        result, records = json.loads(training.output), all_records(path, "billion")
        predictions = self.programs.work / "classes.npy"
        machine.drop_page_cache()
        kept = ["--predictions", predictions, "--history-type", self.options.infer_type]
        inference = self.limited(["infer", path, "--run", "billion", *kept])
        predictions.unlink()
        self.check(result, json.loads(inference.output), name)
        numbers = self.numbers(read_json(path / "runs/billion/config.json"), records, training, inference)
        return numbers if cache == "cold" else {**numbers, "page cache at the start": cache}

    def training_options(self, path: pathlib.Path, millions: int, model: str) -> list[object]:
        options = self.options
        epochs = options.epochs or EPOCHS.get(millions, 2)
        words = f"--model {model} --layers {options.layers} --hidden 64 --dropout 0 --lr 0.01 --epochs {epochs}".split()
        trace = ["--trace", self.programs.work / f"trace-{millions}-{model}-{options.precision}.json"]
        kept = ["--history-type", options.history_type, "--precision", options.precision]
        kept += ["--run", "billion", "--checkpoint-seconds", 0, *trace]
        return ["train", path, *words, *kept, *(["--no-measure-error"] if options.no_measure_error else [])]

    def limited(self, words: list[object]) -> Limited:
        memory = self.options.memory
        command = [self.programs.folder / "gas-run", *words, "--memory", f"{memory}MiB", "--json", *QUIET]
        return Limited(command, memory << 20, self.programs.work)

    def check(self, result: dict[str, Any], inferred: dict[str, Any], name: str) -> None:
        if not result["testAccuracy"] > 10 * CHANCE:
            raise Failure(f"{name}: a test accuracy of {result['testAccuracy']:.3f}: nothing was learnt")
        is_exact = self.options.history_type == "float32" and self.options.precision == "float32"
        tolerance = 1e-4 if is_exact else 0.01
        if abs(result["testAccuracy"] - inferred["testAccuracy"]) > tolerance:
            raise Failure(f"{name}: training said {result['testAccuracy']}, inference {inferred['testAccuracy']}")

    def numbers(
        self, settings: dict[str, Any], records: Records, training: Limited, inference: Limited
    ) -> dict[str, Any]:
        """What the page says of a run, in the order of its rows."""
        options, epochs, gib = self.options, records[1:], 1 << 30

        def each(name: str, scale: float = 1, digits: int = 1) -> str:
            return ", ".join(f"{scale * record[name]:.{digits}f}" for record in epochs)

        rate = statistics.median(record["edgesPerSecond"] for record in epochs) / 1e6
        before = "before training (features aggregated, histories filled, scored), seconds"
        return {
            "date": str(datetime.date.today()),
            "processor": machine.processor(),
            "commit": self.programs.commit(),
            "layers, histories": f"{options.layers}, {options.history_type}",
            "partitions in a batch; halo rows": f"{settings['batch-partitions']}; {halo_way(settings)}",
            before: f"{records[0]['evaluateSeconds']:.1f}",
            "**training epochs, seconds**": f"**{each('trainSeconds')}**",
            "of these waited for batches, with the evaluation's, seconds": each("waitedSeconds"),
            "exact evaluations, seconds": each("evaluateSeconds"),
            "entries a second in training": f"{rate:.2f} M",
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


BENCHMARK = BillionTraining
