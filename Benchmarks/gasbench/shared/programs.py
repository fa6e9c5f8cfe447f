"""gas-ingest and gas-run for benchmarks: where they are, what they make, and what they say."""

import fcntl
import itertools
import json
import os
import pathlib
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterable
from typing import Any, TextIO

from gasbench.shared.children import last_line
from gasbench.shared.messages import Failure
from gasbench.shared.places import DATA, ROOT, WORK

# What graphs are ingested with, besides the edges.
PARTS = "--train train.npy --val val.npy --test test.npy"
INPUTS = "--features features.npz --labels labels.npy"
GENERATED_INPUTS = "--features features.npy --labels labels.npy"
# Without --overwrite a second call would stop, and progress is for people.
QUIET = ("--overwrite", "--progress", "never")

Json = Any
Records = list[dict[str, Any]]


def halo_way(settings: dict[str, Any]) -> str:
    """How halo rows reach batches, from a run's config.json."""
    way = settings["halo-windows"]
    return {0: "read by each batch", "mail": "sent"}.get(way, f"{way} windows")


def read_json(path: pathlib.Path) -> Json:
    return json.loads(path.read_text())


def all_records(store: pathlib.Path, run: str) -> Records:
    """What a run wrote of its epochs; the first record, of epoch 0, is that before training."""
    return [json.loads(line) for line in (store / "runs" / run / "metrics.jsonl").read_text().splitlines()]


def records_of_epochs(store: pathlib.Path, run: str) -> Records:
    """Those of the epochs that were trained."""
    return [record for record in all_records(store, run) if record["epoch"] > 0]


def check_learnt(records: Records, what: str = "") -> None:
    """Training whose loss does not fall is not worth timing."""
    if not records[-1]["loss"] < records[0]["loss"]:
        raise Failure(f"{what}: nothing was learnt" if what else "nothing was learnt")


def remove_store(store: pathlib.Path) -> None:
    """Removes a store of an earlier call: gas-ingest does not replace one that has trained runs."""
    shutil.rmtree(store, ignore_errors=True)


def column_bytes(store: pathlib.Path) -> int:
    """Of a store's columns on the disk."""
    return sum(file.stat().st_size for file in (store / "columns").iterdir())


class Programs:
    """The programs, and stores that each call of a benchmark makes once."""

    def __init__(self, benchmark: str, tools: Iterable[str] = ("gas-ingest", "gas-run")) -> None:
        self.tools = tuple(tools)
        self.work = WORK / benchmark
        self.work.mkdir(parents=True, exist_ok=True)
        self._alone = self._lock_work()
        self.folder = pathlib.Path(os.environ["GAS_BIN"]).resolve() if os.environ.get("GAS_BIN") else self._build()
        for tool in self.tools:
            if not (self.folder / tool).exists():
                raise Failure(f"{self.folder} has no {tool}; GAS_BIN names the folder of the programs")
        self._stores: dict[tuple[str, str], tuple[pathlib.Path, Json]] = {}
        self._lock = threading.Lock()

    def _lock_work(self) -> TextIO:
        """Held until the process ends: a second call of the same benchmark would write over the stores of the first."""
        lock = open(self.work / "lock", "w")  # noqa: SIM115
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            advice = "wait for it, or name another GAS_WORK"
            raise Failure(f"the same benchmark is running in {self.work}; {advice}") from None
        return lock

    def _build(self) -> pathlib.Path:
        swift = ["swift", "build", "--package-path", str(ROOT), "-c", "release"]
        for product in self.tools:
            if subprocess.run([*swift, "--product", product], stdout=sys.stderr).returncode != 0:
                raise Failure(f"building {product} failed; Tools/quickstart installs the libraries that it needs")
        path = subprocess.run([*swift, "--show-bin-path"], stdout=subprocess.PIPE, text=True, check=True).stdout
        return pathlib.Path(path.strip())

    def commit(self) -> str:
        """Of the checkout that the programs are in, when they were built; a + if its sources differ now."""
        return self.commit_of(self.folder / self.tools[-1])

    @staticmethod
    def commit_of(program: pathlib.Path) -> str:
        """Of the checkout that a program is in, when it was built."""
        git = ["git", "-C", str(program.parent)]
        built = int(program.stat().st_mtime)
        last = [*git, "log", "-1", "--first-parent", f"--before=@{built}", "--format=%h"]
        status = [*git, "status", "--porcelain", "--untracked-files=no", "--", ":/Sources", ":/Tools"]
        commit, changed = (subprocess.run(words, capture_output=True, text=True).stdout for words in (last, status))
        return commit.strip() + ("+" if changed else "") or "unknown"

    def command(self, tool: str) -> list[str]:
        """The words that start a program."""
        return [str(self.folder / tool)]

    def call(self, tool: str, *arguments: object, folder: pathlib.Path | None = None) -> Json:
        """What a program prints with --json."""
        command = [*self.command(tool), *map(str, arguments), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
        if done.returncode != 0:
            raise Failure(f"{' '.join(command)}: {last_line(done.stderr)} (exit status {done.returncode})")
        return json.loads(done.stdout)

    def generate(self, name: str, flags: str) -> pathlib.Path:
        """A folder of the work folder with a generated graph."""
        folder = self.work / name
        self.call("gas-ingest", "generate", *flags.split(), "--output", folder, *QUIET)
        return folder

    def ingest(self, data: pathlib.Path, store: pathlib.Path, flags: str) -> Json:
        """What gas-ingest reports of a generated graph's store, which has features, labels and splits."""
        remove_store(store)
        return self.call("gas-ingest", *self.ingest_options(store, flags), folder=data)

    def ingest_options(self, store: pathlib.Path, flags: str) -> list[object]:
        """What `ingest` calls gas-ingest with, in the folder of the graph."""
        return ["edges.npy", *f"{GENERATED_INPUTS} {PARTS} {flags}".split(), "--output", store, *QUIET]

    def inputs(self, graph: str, generated: str) -> tuple[pathlib.Path, str]:
        """The folder of a data set, and the name of its edges."""
        if generated:
            return self.generate(graph, generated), "edges.npy"
        folder = DATA / graph
        if not folder.is_dir():
            raise Failure(f"{DATA} has no folder {graph}; set GAS_DATA")
        return folder, "edges.tsv.gz"

    def store(self, graph: str, flags: str, generated: str = "") -> tuple[pathlib.Path, Json]:
        """The store of a data set, made anew the first time that it is asked for, and what gas-ingest reported.

        With `generated`, options of gas-ingest generate, the data set is made for it.
        """
        words = flags.split()
        value = dict(itertools.pairwise(words))
        name = f"{graph}-{value.get('--partitioner', 'metis')}-{value.get('--partitions', 'default')}"
        with self._lock:
            if (graph, flags) not in self._stores:
                folder, edges = self.inputs(graph, generated)
                path = self.work / f"{name}.store"
                remove_store(path)
                report = self.call("gas-ingest", edges, *words, "--output", path, *QUIET, folder=folder)
                if generated:
                    shutil.rmtree(folder)
                self._stores[graph, flags] = path, report
            return self._stores[graph, flags]

    def train(self, store: pathlib.Path, run: str, *options: object) -> tuple[Json, Records]:
        """Result and records of epochs of a run on one thread; the run itself is not kept."""
        result = self.call("gas-run", "train", store, *options, "--threads", 1, "--run", run, *QUIET)
        if not result["isComplete"]:
            raise Failure(f"the run {run} was stopped before its last epoch")
        records = all_records(store, run)
        folder = store / "runs" / run
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
        return result, records
