"""gas-ingest and gas-run for benchmarks: where they are, what they make, and what they say.

GAS_DATA=DIR   folder of the data sets; default ../shared/data beside the checkout
GAS_BIN=DIR    uses the programs of that folder instead of building them
GAS_WORK=DIR   work folder; default .build/benchmarks in the checkout
"""
import fcntl
import json
import os
import pathlib
import shutil
import subprocess
import sys
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("GAS_DATA") or ROOT / "../shared/data").resolve()
WORK = pathlib.Path(os.environ.get("GAS_WORK") or ROOT / ".build/benchmarks").resolve()
RESULTS = ROOT / "Benchmarks/results"
# What graphs are ingested with, besides the edges.
PARTS = "--train train.npy --val val.npy --test test.npy"
INPUTS = "--features features.npz --labels labels.npy"


class Failure(Exception):
    """Told in one line."""


def say(text):
    print(text, file=sys.stderr, flush=True)


def halo_way(settings):
    """How halo rows reach batches, from a run's config.json."""
    way = settings["halo-windows"]
    return {0: "read by each batch", "mail": "sent"}.get(way, f"{way} windows")


class Programs:
    """The programs, and stores that each call of a benchmark makes once."""

    def __init__(self, benchmark, tools=("gas-ingest", "gas-run")):
        self.tools = tools
        self.work = WORK / benchmark
        self.work.mkdir(parents=True, exist_ok=True)
        self._alone = self._lock_work()
        self.folder = pathlib.Path(os.environ["GAS_BIN"]).resolve() if os.environ.get("GAS_BIN") else self._build()
        for tool in tools:
            if not (self.folder / tool).exists():
                raise Failure(f"{self.folder} has no {tool}; GAS_BIN names the folder of the programs")
        self._stores, self._lock = {}, threading.Lock()

    def _lock_work(self):
        """Held until the process ends: a second call of the same benchmark would write over the stores of the first."""
        lock = open(self.work / "lock", "w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failure(f"the same benchmark is running in {self.work}; wait for it, or name another GAS_WORK") from None
        return lock

    def _build(self):
        swift = ["swift", "build", "--package-path", str(ROOT), "-c", "release"]
        for product in self.tools:
            if subprocess.run([*swift, "--product", product], stdout=sys.stderr).returncode != 0:
                raise Failure(f"building {product} failed; Tools/quickstart installs the libraries that it needs")
        path = subprocess.run([*swift, "--show-bin-path"], stdout=subprocess.PIPE, text=True, check=True).stdout
        return pathlib.Path(path.strip())

    def commit(self):
        """Of the checkout that the programs are in, at the time at which they were built; a + if its sources differ now."""
        git = ["git", "-C", str(self.folder)]
        built = int((self.folder / self.tools[-1]).stat().st_mtime)
        last = subprocess.run([*git, "log", "-1", "--first-parent", f"--before=@{built}", "--format=%h"],
                              capture_output=True, text=True)
        changed = subprocess.run([*git, "status", "--porcelain", "--untracked-files=no", "--", ":/Sources", ":/Tools"],
                                 capture_output=True, text=True).stdout
        return last.stdout.strip() + ("+" if changed else "") or "unknown"

    def call(self, tool, *arguments, folder=None):
        """What a program prints with --json."""
        command = [str(self.folder / tool), *map(str, arguments), "--json"]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder)
        if done.returncode != 0:
            reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise Failure(f"{' '.join(command)}: {reason} (exit status {done.returncode})")
        return json.loads(done.stdout)

    def generate(self, name, flags):
        """A folder of the work folder with a generated graph."""
        folder = self.work / name
        self.call("gas-ingest", "generate", *flags.split(), "--output", folder, "--overwrite", "--progress", "never")
        return folder

    def store(self, graph, flags, generated=None):
        """The store of a data set, made anew the first time that it is asked for, and what gas-ingest reported. With `generated`,
        options of gas-ingest generate, the data set is made for it."""
        words = flags.split()
        value = {word: after for word, after in zip(words, words[1:])}
        name = f"{graph}-{value.get('--partitioner', 'metis')}-{value.get('--partitions', 'default')}"
        with self._lock:
            if (graph, flags) not in self._stores:
                folder = self.generate(graph, generated) if generated else DATA / graph
                if not folder.is_dir():
                    raise Failure(f"{DATA} has no folder {graph}; set GAS_DATA")
                path = self.work / f"{name}.store"
                edges = "edges.npy" if generated else "edges.tsv.gz"
                report = self.call("gas-ingest", edges, *words, "--output", path, "--overwrite", "--progress", "never",
                                   folder=folder)
                if generated:
                    shutil.rmtree(folder)
                self._stores[graph, flags] = path, report
            return self._stores[graph, flags]

    def train(self, store, run, *options):
        """Result and records of epochs of a run on one thread; the run itself is not kept."""
        result = self.call("gas-run", "train", store, *options, "--threads", 1, "--run", run, "--overwrite",
                           "--progress", "never")
        if not result["isComplete"]:
            raise Failure(f"the run {run} was stopped before its last epoch")
        folder = store / "runs" / run
        records = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
        return result, records
