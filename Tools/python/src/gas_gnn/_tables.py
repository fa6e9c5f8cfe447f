"""Stores of tables: frames and Parquet files are handed to gas-ingest table through pipes, a piece at a time."""

from __future__ import annotations

import contextlib
import os
import pathlib
import re
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, Any

from gas_gnn import _tools
from gas_gnn._errors import GasError, ToolError
from gas_gnn._frames import Table, table_of
from gas_gnn._manifest import folder_of
from gas_gnn._scratch import scratch_folder
from gas_gnn._store import Store

# Words in quotes are the user's, and may be anything.
_ROW = re.compile(r'"[^"]*"|\brow (\d+)(?:, line \d+)?')
_SWITCHES = ("overwrite", "directed", "bipartite", "stratify", "structural_features", "decimal_comma")


def write_table(
    path: str | os.PathLike[str],
    edges: Any = None,
    *,
    source: str | Sequence[str] | None = None,
    target: str | Sequence[str] | None = None,
    nodes: Any = None,
    id: str | None = None,
    labels: Any = None,
    label: str | Sequence[str] | None = None,
    kind: Mapping[str, str] | None = None,
    overwrite: bool = False,
    quiet: bool = False,
    **options: Any,
) -> Store:
    """Makes a store of tables with gas-ingest table, and opens it; docs/tables.md says what columns become.

    - `edges`: a table with a row for each edge, or several in a list; None for a graph without edges.
    - `nodes`, `labels`: a table with a row for each node; one with labels (that of `nodes` without it).
    - A table is a pandas DataFrame, a pyarrow Table or RecordBatchReader, whatever has `__arrow_c_stream__` (Polars,
      DuckDB), the path of a Parquet file or a folder of them, or of CSV. Parquet and Arrow are read a batch at a time.
    - `source`, `target`, `id`, `label`: names of columns. An `id` may be the name of a DataFrame's index.
    - `kind`: what columns are, {"zip": "category"}.
    - `options`: flags of gas-ingest table with _ for -, such as weight="amount", merge="sum", split="70/10/20",
      label_kind="regression", encoding_of="other.store".

    In frames and Parquet a missing value is missing, and "NA" or "None" are words, unless `gaps` names them.
    Raises `GasError` where a column cannot be handed on, and `ToolError` with the tool's own line. Both call a table
    as this function does ("edges[1]" is the second of a list), and count its rows from 0; those of CSV count from 1.
    """
    several = isinstance(edges, (list, tuple)) and len(edges) > 1
    tables = [
        ("edges", f"edges[{place}]" if several else "edges", table)
        for place, table in enumerate(edges if isinstance(edges, (list, tuple)) else [edges])
    ]
    tables += [("nodes", "nodes", nodes), ("labels", "labels", labels)]
    columns = {"source": source, "target": target, "id": id, "label_id": options.get("label_id")}
    ids = {name for flag, given in columns.items() for name in _listed(given, flag)}
    if kind is not None and not isinstance(kind, Mapping):
        raise GasError(f'kind: expected names of columns with what they are, {{"zip": "category"}}, found {kind!r}')
    flags: list[str] = []
    place = os.path.abspath(folder_of(path))
    with scratch_folder() as scratch, _Pipes(scratch.folder) as pipes:
        for flag, name, given in tables:
            if given is not None:
                flags.append(f"--{flag}={pipes.path_of(table_of(given, name, ids, str(id)))}")
        if pipes.count and not {"gaps", "encoding_of"} & options.keys():
            flags += ["--gaps", ""]
        for name, value in (("source", source), ("target", target), ("relation", options.pop("relation", None))):
            flags += [f"--{name}={column}" for column in _listed(value, name)]
        flags += [f"--kind={column}={word}" for column, word in (kind or {}).items()]
        flags += _tools.arguments({"id": id, "label": label, "overwrite": overwrite, **options}, _SWITCHES)
        try:
            flags.append(f"--output={place}")
            report = _tools.run("gas-ingest", ["table", *flags], on_start=pipes.are_read_by, scratch=scratch)
        except ToolError as error:
            pipes.raise_failure()
            raise ToolError(error.tool, error.status, pipes.in_users_words(str(error))) from None
        except Exception:
            pipes.raise_failure()
            raise
        pipes.raise_failure()
        report["notes"] = [pipes.in_users_words(note) for note in report.get("notes", [])]
        for column in report.get("tables", {}).get("columns", []):
            column["table"] = pipes.in_users_words(column["table"])
    if not quiet:
        _tools.show_notes(report["notes"])
    store = Store(place)
    store.report = report
    return store


