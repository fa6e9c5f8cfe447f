"""Whether the disk's time hides behind computing: the same training without a limit, and in a memory cgroup that counts
page cache and is a quarter of what an epoch works on (the store, two histories, the features' aggregation): as gas-run
plans it, without prefetching, with halo rows that are copied together in windows, and with batches that each read their
own.

On a planted graph and, as the worst case for any partitioner, an R-MAT graph of the same size. Each run starts from a
cold page cache, which takes root; a page of runs that did not says so.
"""

import argparse
import datetime
import pathlib
import shutil
import statistics
from typing import Any

from gasbench.shared import pages
from gasbench.shared.benchmark import Benchmark, Saved
from gasbench.shared.limited import Limited
from gasbench.shared.machine import drop_page_cache
from gasbench.shared.messages import Failure, say
from gasbench.shared.pages import Page
from gasbench.shared.programs import QUIET, check_learnt, column_bytes, halo_way, read_json, records_of_epochs

UNLIMITED = "no limit"
WAYS: dict[str, tuple[object, ...]] = {
    UNLIMITED: ("--halo-windows", 0),
    "as planned": (),
    "no prefetching": ("--no-prefetch",),
    "windows": ("--halo-windows", 4),
    "each batch its own halo": ("--halo-windows", 0),
}
ROW_BYTES = {"float32": 256, "float16": 128, "bfloat16": 128, "int8": 68}
PARTITION = 12_500
GIB = 1 << 30
HEAD = [
    "graph",
    "way",
    "epoch, s",
    "times that without a limit",
    "of it waited, s",
    "halo rows",
    "loss",
    "read, written, GiB",
    "without file pages, MiB",
    "peak of the cgroup, MiB",
]


class DiskHidden(Benchmark):
    name = "disk-hidden"
    summary = "training in a quarter of the memory that it works on against no limit"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        graphs = ["planted", "rmat"]
        text = "default 4, with ten edges each"
        parser.add_argument("--nodes", type=int, default=4, metavar="MILLIONS", help=text)
        parser.add_argument("--graphs", nargs="+", choices=graphs, default=graphs, help="default: both")
        parser.add_argument("--history-type", choices=ROW_BYTES, default="float32", help="default: float32")
        text = f"of {', '.join(WAYS)}; default: all; the first is always taken"
        parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS), metavar="WAY", help=text)
        parser.add_argument("--epochs", type=int, default=3, help="default 3; the first is not counted")

    def measure(self) -> Page:
        saved = Saved(self.name)
        for graph in self.options.graphs:
            saved.put(self.name_of(graph), self.measure_graph(graph))
        measured = saved.entries.values()
        body = [
            "GCN of 3 layers, 64 wide, 64 features in half precision; partitions of 12 500 nodes, one a batch. An epoch"
            " is training alone; the first of each run is not counted. *Read, written*: in the whole run, with its"
            " evaluations.",
            "",
            *(line for one in measured for line in (one["note"], "")),
            *pages.table(HEAD, [row for one in measured for row in one["rows"]]),
        ]
        note = "Each graph and type of history is its latest run."
        return Page("Training with a quarter of the memory", body, note)

    def name_of(self, graph: str) -> str:
        return f"{graph}, {self.options.history_type}"

    def make_store(self, graph: str) -> pathlib.Path:
        nodes = self.options.nodes * 1_000_000
        say(f"{graph}: making the store")
        kind = f"--communities {nodes // PARTITION} --inside 0.9" if graph == "planted" else "--kind rmat"
        size = f"--nodes {nodes} --edges {10 * nodes} --features 64 --feature-type float16 --classes 16 --seed 1"
        data = self.programs.generate(f"data-{graph}", f"{size} {kind}")
        path = self.programs.work / f"store-{graph}"
        partitioner = "file:communities.npy" if graph == "planted" else "stream"
        parts = f"--partitioner {partitioner} --partitions {nodes // PARTITION}"
        self.programs.ingest(data, path, f"--feature-type float16 {parts}")
        shutil.rmtree(data)
        return path

    def train(self, path: pathlib.Path, way: str, limit: int) -> dict[str, Any]:
        """What a run took; without a limit, in a group that is larger than any machine."""
        options, epochs = self.options, self.options.epochs
        words = "--model gcn --layers 3 --hidden 64 --dropout 0 --batch-partitions 1 --run hidden".split()
        epoch_words = ["--epochs", epochs, "--evaluate-every", epochs, "--history-type", options.history_type]
        memory = ["--memory", limit] if way != UNLIMITED else []
        kept = ["--checkpoint-seconds", 1e6, "--json", *QUIET]
        program = self.programs.folder / "gas-run"
        cache = drop_page_cache()
        command = [program, "train", path, *words, *epoch_words, *kept, *WAYS[way], *memory]
        run = Limited(command, limit if way != UNLIMITED else 1 << 40, self.programs.work)
        records = records_of_epochs(path, "hidden")
        check_learnt(records)
        trained = records[1:]
        waited = [record["waitedSeconds"] for record in trained[:-1]]
        return {
            "seconds": statistics.median(record["trainSeconds"] for record in trained),
            # The last record counts its evaluation's too, so that a single one says nothing.
            "waited": f"{statistics.median(waited):.1f}" if waited else "–",
            "way": halo_way(read_json(path / "runs/hidden/config.json")),
            "loss": records[-1]["loss"],
            "run": run,
            "cache": cache,
        }

    def measure_graph(self, graph: str) -> dict[str, Any]:
        """Rows of the table, and a note of the graph."""
        path = self.make_store(graph)
        manifest = read_json(path / "manifest.json")
        nodes = manifest["nodeCount"]
        # What an epoch works on: the store, two histories, the features' aggregation.
        total = column_bytes(path) + nodes * (2 * ROW_BYTES[self.options.history_type] + 256)
        limit = total // 4 >> 20 << 20
        rows: list[list[str]] = []
        base, caches = 0.0, set()
        for way in [way for way in WAYS if way == UNLIMITED or way in self.options.ways]:
            say(f"{graph}: {way}")
            try:
                found = self.train(path, way, limit)
            except Failure as failure:
                if way == UNLIMITED:
                    raise
                rows.append([self.name_of(graph), way, str(failure), *["–"] * 7])
                continue
            caches.add(found["cache"])
            base = base or found["seconds"]
            rows.append([self.name_of(graph), way, *self.cells(found, base, limit if way != UNLIMITED else None)])
        halo = manifest["partitions"]["haloStarts"][-1] / nodes
        note = (
            f"{self.name_of(graph)} ({datetime.date.today()}, {self.programs.commit()}): {nodes} nodes,"
            f" {manifest['edgeCount']} entries, {halo:.2f} halo rows a node; an epoch works on {total / GIB:.2f} GiB,"
            f" the cgroup has {limit >> 20} MiB."
        )
        if caches != {"cold"}:
            note += f" The page cache at the start: {', '.join(sorted(caches))}."
        shutil.rmtree(path)
        return {"rows": rows, "note": note}

    def cells(self, found: dict[str, Any], base: float, limit: int | None) -> list[str]:
        run: Limited = found["run"]
        return [
            f"{found['seconds']:.1f}",
            f"{found['seconds'] / base:.2f}",
            found["waited"],
            found["way"],
            f"{found['loss']:.4f}",
            f"{run.read_bytes / GIB:.1f}, {run.written_bytes / GIB:.1f}",
            f"{run.anonymous >> 20}",
            f"{run.peak >> 20}" + (f" of {limit >> 20}" if limit else ""),
        ]


BENCHMARK = DiskHidden
