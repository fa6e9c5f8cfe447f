"""Programs as children: what they print, their peak memory, and the Python that has PyTorch."""

import dataclasses
import json
import os
import pathlib
import subprocess
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from gasbench.shared.messages import Failure, say
from gasbench.shared.places import PACKAGES

# PyTorch on the CPU gains much where glibc keeps its memory instead of giving it back after each operation.
MALLOC = {
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "68719476736",
    "MALLOC_TOP_PAD_": "268435456",
}


@dataclasses.dataclass(frozen=True)
class Child:
    """What a program printed as JSON, its largest resident set, and the processors' seconds that it took."""

    result: Any
    peak: int
    processor_seconds: float


def run_child(command: Iterable[object], environment: Mapping[str, str] | None = None) -> Child:
    """Runs a program that prints JSON. Its peak memory, as the kernel counts it, is never less than its parent's."""
    words = list(map(str, command))
    with subprocess.Popen(words, stdout=subprocess.PIPE, env={**os.environ, **(environment or {})}) as child:
        assert child.stdout is not None
        text = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise Failure(f"exit status {child.returncode} of: {' '.join(words)}")
    return Child(json.loads(text), usage.ru_maxrss << 10, usage.ru_utime + usage.ru_stime)


def last_line(errors: str) -> str:
    """What a program said before it failed: its error, which usage may follow, or its last words."""
    lines = errors.strip().splitlines() or ["no message"]
    return next((line for line in lines if line.startswith("Error: ")), lines[-1])


def package_path() -> dict[str, str]:
    """For another Python that runs a script of this package."""
    return {"PYTHONPATH": str(PACKAGES)}


def torch_python(work: pathlib.Path) -> pathlib.Path:
    """A Python with PyTorch and PyTorch Geometric: that which PYTHON names, or an environment made from PyPI."""
    if named := os.environ.get("PYTHON"):
        return pathlib.Path(named)
    folder = work / "venv"
    program = folder / "bin/python"
    needed = [program, "-c", "import numpy, torch, torch_geometric"]
    if program.exists() and subprocess.run(list(map(str, needed)), capture_output=True).returncode == 0:
        return program
    say(f"installing PyTorch and PyTorch Geometric from PyPI into {folder} (some gigabytes)")
    packages = ["numpy", "torch", "torch_geometric"]
    steps: list[tuple[list[object], str]] = [
        ([sys.executable, "-m", "venv", "--clear", folder], "Python cannot make an environment: install python3-venv"),
        ([program, "-m", "pip", "install", "--quiet", *packages], "PyTorch cannot be installed from PyPI; set PYTHON"),
    ]
    for command, advice in steps:
        if subprocess.run(list(map(str, command)), stdout=sys.stderr).returncode != 0:
            raise Failure(advice)
    return program
