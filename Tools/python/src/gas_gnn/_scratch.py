"""Folders of files that a tool reads or writes, which go with the call that made them."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pathlib
import shutil
import stat
import tempfile
from collections.abc import Iterator
from typing import IO, NamedTuple

from gas_gnn._errors import GasError

_LOCK = "in-use"


class Scratch(NamedTuple):
    """A folder, and the descriptor whose lock says that it is in use: a process that inherits it uses it too."""

    folder: pathlib.Path
    descriptor: int


@contextlib.contextmanager
def scratch_folder(parent: str | os.PathLike[str] | None = None, *, prefix: str = "gas-gnn-") -> Iterator[Scratch]:
    """Makes a folder in `parent`, else in the folder for temporary files, and removes it afterwards.

    Removes those first that processes left there which were killed. Raises `GasError` where `parent` is no folder, or
    nothing may be made in it.
    """
    place = _place(parent)
    _sweep(place, prefix)
    try:
        folder = pathlib.Path(tempfile.mkdtemp(prefix=prefix, dir=place))
    except OSError as error:
        raise GasError(f"{place}: no folder for temporary files can be made in it: {error.strerror}") from None
    try:
        descriptor = _locked(folder)
        try:
            yield Scratch(folder, descriptor)
        finally:
            os.close(descriptor)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def scratch_file(parent: str | os.PathLike[str] | None, size: int) -> IO[bytes]:
    """A file without a name of so many bytes, which the disk has. Raises `GasError` where there can be none."""
    place = _place(parent)
    try:
        file = tempfile.TemporaryFile(dir=place)  # noqa: SIM115  # The caller closes it.
    except OSError as error:
        raise GasError(f"{place}: no temporary file can be made in it: {error.strerror}") from None
    try:
        # Asked for beforehand: a full disk would end the process when a mapped page is written.
        os.posix_fallocate(file.fileno(), 0, size)
    except OSError as error:
        file.close()
        raise GasError(f"{place}: no temporary file of {size} bytes can be made in it: {error.strerror}") from None
    return file


def _place(parent: str | os.PathLike[str] | None) -> pathlib.Path:
    place = pathlib.Path(tempfile.gettempdir() if parent is None else parent).expanduser()
    if not place.is_dir():
        raise GasError(
            f"{place}: expected a folder for temporary files, found {'a file' if place.exists() else 'none'}"
        )
    return place


def _locked(folder: pathlib.Path) -> int:
    """Locks a file of the folder, which gets its name only then: one with the name and no lock is a leftover's."""
    early = folder / f"{_LOCK}-soon"
    descriptor = os.open(early, os.O_CREAT | os.O_WRONLY, 0o600)
    # Without locks, as of some network file systems, the file never gets its name, and the folder is no leftover.
    with contextlib.suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        early.rename(folder / _LOCK)
    return descriptor


def _sweep(place: pathlib.Path, prefix: str) -> None:
    """Removes this user's folders that no living process has locked."""
    for folder in place.glob(f"{prefix}*"):
        with contextlib.suppress(OSError):
            status = folder.lstat()
            if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
                continue
            descriptor = os.open(folder / _LOCK, os.O_WRONLY | os.O_NOFOLLOW)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # The lock goes last, so that the next one goes on where this is killed.
                for path in folder.iterdir():
                    if path.name != _LOCK:
                        path.unlink()
                shutil.rmtree(folder)
            finally:
                os.close(descriptor)
