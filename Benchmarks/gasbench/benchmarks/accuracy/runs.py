"""Finished runs, one a line of a file that only grows: what is there is not run again."""
import collections
import os
import threading

from programs import RESULTS, Failure

COLUMNS = ("set", "model", "mode", "seed", "split", "test", "val", "bestEpoch", "seconds", "date", "commit")
Run = collections.namedtuple("Run", COLUMNS)


class Runs:
    """Scores are in %. A run is known by set, model, mode and seed."""

    def __init__(self, path=RESULTS / "accuracy/runs.tsv"):
        self.path, self._lock = path, threading.Lock()
        self.found = [self._parse(number, line) for number, line in enumerate(self._lines(), 1) if number > 1]

    def of(self, cell):
        """By seed."""
        return {run.seed: run for run in self.found if (run.set, run.model, run.mode) == (cell.graph, cell.model, cell.mode)}

    def add(self, run):
        """Lasting when it returns; from any thread."""
        text = "\t".join(map(str, run)) + "\n"
        with self._lock:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with open(self.path, "a") as file:
                file.write(text if file.tell() else "\t".join(COLUMNS) + "\n" + text)
                file.flush()
                os.fsync(file.fileno())
            self.found.append(run)

    def _lines(self):
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        if lines and tuple(lines[0].split("\t")) != COLUMNS:
            raise Failure(f"{self.path}: expected the columns {', '.join(COLUMNS)}")
        return lines

    def _parse(self, number, line):
        cells = line.split("\t")
        try:
            run = Run._make(cells)
            return run._replace(seed=int(run.seed), split=int(run.split), test=float(run.test), val=float(run.val),
                                bestEpoch=int(run.bestEpoch), seconds=float(run.seconds))
        except (TypeError, ValueError):
            raise Failure(f"{self.path}, line {number}: expected {len(COLUMNS)} columns with their types, found \"{line}\"")
