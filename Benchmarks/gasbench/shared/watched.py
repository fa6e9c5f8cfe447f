"""Runs a program in the place of this one, and notes its most memory in a file while it runs: bytes that are not file
pages, and all that were resident. With several ranks each writes FILE-RANK.

python3 -m gasbench.shared.watched FILE PROGRAM [argument …], in the folder Benchmarks
"""

import json
import os
import pathlib
import re
import sys
import time

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


def watch(process: int, file: pathlib.Path) -> None:
    """Returns when the process has ended. The file is whole at any time: launchers end what is left of a program."""
    most = (0, 0)
    while True:
        try:
            now = memory(pathlib.Path(f"/proc/{process}/status").read_text())
        except OSError:
            return
        if now is None:
            return
        if now[0] > most[0] or now[1] > most[1]:
            most = max(most[0], now[0]), max(most[1], now[1])
            partial = file.with_name(f"{file.name}.partial")
            partial.write_text(json.dumps({"anonymous": most[0], "resident": most[1]}))
            partial.replace(file)
        time.sleep(SECONDS)


def main() -> None:
    file, *words = sys.argv[1:]
    process = os.getpid()
    if os.fork() == 0:
        # Whoever reads the program's output would wait for this one, too.
        for descriptor in range(3):
            os.close(descriptor)
        watch(process, pathlib.Path(f"{file}-{rank()}"))
        os._exit(0)
    os.execvp(words[0], words)


if __name__ == "__main__":
    main()
