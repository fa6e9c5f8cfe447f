"""What each thread did when in an epoch whose histories do not fit the memory: `gas-run train --trace`, summed up and
drawn.

Fails if the threads that read and copy do not work beside the one that computes. Writes trace.svg beside its page, some
steps of the epoch.
"""

import argparse
import collections
import json
import pathlib
import shutil
import xml.sax.saxutils
from typing import NamedTuple

from gasbench.shared import pages
from gasbench.shared.benchmark import Benchmark
from gasbench.shared.limited import Limited
from gasbench.shared.messages import Failure, say
from gasbench.shared.pages import Page
from gasbench.shared.places import RESULTS
from gasbench.shared.programs import QUIET

LANES = ("main", "worker 0", "worker 1", "prefetcher", "reader", "stager")
COLOURS = {
    "wait": "#d9d9d9",
    "push": "#e6ab02",
    "backward": "#7570b3",
    "update weights": "#a6761d",
    "read halo": "#b2df8a",
    "read graph": "#66a61e",
    "read input": "#a6d854",
    "pull histories": "#1b9e77",
    "stage halo rows": "#e7298a",
    "list halos": "#f781bf",
}
OTHER_COLOUR = "#80b1d3"
# Of the drawing: its width, the height of a bar, where time begins, and the distance of lanes.
WIDTH, BAR, LEFT, LANE = 1100, 34, 90, 44


class Span(NamedTuple):
    """Something that a lane did; times in seconds."""

    lane: str
    name: str
    first: float
    last: float


Ranges = list[tuple[float, float]]


def busy(spans: list[Span], lane: str) -> Ranges:
    """Ranges of time in which a lane did something, joined."""
    joined: Ranges = []
    own = sorted((span for span in spans if span.lane == lane and span.name != "wait"), key=lambda span: span.first)
    for span in own:
        if joined and span.first <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], span.last)
        else:
            joined.append((span.first, span.last))
    return joined


def overlap(a: Ranges, b: Ranges) -> float:
    """Seconds in both."""
    total, i, j = 0.0, 0, 0
    while i < len(a) and j < len(b):
        total += max(0.0, min(a[i][1], b[j][1]) - max(a[i][0], b[j][0]))
        if a[i][1] < b[j][1]:
            i += 1
        else:
            j += 1
    return total


def draw(spans: list[Span], steps: int) -> str:
    """Some steps from the middle of the epoch, as SVG."""
    ends = sorted(span.last for span in spans if span.name == "update weights")
    middle = len(ends) // 2
    first, last = ends[middle], ends[min(middle + steps, len(ends) - 1)]
    scale = (WIDTH - LEFT - 10) / (last - first)
    size = f'width="{WIDTH}" height="{LANE * len(LANES) + 60}"'
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">']
    names: dict[str, str] = {}
    for place, lane in enumerate(LANES):
        y = place * LANE + 8
        lines.append(f'<text x="4" y="{y + 21}">{lane}</text>')
        for span in (span for span in spans if span.lane == lane and span.last > first and span.first < last):
            start, end = max(span.first, first), min(span.last, last)
            colour = names.setdefault(span.name, COLOURS.get(span.name, OTHER_COLOUR))
            title = f"{xml.sax.saxutils.escape(span.name)} {1000 * (end - start):.1f} ms"
            box = f'x="{LEFT + (start - first) * scale:.1f}" y="{y}" width="{max(0.3, (end - start) * scale):.1f}"'
            lines.append(f'<rect {box} height="{BAR}" fill="{colour}"><title>{title}</title></rect>')
    y, x = LANE * len(LANES) + 20, LEFT
    for name, colour in names.items():
        box = f'<rect x="{x}" y="{y}" width="12" height="12" fill="{colour}"/>'
        lines.append(f'{box}<text x="{x + 16}" y="{y + 11}">{name}</text>')
        x += 24 + 7 * len(name)
    lines.append(f'<text x="{LEFT}" y="{y + 34}">{1000 * (last - first):.0f} ms, {steps} steps</text></svg>')
    return "\n".join(lines) + "\n"


