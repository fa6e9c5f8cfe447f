"""Seconds per training epoch and peak memory of gas-run against full-batch training in PyTorch Geometric and against
GNNAutoScale in PyTorch (pygas.py, our own code of the published scheme) on the CPU: the same generated graph,
partitions and weights, in turns.

Nothing is timed before all three give the same logits from the same weights. gas-run has a turn without a limit and one
in a memory cgroup that counts page cache. PYTHON names a Python with torch and torch_geometric, else an environment is
made from PyPI (some gigabytes).
"""

import argparse
import datetime
import itertools
import pathlib
import statistics
from collections.abc import Callable
from typing import Any, NamedTuple

from gasbench.shared import machine
from gasbench.shared.benchmark import Benchmark, Saved
from gasbench.shared.children import MALLOC, package_path, run_child, torch_python
from gasbench.shared.limited import Limited
from gasbench.shared.machine import mebibytes
from gasbench.shared.messages import Failure, say
from gasbench.shared.pages import Page
from gasbench.shared.programs import QUIET, Programs, Records, records_of_epochs

# Nodes and edges (two entries each), and the MiB of gas-run's cgroup.
SIZES = {
    "200k": (200_000, 2_000_000, {"gcn": 320, "sage": 256}),
    "2m": (2_000_000, 20_000_000, {"gcn": 2304, "sage": 1536}),
}
MODELS = {"gcn": 3, "sage": 2}
PRECISIONS = ("float32", "bfloat16")
PARTITIONS = 40
# Full batch at 2 M nodes needs more than 24 GiB where glibc keeps its memory, and goes without.
UNTUNED = {("2m", "pyg")}
LOGIT_LIMIT = 1e-4
# Seconds an epoch of neighbour sampling (fanout 15-10-5 and 15-10, batches of 1024 training nodes, which are half of
# all) on such graphs: DGL GraphBolt in memory and PyG's faster loader. Taken once, on another machine of two cores; not
# run here, since neither comes from PyPI alone.
SAMPLING = {"200k gcn": (54, 168), "200k sage": (8.7, 23), "2m gcn": (770, 2360), "2m sage": (87, 219)}
SIZE_NAMES = {"200k": "200 k nodes, 2 M edges", "2m": "2 M nodes, 20 M edges"}
SHAPES = {"gcn": "GCN 128-256-256-40", "sage": "GraphSAGE 128-256-40"}
LARGEST_LIMIT = 1 << 36


class Turn(NamedTuple):
    """Seconds of an epoch, peak memory, and the most of it that was not file pages."""

    seconds: float
    peak: int
    anonymous: int


def key_of(size: str, model: str, precision: str = "float32") -> str:
    """What an entry of the page is called."""
    return f"{size} {model}" + ("" if precision == "float32" else f" {precision}")


def heading(size: str, model: str, precision: str) -> str:
    """The head of an entry's column."""
    return f"{SIZE_NAMES[size]}: {SHAPES[model]}" + ("" if precision == "float32" else f", {precision}")


