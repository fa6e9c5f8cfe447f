#!/usr/bin/env python3
"""What each thread did when in an epoch whose histories do not fit the memory: `gas-run train --trace`, summed up and drawn.

Fails if the threads that read and copy do not work beside the one that computes. Writes Benchmarks/results/trace.md and trace.svg, some
steps of the epoch. GAS_BIN and GAS_WORK: see Benchmarks/common/programs.py.
"""
import argparse
import collections
import json
import pathlib
import shutil
import sys
import xml.sax.saxutils

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))

import pages
from cgroup import Limited
from programs import RESULTS, Failure, Programs, say

LANES = ("main", "worker 0", "worker 1", "prefetcher", "stager")
COLOURS = {"wait": "#d9d9d9", "push": "#e6ab02", "backward": "#7570b3", "update weights": "#a6761d", "read graph": "#66a61e",
           "read input": "#a6d854", "pull histories": "#1b9e77", "stage halo rows": "#e7298a", "list halos": "#f781bf"}


def parse():
    parser = argparse.ArgumentParser(prog="Benchmarks/trace/run", description=__doc__)
    parser.add_argument("--nodes", type=int, default=2_000_000, help="default 2000000, with ten edges each")
    parser.add_argument("--memory", type=int, default=448, metavar="MIB", help="default 448")
    parser.add_argument("--steps", type=int, default=6, help="steps that are drawn; default 6")
    return parser.parse_args()


def spans(programs, options):
    say("making the graph and training")
    nodes = options.nodes
    data = programs.generate("data", f"--nodes {nodes} --edges {10 * nodes} --features 64 --feature-type float16 --classes 16 --communities"
                             f" {nodes // 12_500} --inside 0.9 --seed 1")
    store = programs.work / "store"
    programs.call("gas-ingest", "edges.npy", "--features", "features.npy", "--feature-type", "float16", "--labels", "labels.npy", "--train",
                  "train.npy", "--val", "val.npy", "--test", "test.npy", "--partitioner", "file:communities.npy", "--output", store, "--overwrite",
                  "--progress", "never", folder=data)
    shutil.rmtree(data)
    trace = programs.work / "trace.json"
    command = [programs.folder / "gas-run", "train", store, "--layers", 3, "--hidden", 64, "--dropout", 0, "--epochs", 2, "--evaluate-every", 3,
               "--batch-partitions", 2, "--memory", f"{options.memory}MiB", "--halo-windows", 4, "--run", "trace", "--overwrite", "--trace", trace,
               "--json", "--progress", "never"]
    Limited(command, options.memory << 20, programs.work)
    shutil.rmtree(store)
    events = json.loads(trace.read_text())["traceEvents"]
    lanes = {event["tid"]: event["args"]["name"] for event in events if event["ph"] == "M"}
    found = [(lanes[event["tid"]], event["name"], event["ts"] / 1e6, (event["ts"] + event["dur"]) / 1e6) for event in events if event["ph"] == "X"]
    # The epoch alone, without the evaluation behind it.
    end = max(last for _, name, _, last in found if name == "update weights")
    return [span for span in found if span[3] <= end]


def busy(found, lane):
    """Ranges of time in which a lane did something, joined."""
    joined = []
    for _, _, first, last in sorted((span for span in found if span[0] == lane and span[1] != "wait"), key=lambda span: span[2]):
        if joined and first <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], last)
        else:
            joined.append([first, last])
    return joined


def overlap(a, b):
    total, i, j = 0.0, 0, 0
    while i < len(a) and j < len(b):
        total += max(0.0, min(a[i][1], b[j][1]) - max(a[i][0], b[j][0]))
        if a[i][1] < b[j][1]:
            i += 1
        else:
            j += 1
    return total


def draw(found, steps):
    """Some steps from the middle of the epoch."""
    ends = sorted(last for _, name, _, last in found if name == "update weights")
    middle = len(ends) // 2
    first, last = ends[middle], ends[min(middle + steps, len(ends) - 1)]
    width, height, left, row = 1100, 34, 90, 44
    scale = (width - left - 10) / (last - first)
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{row * len(LANES) + 60}" font-family="sans-serif" font-size="12">']
    names = collections.OrderedDict()
    for place, lane in enumerate(LANES):
        y = place * row + 8
        lines.append(f'<text x="4" y="{y + 21}">{lane}</text>')
        for _, name, start, end in (span for span in found if span[0] == lane and span[3] > first and span[2] < last):
            start, end = max(start, first), min(end, last)
            colour = COLOURS.get(name, "#80b1d3")
            names[name] = colour
            lines.append(f'<rect x="{left + (start - first) * scale:.1f}" y="{y}" width="{max(0.3, (end - start) * scale):.1f}" height="{height}"'
                         f' fill="{colour}"><title>{xml.sax.saxutils.escape(name)} {1000 * (end - start):.1f} ms</title></rect>')
    y, x = row * len(LANES) + 20, left
    for name, colour in names.items():
        lines.append(f'<rect x="{x}" y="{y}" width="12" height="12" fill="{colour}"/><text x="{x + 16}" y="{y + 11}">{name}</text>')
        x += 24 + 7 * len(name)
    lines.append(f'<text x="{left}" y="{y + 34}">{1000 * (last - first):.0f} ms, {steps} steps</text></svg>')
    (RESULTS / "trace.svg").write_text("\n".join(lines) + "\n")


def main():
    options = parse()
    programs = Programs("trace")
    found = spans(programs, options)
    first, last = min(span[2] for span in found), max(span[3] for span in found)
    main_busy = busy(found, "main")
    rows, beside = [], {}
    for lane in LANES:
        own = busy(found, lane)
        seconds = sum(end - start for start, end in own)
        beside[lane] = overlap(own, main_busy) / seconds if seconds else 0
        sums = collections.Counter()
        for _, name, start, end in (span for span in found if span[0] == lane):
            sums[name] += end - start
        rows.append([lane, f"{seconds:.2f}", f"{beside[lane]:.0%}" if lane != "main" else "", ", ".join(f"{name} {value:.2f}" for name, value in sums.most_common())])
    if min(beside["prefetcher"], beside["stager"]) < 0.5:
        raise Failure(f"reading and computing hardly overlap: {beside}")
    draw(found, options.steps)
    pages.write("trace", [
        "# What each thread does in an epoch", "", f"{pages.origin(' '.join(['Benchmarks/trace/run', *sys.argv[1:]]))} gas-run of {programs.commit()}.", "",
        f"GCN of 3 layers, 64 wide, on {options.nodes} planted nodes with ten edges each, in a cgroup of {options.memory} MiB with page cache; the epoch took"
        f" {last - first:.2f} s. `gas-run train --trace FILE` writes the same as Chrome trace JSON for ui.perfetto.dev.", "", "![steps](trace.svg)", "",
        *pages.table(["thread", "busy, s", "of that while main was computing", "with, s"], rows)])


try:
    main()
except Failure as failure:
    sys.exit(f"Benchmarks/trace/run: {failure}")
