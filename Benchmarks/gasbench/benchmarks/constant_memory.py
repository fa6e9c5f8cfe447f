"""Constant memory: trains the same model on generated graphs of 1 M, 10 M and 100 M nodes with partitions of equal
size, each inside the same memory cgroup that counts page cache, and compares peaks and edges a second.

The largest needs 40 GB of disk.
"""

import argparse
import datetime
import pathlib
import shutil
import statistics
from typing import Any

from gasbench.shared.benchmark import Benchmark, Saved
from gasbench.shared.limited import Limited
from gasbench.shared.messages import say
from gasbench.shared.pages import Page
from gasbench.shared.programs import QUIET, Records, check_learnt, column_bytes, halo_way, read_json, records_of_epochs

PARTITION = 12_500
EDGES_PER_NODE = 4


class ConstantMemory(Benchmark):
    name = "constant-memory"
    summary = "memory of training on 1 M, 10 M and 100 M nodes, in the same cgroup"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        text = "default: 1 10 100"
        parser.add_argument("--nodes", nargs="+", type=int, default=[1, 10, 100], metavar="MILLIONS", help=text)
        text = "of the cgroup and gas-run; default 512"
        parser.add_argument("--memory", type=int, default=512, metavar="MIB", help=text)
        parser.add_argument("--epochs", type=int, default=2, help="default 2")
        parser.add_argument("--halo-windows", default="auto", help="default: auto")
        parser.add_argument("--history-type", default="float32", help="default: float32")
        parser.add_argument("--keep", action="store_true", help="keep the stores")

    def measure(self) -> Page:
        saved = Saved(self.name)
        for millions in self.options.nodes:
            saved.put(f"{millions} M nodes, {self.options.history_type}", self.measure_size(millions))
        keys = sorted(saved.entries, key=lambda key: (key.split(", ")[1], int(key.split()[0])))
        body = [
            f"GCN of 2 layers, 32 wide, on planted communities of {PARTITION} nodes, each a partition, 4 a batch;"
            f" {EDGES_PER_NODE} edges a node, 10 % of them anywhere; 32 features in half precision. gas-run in a"
            " memory cgroup that counts page cache; *without file pages* is what the process has for itself, sampled"
            " five times a second.",
            "",
            *saved.table(keys, keys),
        ]
        return Page("Memory of training, whatever the number of nodes", body, "Each column is its latest run.")

    def make_store(self, millions: int) -> pathlib.Path:
        """Partitions are planted communities, so that batches of all graphs are alike."""
        path = self.programs.work / f"store-{millions}"
        if not (path / "manifest.json").exists():
            nodes = millions * 1_000_000
            say(f"{millions} M nodes: making the store")
            size = f"--nodes {nodes} --edges {EDGES_PER_NODE * nodes} --features 32 --feature-type float16 --classes 16"
            communities = f"--communities {nodes // PARTITION} --inside 0.9 --seed 1"
            data = self.programs.generate(f"data-{millions}", f"{size} {communities}")
            flags = "--feature-type float16 --partitioner file:communities.npy --memory 4GiB"
            self.programs.ingest(data, path, flags)
            shutil.rmtree(data)
        return path

    def train(self, path: pathlib.Path) -> Limited:
        options = self.options
        words = f"--model gcn --layers 2 --hidden 32 --dropout 0 --batch-partitions 4 --epochs {options.epochs}".split()
        memory = ["--memory", f"{options.memory}MiB", "--halo-windows", options.halo_windows]
        kept = ["--history-type", options.history_type, "--run", "memory", "--checkpoint-seconds", 1e6]
        command = [self.programs.folder / "gas-run", "train", path, *words, *memory, *kept, "--json", *QUIET]
        return Limited(command, options.memory << 20, self.programs.work)

    def measure_size(self, millions: int) -> dict[str, Any]:
        path = self.make_store(millions)
        say(f"{millions} M nodes: training")
        training = self.train(path)
        records = records_of_epochs(path, "memory")
        check_learnt(records, f"{millions} M nodes")
        numbers = self.numbers(path, training, records)
        shutil.rmtree(path if not self.options.keep else path / "runs/memory")
        return numbers

    def numbers(self, path: pathlib.Path, training: Limited, records: Records) -> dict[str, Any]:
        """What the page says of a run, in the order of its rows."""
        settings = read_json(path / "runs/memory/config.json")
        manifest = read_json(path / "manifest.json")
        nodes = manifest["nodeCount"]
        rate = statistics.median(record["edgesPerSecond"] for record in records) / 1e6
        return {
            "date": str(datetime.date.today()),
            "commit": self.programs.commit(),
            "nodes": nodes,
            "entries": manifest["edgeCount"],
            "halo rows a node": round(manifest["partitions"]["haloStarts"][-1] / nodes, 2),
            "store, MiB": column_bytes(path) >> 20,
            "limit of the cgroup, MiB": self.options.memory,
            "histories": self.options.history_type,
            "halo rows": halo_way(settings),
            "peak of the cgroup, MiB": training.peak >> 20,
            "peak without file pages, MiB": training.anonymous >> 20,
            "epochs, seconds": ", ".join(f"{record['trainSeconds']:.1f}" for record in records),
            "entries a second, M": round(rate, 2),
            "exact evaluation, seconds": f"{records[0]['evaluateSeconds']:.1f}" if len(records) > 1 else "–",
        }


BENCHMARK = ConstantMemory
