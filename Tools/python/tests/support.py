"""What the tests share."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pathlib
import tempfile
import time
import unittest
from collections.abc import Callable, Iterator
from typing import Any

import gas_gnn
import numpy as np
from gas_gnn import _tools

ROOT = pathlib.Path(__file__).resolve().parents[3]
FIXTURES = ROOT / "Fixtures"
IS_STRICT = os.environ.get("GAS_STRICT") == "1"
# Modules that this Python is without on purpose: Tools/python/test has one with an old NumPy and little else.
WITHOUT = os.environ.get("GAS_WITHOUT", "").split()


class Case(unittest.TestCase):
    """A test with a folder of its own, whose name has a blank in it."""

    # Modules that the class needs.
    needs: tuple[str, ...] = ()
    # Whether it needs gas-ingest and gas-run.
    needs_tools = True

    @classmethod
    def setUpClass(cls) -> None:
        for module in cls.needs:
            require(module)
        if cls.needs_tools:
            require_tools()

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="gas gnn ")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def refuses(self, *words: str, kind: type[Exception] = gas_gnn.GasError) -> _Refusal:
        """A context whose body has to be refused, in a message of one line with these words."""
        return _Refusal(self, kind, words)


class _Refusal:
    def __init__(self, case: unittest.TestCase, kind: type[Exception], words: tuple[str, ...]) -> None:
        self._case, self._kind, self._words = case, kind, words

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> bool:
        if error is None:
            self._case.fail("nothing was refused")
        if not isinstance(error, self._kind):
            return False
        text = str(error)
        self._case.assertNotIn("\n", text)
        for word in self._words:
            self._case.assertIn(word, text)
        return True


@contextlib.contextmanager
def another_user() -> Iterator[None]:
    """A body in which files are opened as nobody; skips where this user is not root."""
    if os.geteuid() != 0:
        raise unittest.SkipTest("another user takes root")
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def children_of(process: int, name: str) -> list[int]:
    """Processes of a name that a process has started."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The name is in brackets, and may have any letters.
            before, _, after = path.read_text().rpartition(")")
            if before.partition("(")[2] == name and int(after.split()[1]) == process:
                found.append(int(path.parent.name))
    return found


def wait_until(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """Waits until something is true, and returns it; fails where it does not come."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > end:
            raise AssertionError("it did not come in time")
        time.sleep(0.02)
    return found


def is_gone(process: int) -> bool:
    """Whether a process has ended, also where nobody has asked how."""
    try:
        state = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def require(module: str) -> None:
    """Skips where a module is not installed; under GAS_STRICT=1 that is a failure, but for those of GAS_WITHOUT."""
    package = module.partition(".")[0]
    if package not in WITHOUT and importlib.util.find_spec(package) is not None:
        return
    if IS_STRICT and package not in WITHOUT:
        raise AssertionError(f"{package} is not installed")
    raise unittest.SkipTest(f"{package} is not installed")


def require_tools() -> None:
    """Skips where the tools are not built; under GAS_STRICT=1 that is a failure."""
    try:
        for tool in ("gas-ingest", "gas-run"):
            _tools.find(tool)
    except gas_gnn.ToolNotFoundError as error:
        if IS_STRICT:
            raise
        raise unittest.SkipTest(str(error)) from None


def there(value: Any) -> Any:
    """The value, which is there: a store without has None."""
    assert value is not None
    return value


def pairs(edge_index: Any) -> set[tuple[int, int]]:
    """Edges as a set."""
    return set(map(tuple, np.asarray(edge_index).T.tolist()))


def random_edges(nodes: int, edges: int, *, both: bool, seed: int = 0) -> np.ndarray[Any, np.dtype[np.int64]]:
    """An edge_index without repeated edges; the last five nodes have none."""
    found = np.random.default_rng(seed).integers(0, nodes - 5, (2, edges))
    return np.unique(np.concatenate([found, found[::-1]], axis=1) if both else found, axis=1)
