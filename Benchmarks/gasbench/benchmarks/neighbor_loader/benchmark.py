"""PyTorch Geometric's NeighborLoader over a store whose features alone exceed a memory cgroup that counts page cache.

The loader reads the store through gas_gnn.pyg. Rows and edges of some of its batches are then compared with those of a
Data object that is made in memory of the same files, outside of the cgroup. 4 M nodes with 160 features take 8 GB of
disk. The Python that PYTHON names needs PyTorch Geometric and lz4.
"""

import argparse
import json
import os
import pathlib
import shutil
from typing import Any

from gasbench.shared import machine, pages
from gasbench.shared.benchmark import Benchmark
from gasbench.shared.children import package_path, run_child, torch_python
from gasbench.shared.limited import Limited
from gasbench.shared.machine import mebibytes
from gasbench.shared.messages import Failure, say
from gasbench.shared.pages import Page
from gasbench.shared.places import ROOT
from gasbench.shared.programs import read_json

EDGES_PER_NODE = 10


class NeighborLoader(Benchmark):
    name = "neighbor-loader"
    summary = "PyTorch Geometric's NeighborLoader over a store larger than a memory cgroup"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--nodes", type=float, default=4, metavar="MILLIONS", help="default: 4")
        parser.add_argument("--features", type=int, default=160, metavar="WIDTH", help="default: 160")
        parser.add_argument("--memory", type=int, default=2048, metavar="MIB", help="of the cgroup; default: 2048")
        parser.add_argument("--batches", type=int, default=60, help="of 1024 seeds; default: 60")
        parser.add_argument("--keep", action="store_true", help="keep the graph and the store")

    def measure(self) -> Page:
        self.python = torch_python(self.programs.work)
        self.data, self.store = self.programs.work / "data", self.programs.work / "graph.store"
        self.saved = self.programs.work / "batches.npz"
        features = self.make_store()
        if features <= self.options.memory << 20:
            say(f"note: features of {mebibytes(features)} fit into the cgroup")
        cache = machine.drop_page_cache()
        say("NeighborLoader in the cgroup")
        loading = self.load()
        say("the same batches of a Data object in memory")
        script = [self.python, self.script, "check", self.data, self.saved]
        checked = run_child(script, self.environment).result
        if checked["wrong"]:
            raise Failure(f"{checked['wrong']} of {checked['batches']} batches are not those of the Data object")
        page = self.page(features, cache, loading, checked)
        if not self.options.keep:
            shutil.rmtree(self.data)
            shutil.rmtree(self.store)
        return page

    @property
    def script(self) -> pathlib.Path:
        return pathlib.Path(__file__).parent / "pyg.py"

    @property
    def environment(self) -> dict[str, str]:
        return {"PYTHONPATH": os.pathsep.join([*package_path().values(), str(ROOT / "Tools/python/src")])}

    def make_store(self) -> int:
        """Bytes of the features."""
        nodes = int(self.options.nodes * 1_000_000)
        if not (self.store / "manifest.json").exists():
            say(f"making a graph of {nodes} nodes")
            size = f"--nodes {nodes} --edges {nodes * EDGES_PER_NODE} --features {self.options.features} --classes 16"
            self.programs.generate("data", f"{size} --seed 1")
            self.programs.ingest(self.data, self.store, "--memory 4GiB")
        manifest = read_json(self.store / "manifest.json")
        if manifest["nodeCount"] != nodes or manifest["features"]["width"] != self.options.features:
            raise Failure(f"{self.store} has other sizes; remove it")
        return 4 * nodes * int(self.options.features)

    def load(self) -> tuple[Limited, Any]:
        words = ["env", *(f"{name}={value}" for name, value in self.environment.items()), self.python, self.script]
        task = ["load", self.store, self.saved, self.programs.work, self.options.batches]
        limited = Limited([*words, *task], self.options.memory << 20, self.programs.work)
        return limited, json.loads(limited.output)

    def page(self, features: int, cache: str, loading: tuple[Limited, Any], checked: Any) -> Page:
        limited, loaded = loading
        manifest = read_json(self.store / "manifest.json")
        rows = [
            ["nodes; entries of the adjacency", f"{manifest['nodeCount']}; {manifest['edgeCount']}"],
            ["**features**", f"**{mebibytes(features)}**"],
            ["row and colptr as int64, in a mapped file", mebibytes(loaded["csc_bytes"])],
            ["limit of the cgroup", f"{self.options.memory} MiB"],
            ["**peak of the cgroup**, with its page cache", f"**{mebibytes(limited.peak)}**"],
            ["the most of it that was not file pages", mebibytes(limited.anonymous)],
            ["before the first batch (importing, row and colptr)", f"{loaded['start_seconds']:.1f} s"],
            ["batches of 1024 seeds, of 10 and 5 neighbours", str(loaded["batches"])],
            ["nodes of a batch; edges", f"{loaded['nodes']:.0f}; {loaded['edges']:.0f}"],
            ["time of a batch", f"{1000 * loaded['seconds'] / loaded['batches']:.0f} ms"],
            ["read from the disk", mebibytes(limited.read_bytes)],
            ["batches compared with those of a Data object", str(checked["batches"])],
            ["their nodes and edges, all equal", f"{checked['nodes']}; {checked['edges']}"],
        ]
        body = [
            "`NeighborLoader((FeatureStore(store), GraphStore(store)), [10, 5], neighbor_sampler=NeighborSampler(…))`"
            f" of torch_geometric {loaded['version']}, seeds shuffled, one process, page cache before: {cache}. For"
            " the comparison the loader also takes all neighbours of some seeds: nodes and edges are then those of"
            " `k_hop_subgraph` on a Data object in memory, and all rows of features, labels and masks are the Data"
            " object's.",
            "",
            *pages.table(["", ""], rows),
        ]
        missed = [] if features > self.options.memory << 20 else ["features fit into the cgroup"]
        note = f"Programs of commit {self.programs.commit()}."
        return Page("NeighborLoader over a store larger than memory", body, note, missed)


BENCHMARK = NeighborLoader
