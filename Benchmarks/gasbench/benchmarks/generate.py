#!/usr/bin/env python3
"""How fast gas-ingest generate makes edges and features; first that one thread and two make the same files.

Writes Benchmarks/results/generate.md. GAS_BIN and GAS_WORK: see Benchmarks/common/programs.py.
"""
import argparse
import hashlib
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))

import pages
from programs import Failure, Programs

KINDS = {
    "planted communities": ["--kind", "planted", "--features", 0],
    "R-MAT": ["--kind", "rmat", "--features", 0],
    "features, float16": ["--features", 64, "--feature-type", "float16", "--without-edges"],
}


def parse():
    parser = argparse.ArgumentParser(prog="Benchmarks/generate/run", description=__doc__)
    parser.add_argument("--edges", type=int, default=50, metavar="MILLIONS", help="default: 50")
    parser.add_argument("--rounds", type=int, default=3, help="default: 3")
    return parser.parse_args()


def generate(programs, folder, millions, flags, threads):
    """Seconds."""
    shutil.rmtree(folder, ignore_errors=True)
    command = [programs.folder / "gas-ingest", "generate", "--nodes", int(millions * 50_000), "--edges",
               int(millions * 1_000_000), "--classes", 32, *flags, "--threads", threads, "--progress", "never",
               "--output", folder]
    start = time.monotonic()
    done = subprocess.run(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Failure(done.stderr.strip())
    return time.monotonic() - start


def fingerprint(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def main():
    options = parse()
    programs = Programs("generate", tools=("gas-ingest",))
    folder = programs.work / "data"
    for name, flags in KINDS.items():
        prints = []
        for threads in (1, 2, 3):
            generate(programs, folder, 0.3, flags, threads)
            prints.append(fingerprint(folder))
        if any(other != prints[0] for other in prints):
            raise Failure(f"{name}: the files depend on the number of threads")
    rows = []
    for name, flags in KINDS.items():
        count = options.edges * (50_000 if "--without-edges" in flags else 1_000_000)
        for threads in (1, 2):
            seconds = statistics.median(generate(programs, folder, options.edges, flags, threads) for _ in range(options.rounds))
            unit = "rows" if "--without-edges" in flags else "edges"
            rows.append([name, threads, f"{seconds:.1f}", f"{count / seconds / 1e6:.1f} M {unit}"])
    shutil.rmtree(folder)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    pages.write("generate", [
        "# Generated graphs", "", pages.origin(" ".join(["Benchmarks/generate/run", *sys.argv[1:]])),
        f"Commit {programs.commit()}. {options.edges} M edges between {options.edges * 50_000} nodes; labels and splits are written beside them, "
        f"and count. Medians of {options.rounds} rounds. Files are the same with 1, 2 and 3 threads. Peak resident memory of all "
        f"runs: {peak} MiB.", "", *pages.table(["", "threads", "seconds", "a second"], rows)])


try:
    main()
except Failure as failure:
    sys.exit(f"Benchmarks/generate/run: {failure}")