class Trace(Benchmark):
    name = "trace"
    summary = "what each thread did when in an epoch whose histories do not fit the memory"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--nodes", type=int, default=2_000_000, help="default 2000000, with ten edges each")
        parser.add_argument("--memory", type=int, default=448, metavar="MIB", help="default 448")
        parser.add_argument("--steps", type=int, default=6, help="steps that are drawn; default 6")

    def measure(self) -> Page:
        spans = self.spans()
        seconds = max(span.last for span in spans) - min(span.first for span in spans)
        rows, beside = self.sums(spans)
        if min(beside["prefetcher"], beside["stager"]) < 0.5:
            raise Failure(f"reading and computing hardly overlap: {beside}")
        RESULTS.mkdir(parents=True, exist_ok=True)
        (RESULTS / "trace.svg").write_text(draw(spans, self.options.steps))
        body = [
            f"GCN of 3 layers, 64 wide, on {self.options.nodes} planted nodes with ten edges each, in a cgroup of"
            f" {self.options.memory} MiB with page cache; the epoch took {seconds:.2f} s. `gas-run train --trace FILE`"
            " writes the same as Chrome trace JSON for ui.perfetto.dev.",
            "",
            "![steps](trace.svg)",
            "",
            *pages.table(["thread", "busy, s", "of that while main was computing", "with, s"], rows),
        ]
        return Page("What each thread does in an epoch", body, f"gas-run of {self.programs.commit()}.")

    def sums(self, spans: list[Span]) -> tuple[list[list[str]], dict[str, float]]:
        """Rows of the table, and the share of each lane's time in which the main one computed."""
        main, rows, beside = busy(spans, "main"), [], {}
        for lane in LANES:
            own = busy(spans, lane)
            seconds = sum(last - first for first, last in own)
            beside[lane] = overlap(own, main) / seconds if seconds else 0
            sums: dict[str, float] = collections.defaultdict(float)
            for span in (span for span in spans if span.lane == lane):
                sums[span.name] += span.last - span.first
            share = f"{beside[lane]:.0%}" if lane != "main" else ""
            longest = sorted(sums.items(), key=lambda entry: -entry[1])
            parts = ", ".join(f"{name} {value:.2f}" for name, value in longest)
            rows.append([lane, f"{seconds:.2f}", share, parts])
        return rows, beside

    def make_store(self) -> pathlib.Path:
        nodes = self.options.nodes
        size = f"--nodes {nodes} --edges {10 * nodes} --features 64 --feature-type float16 --classes 16"
        data = self.programs.generate("data", f"{size} --communities {nodes // 12_500} --inside 0.9 --seed 1")
        store = self.programs.work / "store"
        self.programs.ingest(data, store, "--feature-type float16 --partitioner file:communities.npy")
        shutil.rmtree(data)
        return store

    def spans(self) -> list[Span]:
        """Of the epoch alone, without the evaluation behind it."""
        say("making the graph and training")
        store, trace = self.make_store(), self.programs.work / "trace.json"
        words = "--layers 3 --hidden 64 --dropout 0 --epochs 2 --evaluate-every 3 --batch-partitions 2 --halo-windows 4"
        kept = ["--memory", f"{self.options.memory}MiB", "--run", "trace", "--trace", trace, "--json", *QUIET]
        command = [self.programs.folder / "gas-run", "train", store, *words.split(), *kept]
        Limited(command, self.options.memory << 20, self.programs.work)
        shutil.rmtree(store)
        events = json.loads(trace.read_text())["traceEvents"]
        lanes = {event["tid"]: event["args"]["name"] for event in events if event["ph"] == "M"}
        found = [
            Span(lanes[event["tid"]], event["name"], event["ts"] / 1e6, (event["ts"] + event["dur"]) / 1e6)
            for event in events
            if event["ph"] == "X"
        ]
        end = max(span.last for span in found if span.name == "update weights")
        return [span for span in found if span.last <= end]


BENCHMARK = Trace
