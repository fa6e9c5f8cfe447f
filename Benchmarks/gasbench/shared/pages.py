"""Result pages."""
import datetime
import os
import statistics

import machine
from programs import RESULTS


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(map(str, cells)) + " |" for cells in lines]


def spread(values):
    """Mean ± sample deviation, or a dash."""
    if not values:
        return "–"
    if len(values) == 1:
        return f"{values[0]:.2f}"
    return f"{statistics.mean(values):.2f} ± {statistics.stdev(values):.2f}"


def origin(command):
    """By what, when and where."""
    return f"`{command}`, {datetime.date.today()}, {machine.processor()}, {os.cpu_count()} cores, {machine.memory()}."


def write(name, lines):
    """Benchmarks/results/NAME.md, and standard output."""
    text = "\n".join(lines) + "\n"
    RESULTS.mkdir(parents=True, exist_ok=True)
    partial = RESULTS / f"{name}.md.partial"
    partial.write_text(text)
    partial.replace(RESULTS / f"{name}.md")
    print(text, end="")