class Comparison:
    """A model on a graph, with all programs."""

    versions = ""

    def __init__(self, programs: Programs, options: argparse.Namespace, size: str, model: str) -> None:
        self.programs, self.options, self.size, self.model = programs, options, size, model
        self.nodes, self.edges, limits = SIZES[size]
        self.limit = limits[model] << 20
        self.name = key_of(size, model, options.precision)
        self.data, self.store = programs.work / f"data-{size}", programs.work / f"store-{size}"
        self.weights = programs.work / f"weights-{size}-{model}.safetensors"
        self.python = torch_python(programs.work)
        self.peers = [mode for mode in ("pygas", "pyg") if mode not in options.skip]
        self.turns = [*self.peers, *(["autocast"] if options.precision == "bfloat16" else [])]

    def prepare(self) -> None:
        if not (self.data / "parts.txt").exists():
            say(f"{self.name}: making the graph")
            size = f"--nodes {self.nodes} --edges {self.edges} --features 128 --classes 40"
            self.programs.generate(self.data.name, f"{size} --communities 320 --inside 0.8 --seed 1")
            self.peer("partition")
        if not (self.store / "manifest.json").exists():
            self.programs.ingest(self.data, self.store, "--partitioner file:parts.txt")

    def peer(self, mode: str, *arguments: object) -> tuple[Any, int]:
        """What PyTorch's side prints, and its peak memory."""
        tuning = {} if (self.size, mode) in UNTUNED else MALLOC
        script = pathlib.Path(__file__).with_name("pygas.py")
        command = [self.python, script, mode, self.data, "--model", self.model, *arguments]
        child = run_child(command, {**package_path(), **tuning})
        return child.result, child.peak

    def gas(self, run: str, epochs: int, limited: bool = True, precision: str = "float32") -> tuple[Records, Limited]:
        """Records of the epochs, and the process."""
        layers = MODELS[self.model]
        model = f"--model {self.model} --layers {layers} --hidden 256 --dropout 0 --lr 0.01 --weight-decay 0"
        length = f"--batch-partitions 1 --epochs {epochs} --evaluate-every {max(1, epochs)} --no-measure-error"
        kept = ["--checkpoint-seconds", 1e6, "--run", run, "--json", *QUIET]
        memory = ["--memory", f"{self.limit >> 20}MiB"] if limited else []
        memory += ["--precision", precision] if precision != "float32" else []
        program = self.programs.folder / "gas-run"
        command = [program, "train", self.store, *model.split(), *length.split(), *kept, *memory]
        process = Limited(command, self.limit if limited else LARGEST_LIMIT, self.programs.work)
        return records_of_epochs(self.store, run), process

    def check(self) -> None:
        """All three programs' logits from weights that gas-run has trained."""
        self.gas("checked", 5, limited=False)
        logits = self.programs.work / "logits.npy"
        self.programs.call("gas-run", "infer", self.store, "--run", "checked", "--logits", logits, *QUIET)
        (self.store / "runs/checked/model.safetensors").replace(self.weights)
        for mode in self.peers:
            found, _ = self.peer(mode, "--weights", self.weights, "--logits", logits)
            if not found["logitDifference"] <= LOGIT_LIMIT:
                raise Failure(f"{self.name}: logits of {mode} differ by {found['logitDifference']:.1e}")
            say(f"{self.name}: logits of {mode} agree to {found['logitDifference']:.1e}")
        logits.unlink()

    def turn_gas(self, limited: bool) -> Turn:
        records, process = self.gas("turn", self.options.epochs, limited, self.options.precision)
        seconds = statistics.median(record["trainSeconds"] for record in records[1:])
        return Turn(seconds, process.peak, process.anonymous)

    def turn_peer(self, mode: str, *arguments: object) -> Turn:
        result, peak = self.peer(mode, "--weights", self.weights, "--epochs", self.options.epochs, *arguments)
        self.versions = result["versions"]
        return Turn(statistics.median(result["seconds"][1:]), peak, peak)

    def measure(self) -> dict[str, Any]:
        """The column of the table."""
        self.prepare()
        self.check()
        rounds = [self.round() for _ in range(self.options.rounds)]
        return self.column(rounds)

    def round(self) -> dict[str, Turn]:
        turns: dict[str, Callable[[], Turn]] = {
            "gas": lambda: self.turn_gas(False),
            "limited": lambda: self.turn_gas(True),
            "pygas": lambda: self.turn_peer("pygas"),
            "pyg": lambda: self.turn_peer("pyg"),
            "autocast": lambda: self.turn_peer("pygas", "--autocast"),
        }
        found = {}
        for name in ["gas", "limited", *self.turns]:
            machine.wait_until_idle(20)
            found[name] = turns[name]()
        say(f"{self.name}: " + ", ".join(f"{name} {turn.seconds:.2f} s" for name, turn in found.items()))
        return found

    def column(self, rounds: list[dict[str, Turn]]) -> dict[str, Any]:
        def seconds(name: str) -> str:
            values = [turns[name].seconds for turns in rounds if name in turns]
            return f"{statistics.median(values):.2f}" if values else "–"

        def ratio(name: str) -> str:
            values = [turns[name].seconds / turns["gas"].seconds for turns in rounds if name in turns]
            return f"**{statistics.median(values):.1f}** ({min(values):.1f} – {max(values):.1f})" if values else "–"

        def most(name: str) -> str:
            values = [turns[name].anonymous for turns in rounds if name in turns]
            return f"{max(values) >> 20} MiB" if values else "–"

        return {
            "date": str(datetime.date.today()),
            "processor": machine.processor(),
            "commit": self.programs.commit(),
            "versions": self.versions,
            "gas-run, seconds": seconds("gas"),
            "GAS in PyTorch, seconds": seconds("pygas"),
            "the same with autocast, seconds": seconds("autocast"),
            "PyG full batch, seconds": seconds("pyg"),
            "times as fast as GAS in PyTorch": ratio("pygas"),
            "the same with autocast": ratio("autocast"),
            "times as fast as PyG full batch": ratio("pyg"),
            "gas-run in a cgroup, seconds": f"{seconds('limited')} in {mebibytes(self.limit)}",
            "gas-run without file pages; in the cgroup": f"{most('gas')}; {most('limited')}",
            "GAS in PyTorch, peak": most("pygas"),
            "PyG full batch, peak": most("pyg"),
            "rounds": len(rounds),
        }


