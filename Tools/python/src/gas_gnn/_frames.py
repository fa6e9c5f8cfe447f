"""Frames, Arrow tables and Parquet files as CSV, a piece at a time."""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import io
import pathlib
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any

import numpy as np

from gas_gnn._arrays import is_path
from gas_gnn._errors import GasError
from gas_gnn._optional import required

_ROWS = 1 << 16
_NO_WORDS = (list, tuple, dict, set, bytes, np.ndarray)
_PARQUET = (".parquet", ".parq", ".pq")


@dataclasses.dataclass(frozen=True)
class Table:
    """A table that writes itself as CSV; `name` is what messages call it."""

    name: str
    write: Callable[[IO[bytes]], None]


def table_of(given: Any, name: str, ids: set[str], index: str) -> Table | pathlib.Path:
    """A table of what a user gave; the path of a file that gas-ingest reads itself stays one.

    `ids` are columns of ids, whose numbers have to be whole, and `index` is the one that may be a frame's index.
    """
    if is_path(given):
        path = pathlib.Path(given).expanduser()
        if path.suffix not in _PARQUET and not path.is_dir():
            return path
        if not path.exists():
            raise GasError(f"{path}: expected a Parquet file, found none")
        return _arrow_table(name, _parquet(path), ids)
    if hasattr(given, "to_csv") and hasattr(given, "iloc"):
        return _pandas_table(name, given, ids, index)
    if hasattr(given, "read_next_batch"):
        return _arrow_table(name, (given.schema, given), ids)
    if hasattr(given, "__arrow_c_stream__"):
        reader = required("pyarrow", "tables of Arrow").RecordBatchReader.from_stream(given)
        return _arrow_table(name, (reader.schema, reader), ids)
    raise GasError(
        f"{name}: expected a DataFrame, an Arrow table, or the path of a Parquet or CSV file, found "
        f"{type(given).__name__}"
    )


def _check_columns(name: str, columns: Iterable[Any]) -> list[str]:
    texts = [str(column) for column in columns]
    if any(isinstance(column, tuple) for column in columns):
        raise GasError(f"{name}: expected one row of column names, found several")
    twice = next((text for text in texts if texts.count(text) > 1), None)
    if twice is not None:
        raise GasError(f'{name}: expected different column names, found "{twice}" twice')
    return texts


