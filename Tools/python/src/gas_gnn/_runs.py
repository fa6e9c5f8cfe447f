"""Runs: what gas-run train leaves in a store."""

from __future__ import annotations

import os
import pathlib
from typing import Any

import numpy as np
import numpy.typing as npt

from gas_gnn import _tools
from gas_gnn._arrays import place_of
from gas_gnn._column import Column
from gas_gnn._columnfile import Array
from gas_gnn._errors import FormatError, GasError, readable
from gas_gnn._features import from_int8
from gas_gnn._inference import Outputs, infer
from gas_gnn._json import sealed
from gas_gnn._metrics import read_records, table
from gas_gnn._optional import wanted
from gas_gnn._plots import plot
from gas_gnn._store import Store, names_of_runs, runs_folder


class Run:
    """A run of a store.

    `store` is the store that it belongs to, `name` its name and `folder` where its files are. `runs` is the folder of
    the store's runs where they do not lie in the store, as gas-run has it with --runs; else None. What is computed of
    a run has a row for each node, in input order.
    """

    @readable()
    def __init__(
        self, store: Store | str | os.PathLike[str], name: str, runs: str | os.PathLike[str] | None = None
    ) -> None:
        if not isinstance(name, str):
            raise GasError(f"expected the name of a run, found {name!r}")
        self.store = store if isinstance(store, Store) else Store(store)
        self.name = name
        self.runs = runs_folder(runs)
        place = self.store.path / "runs" if self.runs is None else self.runs
        self.folder: pathlib.Path = place / name
        self.report: dict[str, Any] = {}
        """What gas-run train or resume reported, where they made or continued the run just now."""
        self._kept: dict[tuple[object, ...], Outputs] = {}
        if not (self.folder / "config.json").is_file() or self.folder.parent != place:
            names = [f'"{other}"' for other in names_of_runs(place)]
            there = f"there {'is' if len(names) == 1 else 'are'} {', '.join(names)}" if names else "it has none"
            raise GasError(f'{self.store.path if self.runs is None else place} has no run "{name}"; {there}')
        self._check_owner()

    def _check_owner(self) -> None:
        """Refuses a run of another store, where runs lie apart from theirs: files of one are no use to the other."""
        owner = None if self.runs is None else self.config.get("store-checksum")
        if owner is not None and owner != self.store.manifest.checksum:
            raise GasError(
                f"{self.folder}: was trained on another store than {self.store.path}: name the folder of its runs"
            )

    def __repr__(self) -> str:
        apart = "" if self.runs is None else f", {str(self.runs)!r}"
        return f"Run({str(self.store.path)!r}, {self.name!r}{apart})"

    @property
    def config(self) -> dict[str, Any]:
        """Every setting of the run, by the names of the flags."""
        return sealed(self.folder / "config.json")

    @property
    def records(self) -> list[dict[str, Any]]:
        """A record for each epoch, as metrics.jsonl has them; epoch 0 is before training."""
        return read_records(self.folder / "metrics.jsonl")

    @property
    def metrics(self) -> Any:
        """A row for each epoch: loss, scores, staleness, times; none of an imported run. A DataFrame; without pandas a
        dict of arrays."""
        columns = table(self.records) or {"epoch": np.zeros(0, np.int64)}
        pandas = wanted("pandas")
        return columns if pandas is None else pandas.DataFrame(columns).set_index("epoch", drop=False)

    @property
    def result(self) -> dict[str, Any]:
        """What gas-run show says of the run now: state, best epoch, scores, size."""
        return _tools.run("gas-run", ["show", os.path.abspath(self.store.path), *self.flags])

    @property
    def flags(self) -> list[str]:
        """The flags that name the run to gas-run."""
        return [f"--run={self.name}", *_tools.arguments({"runs": self.runs and os.path.abspath(self.runs)})]

    def embeddings(self, **options: Any) -> Array:
        """The last hidden layer, float32 [N, hidden], computed exactly with the best weights.

        Options are those of `gas_gnn.infer`. What was computed is kept, so a second call costs nothing until the run
        is trained further.
        """
        found: Array = self._output("embeddings", options)
        return found

    def logits(self, **options: Any) -> Array:
        """The model's outputs before softmax or sigmoid, float32 [N, C]."""
        found: Array = self._output("logits", options)
        return found

    def predictions(self, **options: Any) -> Array:
        """Classes, int64 [N]; of several labels uint8 [N, C]; real values float32 [N] or [N, C]."""
        found: Array = self._output("predictions", options)
        return found

    def predict_proba(self, **options: Any) -> Array:
        """The probability of each class by softmax, or of each label by the sigmoid, float32 [N, C]."""
        kind = self.store.manifest.labels.get("kind")
        if kind == "values":
            raise GasError(
                f"{self.store.path} has real values for labels, which have no probabilities: use predictions()"
            )
        logits = np.array(self.logits(**options), np.float32)
        if kind == "multi":
            # exp of a negative number alone, so that nothing overflows.
            small = np.exp(-np.abs(logits))
            found: Array = np.where(logits >= 0, 1, small) / (1 + small)
            return found
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares: Array = powers / powers.sum(axis=1, keepdims=True)
        return shares

    def _output(self, kind: str, options: dict[str, Any]) -> Any:
        try:
            key = (kind, *sorted(options.items()), *self._state())
            hash(key)
        except TypeError:
            return getattr(infer(self, outputs=(kind,), **options), kind)
        if key not in self._kept:
            self._kept[key] = infer(self, outputs=(kind,), **options)
        return getattr(self._kept[key], kind)

    def _state(self) -> tuple[int, ...]:
        """Changes when the weights do."""
        found = [path.stat() for path in self.folder.glob("*.safetensors")]
        return tuple(number for status in found for number in (status.st_mtime_ns, status.st_size, status.st_ino))

    @property
    def num_histories(self) -> int:
        """How many layers have a history."""
        return len(list(self.folder.glob("history-*.gascol")))

    def history(self, layer: int, partition: int | None = None) -> npt.NDArray[np.float32]:
        """What the layer last pushed for each node, float32 [N, width]; layers count from 1. Of one partition alone, as
        `Partition.nodes` has them, nothing else is read.

        While the run is trained, histories change from batch to batch.
        """
        rows = self._rows("history", layer, partition)
        return from_int8(rows) if rows.dtype == np.uint8 else rows.astype(np.float32, copy=False)

    def pushed(self, layer: int, partition: int | None = None) -> npt.NDArray[np.uint32]:
        """The step at which each node's row of a history was last pushed, uint32 [N]."""
        return self._rows("pushed", layer, partition)

    def _rows(self, kind: str, layer: int, partition: int | None) -> Array:
        column = self._run_column(kind, layer)
        if partition is None:
            return self.store.in_input_order(column.rows())
        part = self.store.partition(partition)
        return column.rows(part.start, part.stop)

    def _run_column(self, kind: str, layer: int) -> Column:
        count = self.num_histories
        if count == 0:
            _ = self.config  # Which is missing where the run has been removed.
            if not (self.folder / "checkpoint.safetensors").is_file():
                raise GasError(
                    f"{self.folder}: the run keeps no history: it has no checkpoint, since its weights were imported or"
                    " its training has just begun; embeddings() computes the last hidden layer"
                )
            raise GasError(
                f"{self.folder}: the run keeps no history: one of one layer or of the full batch has none, and gas-run"
                " clean frees them (gas-run resume makes them anew)"
            )
        path = self.folder / f"{kind}-{place_of(layer, count, 'layer', first=1)}.gascol"
        column = Column(path)
        if len(column) != self.store.num_nodes:
            raise FormatError(path, 32, f"{len(column)} rows", f"{self.store.num_nodes}, one for each node")
        return column

    def plot(self, *names: str, axes: Any = None) -> Any:
        """Draws columns of `metrics` over the epochs, and returns matplotlib's axes: by default the loss, and the
        scores of training, validation and test nodes. Needs matplotlib."""
        return plot(table(self.records), names, axes, title=self.name)
