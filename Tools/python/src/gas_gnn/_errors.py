"""What can go wrong, each with a sentence that says where and what to do."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator


class GasError(Exception):
    """The root of all errors of this package."""


class FormatError(GasError):
    """A file is not as docs/format.md says: cut, damaged, or of another kind.

    Attributes say which `file`, at which `offset` in bytes (None where the whole file is meant), what was `found` and
    what was `expected`.
    """

    def __init__(self, file: str | os.PathLike[str], offset: int | None, found: object, expected: object) -> None:
        self.file = os.fspath(file)
        self.offset = offset
        self.found = str(found)
        self.expected = str(expected)
        place = "" if offset is None else f", byte {offset}"
        super().__init__(f"{self.file}{place}: expected {self.expected}, found {self.found}")


class ToolError(GasError):
    """One of gas-ingest, gas-run and gas-stat failed; the text is its own line.

    `tool` is its name and `status` its exit status.
    """

    def __init__(self, tool: str, status: int, message: str) -> None:
        self.tool = tool
        self.status = status
        super().__init__(message)


class ToolNotFoundError(GasError):
    """A tool is neither in this package, nor on PATH, nor where GAS_BIN points."""


class MissingPackageError(GasError, ImportError):
    """A package that only some functions need is not installed."""


@contextlib.contextmanager
def readable() -> Iterator[None]:
    """Says of a file that this user may not read that it is so, and whose access is missing."""
    try:
        yield
    except PermissionError as error:
        raise GasError(f"{error.filename}: this user may not read it; ask its owner for access") from None


@contextlib.contextmanager
def writable(path: str | os.PathLike[str]) -> Iterator[None]:
    """Says in one line that the disk of a file or folder is full."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        place = error.filename or os.fspath(path)
        raise GasError(f"{place}: no space left on the disk; free some, or write to another one") from None
