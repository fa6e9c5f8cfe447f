"""How fast gas-ingest generate makes edges and features; first that one thread, two and three make the same files."""

import argparse
import hashlib
import pathlib
import resource
import shutil
import statistics
import subprocess
import time

from gasbench.shared import pages
from gasbench.shared.benchmark import Benchmark
from gasbench.shared.messages import Failure
from gasbench.shared.pages import Page

KINDS = {
    "planted communities": "--kind planted --features 0",
    "R-MAT": "--kind rmat --features 0",
    "features, float16": "--features 64 --feature-type float16 --without-edges",
}


def fingerprint(folder: pathlib.Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


class Generate(Benchmark):
    name = "generate"
    summary = "how fast gas-ingest generate makes edges and features"
    tools = ("gas-ingest",)

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--edges", type=int, default=50, metavar="MILLIONS", help="default: 50")
        parser.add_argument("--rounds", type=int, default=3, help="default: 3")

    def measure(self) -> Page:
        self.check()
        options, rows = self.options, []
        for name, flags in KINDS.items():
            unit, share = ("rows", 50_000) if "--without-edges" in flags else ("edges", 1_000_000)
            for threads in (1, 2):
                rounds = [self.generate(options.edges, flags, threads) for _ in range(options.rounds)]
                seconds = statistics.median(rounds)
                rate = f"{options.edges * share / seconds / 1e6:.1f} M {unit}"
                rows.append([name, threads, f"{seconds:.1f}", rate])
        shutil.rmtree(self.folder)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
        note = (
            f"Commit {self.programs.commit()}. {options.edges} M edges between {options.edges * 50_000} nodes; labels"
            f" and splits are written beside them, and count. Medians of {options.rounds} rounds. Files are the same"
            f" with 1, 2 and 3 threads. Peak resident memory of all runs: {peak} MiB."
        )
        return Page("Generated graphs", pages.table(["", "threads", "seconds", "a second"], rows), note)

    @property
    def folder(self) -> pathlib.Path:
        return self.programs.work / "data"

    def check(self) -> None:
        """Files are the same whatever the number of threads."""
        for name, flags in KINDS.items():
            prints = []
            for threads in (1, 2, 3):
                self.generate(0.3, flags, threads)
                prints.append(fingerprint(self.folder))
            if any(other != prints[0] for other in prints):
                raise Failure(f"{name}: the files depend on the number of threads")

    def generate(self, millions: float, flags: str, threads: int) -> float:
        """Seconds."""
        shutil.rmtree(self.folder, ignore_errors=True)
        size = f"--nodes {int(millions * 50_000)} --edges {int(millions * 1_000_000)} --classes 32"
        words = f"generate {size} {flags} --threads {threads} --progress never --output".split()
        command = [str(self.programs.folder / "gas-ingest"), *words, str(self.folder)]
        start = time.monotonic()
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise Failure(done.stderr.strip())
        return time.monotonic() - start


BENCHMARK = Generate