class Peers(Benchmark):
    name = "peers"
    summary = "a training epoch against GNNAutoScale and full batch in PyTorch on the CPU"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--sizes", nargs="+", choices=SIZES, default=list(SIZES), help="default: both")
        parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS), help="default: both")
        parser.add_argument("--rounds", type=int, default=3, help="turns of each program; default 3")
        parser.add_argument("--epochs", type=int, default=3, help="epochs a turn, the first not counted; default 3")
        text = "of gas-run's turns; PyTorch's are float32, and once more with autocast; default: float32"
        parser.add_argument("--precision", choices=PRECISIONS, default="float32", help=text)
        text = "leave PyG's full batch out, where it has no room"
        parser.add_argument("--skip", nargs="*", default=[], choices=("pyg",), help=text)

    def measure(self) -> Page:
        saved = Saved(self.name)
        for size in self.options.sizes:
            for model in self.options.models:
                comparison = Comparison(self.programs, self.options, size, model)
                saved.put(comparison.name, comparison.measure())
        columns = [
            column for column in itertools.product(SIZES, MODELS, PRECISIONS) if key_of(*column) in saved.entries
        ]
        keys = [key_of(*column) for column in columns]
        for key, (size, model, _) in zip(keys, columns, strict=True):
            seconds = float(saved.entries[key]["gas-run, seconds"])
            bolt, loader = SAMPLING[key_of(size, model)]
            saved.entries[key]["neighbour sampling, elsewhere: GraphBolt, PyG"] = f"{bolt} s, {loader} s"
            saved.entries[key]["that by gas-run's seconds here"] = f"{bolt / seconds:.0f}, {loader / seconds:.0f}"
        body = [
            f"Planted communities, {PARTITIONS} partitions of eight, one a batch; Adam, no dropout, float32, training"
            " alone; gas-run computes with bfloat16 where the column says so, and beside it GAS in PyTorch with"
            " autocast (dense products of bfloat16, sparse ones of float32). All programs' logits from the same"
            f" weights agreed to {LOGIT_LIMIT:g} of the largest before"
            " anything was timed. gas-run has the whole machine as PyTorch has, and once more a memory cgroup that"
            " counts page cache and is smaller than its histories; PyTorch with glibc told to keep its memory (not for"
            " full batch at 2 M nodes, which has no room for that). Medians of rounds in which each program has a"
            " turn; ratios with the least and the most. *Neighbour sampling*: fanout 15-10-5 and 15-10, batches of"
            " 1024, visiting the training half only; measured once on another machine of two cores and not run here,"
            " so it says no more than the order.",
            "",
            *saved.table(keys, [heading(*column) for column in columns]),
        ]
        title = "Epochs against the published scheme and full batch, in PyTorch"
        return Page(title, body, "Each column is its latest run.")


BENCHMARK = Peers
