"""Runs a program and notes what it took in a file of JSON: its most bytes that were not file pages, its most that were
resident, and seconds of processors. With several ranks each writes FILE-RANK.

gasbench/shared/watched.py FILE PROGRAM [argument …]
"""

import json
import os
import pathlib
import re
import resource
import subprocess
import sys

# Memory without file pages is looked at so often.
SECONDS = 0.1


def rank() -> int:
    """Of this process among those that an MPI launcher has started."""
    return int(os.environ.get("OMPI_COMM_WORLD_RANK") or os.environ.get("PMI_RANK") or 0)


def memory(status: str) -> tuple[int, int] | None:
    """Bytes without file pages, now, and the most that were resident, from the text of /proc/…/status; None where the
    process has ended."""
    found = {name: int(kibibytes) << 10 for name, kibibytes in re.findall(r"^(\w+):\s*(\d+) kB$", status, re.MULTILINE)}
    if "RssAnon" not in found:
        return None
    return found["RssAnon"] + found["RssShmem"], found["VmHWM"]


def watch(words: list[str]) -> tuple[int, dict[str, float]]:
    """The program's exit status, and what it took."""
    most = (0, 0)
    with subprocess.Popen(words) as child:
        while True:
            if now := memory(pathlib.Path(f"/proc/{child.pid}/status").read_text()):
                most = max(most[0], now[0]), max(most[1], now[1])
            try:
                child.wait(SECONDS)
                break
            except subprocess.TimeoutExpired:
                pass
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = usage.ru_utime + usage.ru_stime
    return child.returncode, {"anonymous": most[0], "resident": most[1], "processor": processor}


def main() -> int:
    file, *words = sys.argv[1:]
    status, taken = watch(words)
    pathlib.Path(f"{file}-{rank()}").write_text(json.dumps(taken))
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main())
