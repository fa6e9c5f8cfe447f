"""The comparison as a page."""

import json
import platform
import statistics
import subprocess

from gasbench.benchmarks.epoch_vs_pyg.compare import OTHERS_LIMIT, Comparison
from gasbench.shared import pages
from gasbench.shared.machine import mebibytes
from gasbench.shared.pages import Page

HEAD = ["", "seconds per epoch", "least – most", "times as fast as PyG", "peak memory", "others"]
TRIAL_HEAD = ["", "seconds per epoch", "peak memory", "others"]


def row(name: str, comparison: Comparison, key: str) -> list[str]:
    """Medians over the rounds; the ratio is the median of the rounds' ratios."""
    turns = [turns[key] for turns in comparison.rounds]
    seconds = [turn.seconds for turn in turns]
    ratios = [turns["pyg"].seconds / turns[key].seconds for turns in comparison.rounds]
    ratio = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} – {max(ratios):.2f})" if key != "pyg" else "1"
    return [
        name,
        f"{statistics.median(seconds):.3f}",
        f"{min(seconds):.3f} – {max(seconds):.3f}",
        ratio,
        mebibytes(statistics.median(turn.peak for turn in turns)),
        f"{statistics.median(turn.others for turn in turns):.0%}",
    ]


def disturbance(comparison: Comparison) -> str:
    """What other programs on the machine did to the figures."""
    used, done = len(comparison.rounds), len(comparison.all_rounds)
    worst = max(turn.others for turns in comparison.rounds for turn in turns.values())
    text = "*others*: share of the processors that other programs, or the host, took meanwhile (median)."
    if used < done:
        text += f" {done - used} more rounds are left out because in one of their turns that was over 10 %."
    if worst > OTHERS_LIMIT:
        text += (
            f" It was up to {worst:.0%}: **the machine was not idle, so these figures are no measure of either program"
            " at its best.** Programs whose threads wait for each other often, as PyTorch's do, suffer most."
        )
    return text


def head(comparison: Comparison) -> list[str]:
    """What was compared: programs, graph and model."""
    options, graph, versions = comparison.options, comparison.manifest, comparison.versions
    program = comparison.programs.folder / "gas-run"
    told = subprocess.run([program, "--version", "--json"], capture_output=True, text=True).stdout
    version = json.loads(told)["version"]
    widths = [options.features] + [options.hidden] * (options.layers - 1) + [options.classes]
    extensions = ", ".join(versions["extensions"]) or "none of its compiled extensions"
    return [
        f"- gas {version} ({comparison.programs.commit()}), {options.threads} threads; PyTorch {versions['torch']},"
        f" PyTorch Geometric {versions['pyg']} with {extensions}, Python {versions['python']}",
        f"- Graph: {graph['nodeCount']} nodes, {graph['edgeCount']} adjacency entries, made by"
        f" `gas-ingest generate --seed {options.graph_seed}`",
        f"- Model: GCN {'-'.join(map(str, widths))}, Adam, learning rate {options.lr:g}, weight decay"
        f" {options.weight_decay:g}, no dropout; float32",
    ]


def table(comparison: Comparison) -> list[str]:
    partitions = len(comparison.manifest["partitions"]["edgeStarts"]) - 1
    batch = min(comparison.options.batch_partitions, partitions)
    rows = [
        row(f"gas-run, {partitions} partitions, {batch} in a batch", comparison, "gas"),
        row("gas-run, full batch", comparison, "full"),
        row(f"PyG, full batch ({comparison.way})", comparison, "pyg"),
    ]
    return pages.table(HEAD, rows)


def page(comparison: Comparison) -> Page:
    epochs, checked = comparison.options.epochs, comparison.options.check_epochs
    trials = [
        [way, f"{turn.seconds:.3f}", mebibytes(turn.peak), f"{turn.others:.0%}"]
        for way, turn in comparison.trials.items()
    ]
    body = [
        *head(comparison),
        "",
        "Both give the same answers, checked before anything was timed:",
        "",
        f"- logits of all nodes after {checked} epochs of `gas-run`, its weights in both: largest difference"
        f" {comparison.logit_difference:.1e} of the largest logit",
        f"- losses of {checked} full-batch epochs from the same weights: largest relative difference"
        f" {comparison.loss_difference:.1e}",
        "",
        *table(comparison),
        "",
        "An epoch is training alone: forward, backward, Adam; with partitions also reading and pushing. Each of"
        f" {len(comparison.rounds)} rounds starts the three programs in turn and takes the median of epochs 2 to"
        f" {epochs}. The table has the rounds' medians; the ratio is the median of the rounds' ratios, with the least"
        " and the most. Peak memory is the process's largest resident set as the kernel counts it: mapped files and,"
        f" for PyG, PyTorch's own libraries included ({mebibytes(comparison.versions['importedBytes'])} once they are"
        " imported).",
        "",
        "PyTorch runs with glibc told to keep its memory (`MALLOC_MMAP_MAX_=0` and so on, see `children.py`): faster,"
        " but more of it.",
        "",
        disturbance(comparison),
        "",
        "Ways to run PyG, one turn each (repeated if disturbed) before the rounds; the fastest was measured above:",
        "",
        *pages.table(TRIAL_HEAD, trials),
    ]
    return Page("Epochs against PyTorch Geometric", body, f"Linux {platform.release()}.")
