"""Finished runs, one a line of a file that only grows: what is there is not run again."""

import os
import pathlib
import threading
from typing import NamedTuple

from gasbench.benchmarks.accuracy.cells import Cell
from gasbench.shared.messages import Failure
from gasbench.shared.places import RESULTS


class Run(NamedTuple):
    """Scores are in %. A run is known by set, model, mode and seed."""

    set: str
    model: str
    mode: str
    seed: int
    split: int
    test: float
    val: float
    bestEpoch: int
    seconds: float
    date: str
    commit: str


class Runs:
    """Those of the file, and what is added to it."""

    def __init__(self, path: pathlib.Path = RESULTS / "accuracy/runs.tsv") -> None:
        self.path, self._lock = path, threading.Lock()
        self.found = [self._parse(number, line) for number, line in enumerate(self._lines(), 1) if number > 1]

    def of(self, cell: Cell) -> dict[int, Run]:
        """By seed."""
        wanted = (cell.graph, cell.model, cell.mode)
        return {run.seed: run for run in self.found if (run.set, run.model, run.mode) == wanted}

    def add(self, run: Run) -> None:
        """Lasting when it returns; from any thread."""
        text = "\t".join(map(str, run)) + "\n"
        with self._lock:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with open(self.path, "a") as file:
                file.write(text if file.tell() else "\t".join(Run._fields) + "\n" + text)
                file.flush()
                os.fsync(file.fileno())
            self.found.append(run)

    def _lines(self) -> list[str]:
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        if lines and tuple(lines[0].split("\t")) != Run._fields:
            raise Failure(f"{self.path}: expected the columns {', '.join(Run._fields)}")
        return lines

    def _parse(self, number: int, line: str) -> Run:
        try:
            set_, model, mode, seed, split, test, val, best, seconds, date, commit = line.split("\t")
            scores = float(test), float(val), int(best), float(seconds)
            return Run(set_, model, mode, int(seed), int(split), *scores, date, commit)
        except ValueError:
            expected = f"expected {len(Run._fields)} columns with their types"
            raise Failure(f'{self.path}, line {number}: {expected}, found "{line}"') from None
