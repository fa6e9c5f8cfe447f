"""Pipes by which tools notice that the process which started them has ended."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator

# The ends that this process writes to. A child that is forked from it (multiprocessing, workers of a DataLoader) gets
# copies, and a tool would not notice the end of its own parent while one of these is open: the child closes them.
_held: set[int] = set()
# Held while a pipe is made or closed, and during a fork, so that no child has an end that is not among these.
_lock = threading.Lock()


@contextlib.contextmanager
def lifeline() -> Iterator[int]:
    """The end of a pipe for a tool. The other end is this process's alone, so it is closed when this process ends."""
    with _lock:
        reading, writing = os.pipe()
        _held.add(writing)
    try:
        yield reading
    finally:
        os.close(reading)
        with _lock:
            # In a child that was forked meanwhile, the number may be that of another file by now.
            if writing in _held:
                _held.remove(writing)
                os.close(writing)


def _let_go() -> None:
    for descriptor in _held:
        os.close(descriptor)
    _held.clear()
    _lock.release()


os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_let_go)
