"""What all benchmarks have in common: options, programs, a page, and how they fail."""

import abc
import argparse
import functools
import json
import pathlib
import sys
from typing import Any, ClassVar

from gasbench.shared import pages
from gasbench.shared.messages import Failure
from gasbench.shared.pages import Page
from gasbench.shared.places import ENVIRONMENT, RESULTS
from gasbench.shared.programs import Programs


class Benchmark(abc.ABC):
    """Parses its options, checks answers, measures, and writes Benchmarks/results/NAME.md.

    A module has one subclass and calls it BENCHMARK; the module's docstring is what `Benchmarks/run NAME --help`
    prints.
    """

    name: ClassVar[str]
    # One line for `Benchmarks/run --help`.
    summary: ClassVar[str]
    tools: ClassVar[tuple[str, ...]] = ("gas-ingest", "gas-run")
    when_interrupted: ClassVar[str] = "interrupted"

    def __init__(self, words: list[str]) -> None:
        parser = argparse.ArgumentParser(
            prog=f"Benchmarks/run {self.name}",
            description=sys.modules[type(self).__module__].__doc__,
            epilog=ENVIRONMENT,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        self.add_options(parser)
        self.options = parser.parse_args(words)
        self.check_options(parser)
        self.command = pages.command_line("Benchmarks/run", self.name, *words)

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds the benchmark's own options."""

    def check_options(self, parser: argparse.ArgumentParser) -> None:
        """Ends with parser.error where options do not fit each other."""

    @abc.abstractmethod
    def measure(self) -> Page:
        """Checks the answers, measures, and returns the page; raises Failure where an answer is wrong."""

    @property
    def page_name(self) -> str:
        """The name of the page: the benchmark's, unless options measure something else."""
        return self.name

    @functools.cached_property
    def programs(self) -> Programs:
        """Built, and the work folder locked, when they are first asked for."""
        return Programs(self.name, self.tools)

    def main(self) -> int:
        """Measures and writes the page; returns the exit status."""
        try:
            page = self.measure()
            pages.write(self.page_name, page.lines(self.command))
        except (Failure, OSError) as failure:
            print(f"{self.name}: {failure}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print(f"{self.name}: {self.when_interrupted}", file=sys.stderr)
            return 1
        for line in page.missed:
            print(f"{self.name}: {line}", file=sys.stderr)
        return 1 if page.missed else 0


class Saved:
    """Results of earlier calls beside the page, an entry for each case, so that cases may be measured in different
    calls."""

    def __init__(self, name: str, path: pathlib.Path | None = None) -> None:
        self._path = path or RESULTS / name / "runs.json"
        self.entries: dict[str, Any] = json.loads(self._path.read_text()) if self._path.exists() else {}

    def put(self, key: str, entry: Any) -> None:
        """Lasting when it returns."""
        self.entries[key] = entry
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(json.dumps(self.entries, indent=1) + "\n")

    def table(self, keys: list[str], heads: list[str]) -> list[str]:
        """A column for each key, and a row for each name that any of them has."""
        names = dict.fromkeys(name for key in keys for name in self.entries[key])
        rows = [[name, *(self.entries[key].get(name, "–") for key in keys)] for name in names]
        return pages.table(["", *heads], rows)
