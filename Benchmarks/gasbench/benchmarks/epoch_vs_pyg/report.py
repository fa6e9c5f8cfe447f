"""The comparison as a Markdown page."""
import datetime
import os
import pathlib
import platform
import statistics
import subprocess

import machine


def mebibytes(count):
    return f"{count / (1 << 20):.0f} MiB"


def way(key):
    form, threads = key
    return f"{form}, {threads} {'thread' if threads == 1 else 'threads'}"


def row(name, comparison, key):
    """One line of the table: medians over the rounds; the ratio is the median of the rounds' ratios."""
    seconds = [turns[key].seconds for turns in comparison.rounds]
    ratios = [turns["pyg"].seconds / turns[key].seconds for turns in comparison.rounds]
    peak = statistics.median(turns[key].peak for turns in comparison.rounds)
    spread = f"{min(seconds):.3f} – {max(seconds):.3f}"
    ratio = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} – {max(ratios):.2f})" if key != "pyg" else "1"
    others = statistics.median(turns[key].others for turns in comparison.rounds)
    return f"| {name} | {statistics.median(seconds):.3f} | {spread} | {ratio} | {mebibytes(peak)} | {others:.0%} |"


def disturbance(comparison):
    """What other programs on the machine did to the figures."""
    used, done = len(comparison.rounds), len(comparison.all_rounds)
    worst = max(turn.others for turns in comparison.rounds for turn in turns.values())
    text = "*others*: share of the processors that other programs, or the host, took meanwhile (median)."
    if used < done:
        text += f" {done - used} more rounds are left out because in one of their turns that was over 10 %."
    if worst > 0.1:
        text += (
            f" It was up to {worst:.0%}: **the machine was not idle, so these figures are no measure of either program at"
            " its best.** Programs whose threads wait for each other often, as PyTorch's do, suffer most."
        )
    return text


def text(comparison):
    o, graph, versions = comparison.options, comparison.manifest, comparison.versions
    partitions = len(graph["partitions"]["edgeStarts"]) - 1
    batch = min(o.batch_partitions, partitions)
    widths = [o.features] + [o.hidden] * (o.layers - 1) + [o.classes]
    extensions = ", ".join(versions["extensions"]) or "none of its compiled extensions"
    version = subprocess.run([f"{o.gas_bin}/gas-run", "--version"], capture_output=True, text=True).stdout.strip()
    lines = [
        "# Epochs against PyTorch Geometric",
        "",
        f"Made by `{o.invocation}` on {datetime.date.today()}.",
        "",
        f"- Machine: {machine.processor()}, {os.cpu_count()} cores, {machine.memory()}, Linux {platform.release()}",
        f"- gas {version} ({o.build}), {o.threads} threads; PyTorch {versions['torch']}, PyTorch Geometric"
        f" {versions['pyg']} with {extensions}, Python {versions['python']}",
        f"- Graph: {graph['nodeCount']} nodes, {graph['edgeCount']} adjacency entries, made by"
        f" `gas-ingest generate --seed {o.graph_seed}`",
        f"- Model: GCN {'-'.join(map(str, widths))}, Adam, learning rate {o.lr:g}, weight decay {o.weight_decay:g},"
        " no dropout; float32",
        "",
        "Both give the same answers, checked before anything was timed:",
        "",
        f"- logits of all nodes after {o.check_epochs} epochs of `gas-run`, its weights in both:"
        f" largest difference {comparison.logit_difference:.1e} of the largest logit",
        f"- losses of {o.check_epochs} full-batch epochs from the same weights: largest relative difference"
        f" {comparison.loss_difference:.1e}",
        "",
        "| | seconds per epoch | least – most | times as fast as PyG | peak memory | others |",
        "| --- | --- | --- | --- | --- | --- |",
        row(f"gas-run, {partitions} partitions, {batch} in a batch", comparison, "gas"),
        row("gas-run, full batch", comparison, "full"),
        row(f"PyG, full batch ({way(comparison.way)})", comparison, "pyg"),
        "",
        f"An epoch is training alone: forward, backward, Adam; with partitions also reading and pushing. Each of {len(comparison.rounds)}"
        f" rounds starts the three programs in turn and takes the median of epochs 2 to {o.epochs}. The table has the rounds'"
        " medians; the ratio is the median of the rounds' ratios, with the least and the most. Peak memory is the"
        " process's largest resident set as the kernel counts it: mapped files and, for PyG, PyTorch's own libraries"
        f" included ({mebibytes(versions['importedBytes'])} once they are imported).",
        "",
        "PyTorch runs with glibc told to keep its memory (`MALLOC_MMAP_MAX_=0` and so on, see `compare.py`): faster, but"
        " more of it.",
    ]
    lines += ["", disturbance(comparison)]
    lines += ["", "Ways to run PyG, one turn each (repeated if disturbed) before the rounds; the fastest was measured above:", "",
              "| | seconds per epoch | peak memory | others |", "| --- | --- | --- | --- |"]
    lines += [f"| {way(key)} | {turn.seconds:.3f} | {mebibytes(turn.peak)} | {turn.others:.0%} |"
              for key, turn in comparison.trials.items()]
    return "\n".join(lines) + "\n"