def _listed(value: Any, name: str) -> list[str]:
    given = [] if value is None else [value] if isinstance(value, str) else value
    if not isinstance(given, (list, tuple)) or not all(isinstance(column, str) for column in given):
        raise GasError(f"{name}: expected the name of a column, or a list of names, found {value!r}")
    return list(given)


class _Pipes:
    """Named pipes, each with a thread that writes a table into it."""

    def __init__(self, folder: pathlib.Path) -> None:
        self._folder = folder
        self._threads: list[tuple[threading.Thread, pathlib.Path]] = []
        self._names: dict[str, str] = {}
        self._failures: list[BaseException] = []
        self._is_over = False
        self._reader: subprocess.Popen[str] | None = None
        self._has_reader = threading.Event()

    def are_read_by(self, process: subprocess.Popen[str]) -> None:
        """Says which process reads them."""
        self._reader = process
        self._has_reader.set()

    @property
    def count(self) -> int:
        """How many pipes there are."""
        return len(self._threads)

    def path_of(self, table: Table | pathlib.Path) -> str:
        """The path that the tool reads: the user's file, or a pipe."""
        if isinstance(table, pathlib.Path):
            return os.path.abspath(table)
        pipe = self._folder / f"table-{self.count}.csv"
        self._names[pipe.name] = table.name
        os.mkfifo(pipe)
        thread = threading.Thread(target=self._write, args=(pipe, table.write), daemon=True)
        self._threads.append((thread, pipe))
        thread.start()
        return str(pipe)

    def in_users_words(self, text: str) -> str:
        """What the tool says of a table, about a pipe: its name for the caller, and rows that count from 0."""
        text = text.replace(f"{self._folder}/", "")
        # The file that is spoken of comes first. Rows of the user's own files count as the tool counts them.
        spoken_of = text.removeprefix("gas-ingest: ").partition(":")[0]
        if any(name in self._names for name in spoken_of.split(", ")):
            text = _ROW.sub(lambda found: f"row {int(found[1]) - 1}" if found[1] else found[0], text)
        for pipe, name in self._names.items():
            text = re.sub(rf"{re.escape(pipe)}(:\d+)?", name, text)
        return text

    def _write(self, pipe: pathlib.Path, write: Callable[[IO[bytes]], None]) -> None:
        with contextlib.suppress(BrokenPipeError), open(pipe, "wb") as out:
            if self._is_over:
                return
            try:
                write(out)
            except BrokenPipeError:
                raise  # The tool has stopped, and says why.
            except BaseException as failure:
                self._failures.append(failure)
                self._stop_reader()

    def _stop_reader(self) -> None:
        """Ends the tool before the pipe ends, which it would take for the end of the table."""
        self._has_reader.wait()
        if self._reader is not None:
            self._reader.terminate()
            self._reader.wait()

    def raise_failure(self) -> None:
        """Raises what went wrong while a table was written, which has ended the tool."""
        self._finish()
        if self._failures:
            raise self._failures[0]

    def _finish(self) -> None:
        self._is_over = True
        for thread, pipe in self._threads:
            # A thread whose pipe was never opened waits for a reader.
            while thread.is_alive():
                with contextlib.suppress(OSError), _reader(pipe):
                    thread.join(0.02)

    def __enter__(self) -> _Pipes:
        return self

    def __exit__(self, *_: object) -> None:
        self._finish()


@contextlib.contextmanager
def _reader(pipe: pathlib.Path) -> Iterator[None]:
    descriptor = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        yield
    finally:
        os.close(descriptor)
