"""Result pages: what they look like, and the command on them."""

import dataclasses
import datetime
import os
import shlex
import statistics
from collections.abc import Iterable, Sequence

from gasbench.shared import machine
from gasbench.shared.places import RESULTS


@dataclasses.dataclass
class Page:
    """What a benchmark found. `note` follows date and machine on their line; `missed` are demands that are not met,
    each told in a line, with exit status 1."""

    title: str
    body: list[str]
    note: str = ""
    missed: list[str] = dataclasses.field(default_factory=list)

    def lines(self, command: str) -> list[str]:
        return [f"# {self.title}", "", f"{origin(command)} {self.note}".rstrip(), "", *self.body]


def command_line(*words: object) -> str:
    """The command as a shell takes it, from the project's root."""
    return shlex.join(map(str, words))


def origin(command: str) -> str:
    """By what, when and where a page was made."""
    fence = "``" if "`" in command else "`"
    today = datetime.date.today()
    return f"{fence}{command}{fence}, {today}, {machine.processor()}, {os.cpu_count()} cores, {machine.memory()}."


def table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> list[str]:
    """Lines of a Markdown table; a | within a cell is escaped."""
    lines: list[Sequence[object]] = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |" for cells in lines]


def spread(values: Sequence[float]) -> str:
    """Mean ± sample deviation, or a dash."""
    if not values:
        return "–"
    if len(values) == 1:
        return f"{values[0]:.2f}"
    return f"{statistics.mean(values):.2f} ± {statistics.stdev(values):.2f}"


def verdict(missed: Sequence[str]) -> str:
    """The word after a demand."""
    return "Missed: " + "; ".join(missed) if missed else "Met."


def write(name: str, lines: Iterable[str]) -> None:
    """Writes Benchmarks/results/NAME.md, whole or not at all, and prints it."""
    text = "\n".join(lines) + "\n"
    RESULTS.mkdir(parents=True, exist_ok=True)
    partial = RESULTS / f"{name}.md.partial"
    partial.write_text(text)
    partial.replace(RESULTS / f"{name}.md")
    print(text, end="")
