"""Training by gas-run train and resume."""

from __future__ import annotations

import os
import pathlib
import sys
from typing import Any

from gas_gnn import _tools
from gas_gnn._errors import GasError
from gas_gnn._inference import check_run
from gas_gnn._optional import wanted
from gas_gnn._runs import Run
from gas_gnn._store import Store, runs_folder


def train(
    store: Store | str | os.PathLike[str],
    *,
    run: str | None = None,
    runs: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
    overwrite: bool = False,
    **settings: Any,
) -> Run:
    """Trains a model on a store with gas-run train, and returns the run.

    Ctrl-C (in a notebook: interrupting the kernel) stops after the next evaluation with a checkpoint, from which
    `resume` goes on, and raises KeyboardInterrupt; a second one stops at once.

    - `run`: its name; else the model's or the preset's, and the first free number.
    - `runs`: the folder of the store's runs, where they are not to lie in the store.
    - `progress`: whether a bar (with tqdm) and notes are shown; else where standard error is a terminal or a notebook.
    - `overwrite`: whether a run of that name is replaced.
    - `settings`: those of docs/settings.md with _ for -, such as model="gcn", layers=2, weight_decay=5e-4,
      batch_norm=True; and the other flags of gas-run train, such as memory="2GiB", config="settings.yaml".

    Raises `ToolError` with the tool's own line where it fails.
    """
    if settings.get("plan"):
        raise GasError("train returns a run, and a plan makes none: call gas-run train --plan")
    for name in ("repeats", "trace"):
        if settings.get(name) is not None:
            raise GasError(
                f"train makes one run and takes no {name}: call it in a loop, with seed=0, 1, …, or call gas-run"
            )
    place = store.path if isinstance(store, Store) else Store(store).path
    folder = runs_folder(runs)
    given = {"run": run, "runs": folder and os.path.abspath(folder), "overwrite": overwrite, **settings}
    flags = ["train", os.path.abspath(place), *_tools.arguments(given, ["overwrite"])]
    return _trained(place, folder, flags, progress)


def resume(run: Run, *, progress: bool | None = None, **settings: Any) -> Run:
    """Continues a run from its last checkpoint, to the same bits as if it had never stopped.

    `settings` are epochs, lr, clip, history_type and the other flags of gas-run resume. Returns the run, read anew.
    """
    check_run(run, "resume")
    flags = ["resume", os.path.abspath(run.store.path), *run.flags, *_tools.arguments(settings)]
    return _trained(run.store.path, run.runs, flags, progress)


def _trained(place: pathlib.Path, runs: pathlib.Path | None, flags: list[str], progress: bool | None) -> Run:
    with _Progress(progress) as shown:
        report = _tools.run("gas-run", flags, on_line=shown.line)
    # Where several models were tried, the report is of all of them.
    best = next((trial["result"] for trial in report.get("trials", []) if trial["model"] == report.get("best")), report)
    if progress is not False:
        _tools.show_notes(best.get("notes", []))
    run = Run(place, best["run"], runs)
    run.report = report
    return run


class _Progress:
    """Shows epochs as a bar if tqdm is installed, and notes as lines."""

    def __init__(self, shown: bool | None) -> None:
        # tqdm warns where a notebook could have a bar of ipywidgets, and these are missing.
        name = "tqdm.auto" if wanted("ipywidgets") else "tqdm"
        self._tqdm = wanted(name) if shown is not False and (shown or _is_watched()) else None
        self._bar: Any = None

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def line(self, text: str) -> None:
        """Takes a line of the tool's standard error."""
        epoch = _tools.epoch_of(text)
        if epoch is None or self._tqdm is None:
            return
        done, total = epoch
        if self._bar is None:
            self._bar = self._tqdm.tqdm(total=total, initial=done, unit="epoch")
        self._bar.update(done - self._bar.n)
        self._bar.set_postfix_str(_scores(text), refresh=False)


def _scores(line: str) -> str:
    """The words of an epoch's line that fit beside a bar."""
    words = [" ".join(part.split()) for part in line.split("  ")[1:]]
    return ", ".join(word for word in words if word.startswith(("loss ", "val ")))


def _is_watched() -> bool:
    return sys.stderr.isatty() or "ipykernel" in sys.modules