def _pandas_table(name: str, frame: Any, ids: set[str], index: str) -> Table:
    if index == frame.index.name and index not in frame.columns:
        frame = frame.reset_index()
    columns = _check_columns(name, frame.columns)
    for place, column in enumerate(columns):
        if column in ids:
            _check_ids(name, column, frame.iloc[:, place])

    def write(out: IO[bytes]) -> None:
        _header(name, out, columns)
        for start in range(0, len(frame), _ROWS):
            piece = frame.iloc[start : start + _ROWS].copy(deep=False)
            piece.columns = columns
            _check_words(name, piece, start)
            for column in ids & set(columns):
                if getattr(piece[column].dtype, "kind", "O") == "f":
                    piece[column] = piece[column].astype("Int64")
            text = piece.to_csv(index=False, header=False, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
            out.write(_encoded(name, _quoted_blanks(text, piece)))

    return Table(name, write)


def _check_words(name: str, piece: Any, start: int) -> None:
    """Refuses what is neither a word, a finite number nor a date; `start` is the number of the first row."""
    for column in piece.columns:
        kind = getattr(piece[column].dtype, "kind", "O")
        if kind == "f" and np.isinf(piece[column]).any():
            # Missing values of pandas' own types are no infinities.
            found = np.isinf(piece[column]).fillna(value=False).to_numpy()
            raise _infinite(name, column, start + int(np.argmax(found)))
        if kind in "mc":
            raise GasError(f"{name}: column {column} is {piece[column].dtype}, which is no number, word or date")
        if kind != "O":
            continue
        wrong = [value for value in piece[column].dropna() if isinstance(value, _NO_WORDS)]
        if wrong:
            raise GasError(f"{name}: column {column} has {type(wrong[0]).__name__}s in it: leave it out")


def _infinite(name: str, column: str, row: int) -> GasError:
    return GasError(
        f"{name}: column {column} has an infinite number in row {row}: correct it, leave the column out, or make it"
        " missing if the column may have gaps"
    )


def _quoted_blanks(text: str, piece: Any) -> str:
    """The same text, written again with quotes around all words where blanks at their ends would be lost."""
    words = [column for column in piece.columns if getattr(piece[column].dtype, "kind", "O") not in "biufM"]
    values = (str(value) for column in words for value in piece[column].dropna().unique())
    if not any(value != value.strip() for value in values):
        return text
    out: str = piece.to_csv(index=False, header=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    return out


def _check_ids(name: str, column: str, values: Any) -> None:
    if values.isna().any():
        raise GasError(f"{name}: row {int(np.argmax(values.isna().to_numpy()))} has no {column}")
    if getattr(values.dtype, "kind", "O") == "f" and (values % 1 != 0).any():
        raise GasError(f"{name}: expected whole numbers in {column}, found {values[values % 1 != 0].iloc[0]}")


def _encoded(name: str, text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        line = text[text.rfind("\n", 0, error.start) + 1 :].partition("\n")[0]
        raise GasError(f"{name}: expected words of Unicode, found half a surrogate pair in the row {line!r}") from None


def _header(name: str, out: IO[bytes], columns: list[str]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow(columns)
    out.write(_encoded(name, text.getvalue()))


@contextlib.contextmanager
def _readable(path: str | pathlib.Path) -> Iterator[None]:
    """Says of a file that Arrow cannot read what is wrong with it, in one line."""
    arrow = required("pyarrow", "Parquet")
    try:
        yield
    except (arrow.ArrowException, OSError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise GasError(f"{path}: expected Parquet that Arrow can read, found: {' '.join(str(error).split())}") from None


def _parquet(path: pathlib.Path) -> tuple[Any, Iterable[Any]]:
    """The schema and the batches of a Parquet file, or of a folder of them."""
    required("pyarrow", "Parquet")
    parquet = required("pyarrow.parquet", "Parquet")
    with _readable(path):
        data_set = required("pyarrow.dataset", "Parquet").dataset(path, format="parquet")
    if not data_set.files:
        raise GasError(f"{path}: expected a folder of Parquet files, found none in it")

    def batches() -> Iterator[Any]:
        for file in data_set.files:
            # Without a buffer, so that a row group is not read as a whole.
            with _readable(file), parquet.ParquetFile(file, pre_buffer=False) as opened:
                yield from opened.iter_batches(_ROWS, columns=data_set.schema.names, use_threads=False)

    return data_set.schema, batches()


def _arrow_table(name: str, source: tuple[Any, Iterable[Any]], ids: set[str]) -> Table:
    arrow = required("pyarrow", "tables of Arrow")
    schema, batches = source
    columns = _check_columns(name, schema.names)
    target = arrow.schema([_field(arrow, name, field, field.name in ids) for field in schema])

    def write(out: IO[bytes]) -> None:
        writer_module = required("pyarrow.csv", "tables of Arrow")
        _header(name, out, columns)
        options = writer_module.WriteOptions(include_header=False, quoting_style="needed")
        with writer_module.CSVWriter(out, target, write_options=options) as writer:
            done = 0
            for batch in batches:
                writer.write_batch(_converted(arrow, name, batch, target, ids, done))
                done += batch.num_rows

    return Table(name, write)


def _field(arrow: Any, name: str, field: Any, is_id: bool) -> Any:
    """The field as it is written: words for categories, numbers for decimals."""
    kind = field.type.value_type if arrow.types.is_dictionary(field.type) else field.type
    if arrow.types.is_nested(kind) or arrow.types.is_binary(kind) or arrow.types.is_duration(kind):
        raise GasError(
            f"{name}: column {field.name} is {field.type}, which a table of numbers and words cannot hold: leave it out"
        )
    if is_id and arrow.types.is_floating(kind):
        kind = arrow.int64()
    if arrow.types.is_decimal(kind):
        kind = arrow.float64()
    if arrow.types.is_large_string(kind) or "view" in str(kind):
        kind = arrow.string()
    return arrow.field(field.name, kind)


def _converted(arrow: Any, name: str, batch: Any, target: Any, ids: set[str], done: int) -> Any:
    compute = required("pyarrow.compute", "tables of Arrow")
    for field in batch.schema:
        if arrow.types.is_floating(field.type):
            infinite = compute.is_inf(batch.column(field.name))
            if compute.any(infinite).as_py():
                raise _infinite(name, field.name, done + infinite.to_pylist().index(True))
        if field.name in ids and batch.column(field.name).null_count:
            row = done + batch.column(field.name).is_null().to_pylist().index(True)
            raise GasError(f"{name}: row {row} has no {field.name}")
    try:
        columns = [batch.column(place).cast(field.type) for place, field in enumerate(target)]
        return arrow.RecordBatch.from_arrays(columns, schema=target)
    except arrow.ArrowInvalid as error:
        raise GasError(f"{name}: {error}") from None
