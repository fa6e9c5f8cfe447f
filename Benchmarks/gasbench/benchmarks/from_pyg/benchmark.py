"""Weights of PyTorch Geometric, exact inference here: a GraphSAGE of PyTorch Geometric learns on sampled neighbourhoods
of a generated graph, its weights become a run (gas_gnn.pyg.from_pyg), and gas-run infer computes all nodes inside a
memory cgroup that counts page cache.

Before it reports, PyTorch Geometric computes some nodes from their full neighbourhoods, read from the edge file: both
have to have the same outputs. 50 M edges take 3 GB of disk. The Python that PYTHON names needs PyTorch Geometric.
"""

import argparse
import os
import pathlib
import shutil
from typing import Any

from gasbench.shared import pages
from gasbench.shared.benchmark import Benchmark
from gasbench.shared.children import package_path, run_child, torch_python
from gasbench.shared.limited import Limited
from gasbench.shared.machine import mebibytes
from gasbench.shared.messages import Failure, say
from gasbench.shared.pages import Page
from gasbench.shared.places import ROOT
from gasbench.shared.programs import QUIET, column_bytes, read_json

# Relative to the largest output: float32 sums of other orders.
TOLERANCE = 1e-5
CLASSES = 16
EDGES_PER_NODE = 20


class FromPyG(Benchmark):
    name = "from-pyg"
    summary = "exact inference in 2 GiB with weights that PyTorch Geometric learnt on a sample"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--edges", type=int, default=50, metavar="MILLIONS", help="default: 50")
        parser.add_argument("--memory", type=int, default=2048, metavar="MIB", help="of the cgroup; default: 2048")
        parser.add_argument("--checked", type=int, default=500, metavar="NODES", help="compared with PyG; default: 500")
        parser.add_argument("--keep", action="store_true", help="keep graph and store, and use those that are kept")

    def measure(self) -> Page:
        self.python = torch_python(self.programs.work)
        self.data, self.store = self.programs.work / "data", self.programs.work / "graph.store"
        self.make_store()
        say("PyTorch Geometric learns on a sample")
        learnt = self.pyg("learn")
        logits = self.programs.work / "logits.npy"
        forget(self.store)
        say("exact inference")
        inference = self.infer(logits)
        say("PyTorch Geometric computes some nodes from their full neighbourhoods")
        checked = self.pyg("check", logits, self.options.checked)
        if not checked["difference"] <= TOLERANCE:
            raise Failure(
                f"outputs differ by {checked['difference']:.1e} of the largest; at most {TOLERANCE:.0e} may be"
            )
        page = self.page(learnt, inference, checked)
        if not self.options.keep:
            shutil.rmtree(self.data)
            shutil.rmtree(self.store)
        return page

    def make_store(self) -> None:
        nodes = self.options.edges * 1_000_000 // EDGES_PER_NODE
        manifest = self.store / "manifest.json"
        if self.options.keep and manifest.exists() and read_json(manifest)["nodeCount"] == nodes:
            return
        say(f"making a graph of {nodes} nodes")
        flags = f"--nodes {nodes} --edges {self.options.edges * 1_000_000} --features 32 --classes {CLASSES}"
        self.programs.generate("data", flags)
        self.programs.ingest(self.data, self.store, f"--memory {self.options.memory}MiB")

    def pyg(self, task: str, *words: object) -> Any:
        script = pathlib.Path(__file__).parent / "pyg.py"
        paths = os.pathsep.join([*package_path().values(), str(ROOT / "Tools/python/src")])
        environment = {"PYTHONPATH": paths, "GAS_BIN": str(self.programs.folder)}
        command = [self.python, script, task, self.data, self.store, self.programs.work / "weights.pt", *words]
        return run_child(command, environment).result

    def infer(self, logits: pathlib.Path) -> Limited:
        memory = self.options.memory
        words = ["infer", self.store, "--run", "from-pyg", "--logits", logits, "--memory", f"{memory}MiB", "--json"]
        return Limited([self.programs.folder / "gas-run", *words, *QUIET], memory << 20, self.programs.work)

    def page(self, learnt: Any, inference: Limited, checked: Any) -> Page:
        manifest = read_json(self.store / "manifest.json")
        rows = [
            ["nodes; entries of the adjacency", f"{manifest['nodeCount']}; {manifest['edgeCount']}"],
            ["store", mebibytes(column_bytes(self.store))],
            ["nodes and edges of the sample that was learnt on", f"{learnt['nodes']}; {learnt['edges']}"],
            ["limit of the cgroup", f"{self.options.memory} MiB"],
            ["**exact inference of all nodes**", f"**{inference.seconds:.0f} s**"],
            [
                "peak of the cgroup; without file pages",
                f"{mebibytes(inference.peak)}; {mebibytes(inference.anonymous)}",
            ],
            ["read, written", f"{mebibytes(inference.read_bytes)}, {mebibytes(inference.written_bytes)}"],
            ["test accuracy, a fifth of the labels is random", f"{100 * checked['accuracy']:.1f} %"],
            ["nodes compared; nodes and edges of their neighbourhoods", checked["sizes"]],
            [
                "largest difference, of the largest output",
                f"{checked['difference']:.1e}; at most {TOLERANCE:.0e} may be",
            ],
        ]
        body = [
            "`torch_geometric.nn.GraphSAGE`, 2 layers, 64 wide, batch norm, learnt by PyTorch Geometric"
            f" {learnt['version']} on sampled neighbourhoods; `gas_gnn.pyg.from_pyg`; `gas-run infer` in the cgroup,"
            " with the store's pages dropped before. Then PyTorch Geometric's outputs of some nodes, from all their"
            " neighbours within two steps in the edge file.",
            "",
            *pages.table(["", ""], rows),
        ]
        note = f"Programs of commit {self.programs.commit()}."
        return Page("Exact inference with weights of PyTorch Geometric", body, note)


def forget(folder: pathlib.Path) -> None:
    """Takes the files' pages out of the page cache, where they would count for no cgroup."""
    for path in folder.rglob("*"):
        if path.is_file():
            with open(path, "rb") as file:
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


BENCHMARK = FromPyG
