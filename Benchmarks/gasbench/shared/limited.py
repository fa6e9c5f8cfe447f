"""Runs a program in a memory cgroup that counts page cache, and watches it."""

import pathlib
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterable

from gasbench.shared.cgroup import MemoryGroup, memory_group
from gasbench.shared.children import last_line
from gasbench.shared.messages import Failure

# A status that programs do not end with: the shell could not enter the group.
OUTSIDE = 125


class Limited:
    """What a program took: output, seconds, the group's peak, the most of it that was not file pages, disk space, and
    what it read from the disk and wrote to it (less the last fifth of a second)."""

    def __init__(
        self,
        command: Iterable[object],
        limit_bytes: int,
        disk: pathlib.Path,
        cwd: pathlib.Path | None = None,
        group: MemoryGroup | None = None,
    ) -> None:
        self._group, self._limit = group or memory_group(), limit_bytes
        if self._group.is_in_use():
            raise Failure(f"another benchmark runs in {self._group.folder}; wait for it")
        try:
            self._group.limit(limit_bytes)
        except OSError as error:
            raise Failure(f"{self._group.folder} takes no limit: {error}") from None
        self._disk, self._start_free = disk, shutil.disk_usage(disk).free
        self._least = self._start_free
        self.anonymous = self.read_bytes = self.written_bytes = 0
        self._done = threading.Event()
        self._run(list(map(str, command)), cwd)

    @property
    def disk_bytes(self) -> int:
        """The most that the program had on the disk at a time."""
        return self._start_free - self._least

    def _run(self, words: list[str], cwd: pathlib.Path | None) -> None:
        enter = f'echo 0 > "$1" || exit {OUTSIDE}; shift; exec "$@"'
        shell = ["bash", "-c", enter, "-", str(self._group.entrance), *words]
        start = time.monotonic()
        run = subprocess.Popen(shell, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cwd)
        watcher = threading.Thread(target=self._watch, args=(run.pid,))
        watcher.start()
        try:
            self.output, errors = run.communicate()
        finally:
            self.seconds = time.monotonic() - start
            self._done.set()
            watcher.join()
        self.peak = self._group.peak()
        if run.returncode == OUTSIDE:
            raise Failure(f"{self._group.folder} cannot be entered: {last_line(errors)}")
        if run.returncode == -signal.SIGKILL:
            limit = f"the cgroup's {self._limit >> 20} MiB are too little, unless somebody else killed it"
            raise Failure(f"{' '.join(words)}: killed; {limit}")
        if run.returncode != 0:
            raise Failure(f"{' '.join(words)}: {last_line(errors)} (exit status {run.returncode})")

    def _watch(self, process: int) -> None:
        while not self._done.is_set():
            self._read_traffic(process)
            self._group.sample()
            self.anonymous = max(self.anonymous, self._group.anonymous())
            self._least = min(self._least, shutil.disk_usage(self._disk).free)
            self._done.wait(0.2)

    def _read_traffic(self, process: int) -> None:
        try:
            lines = pathlib.Path(f"/proc/{process}/io").read_text().splitlines()
            counts = dict(line.split(": ") for line in lines)
        except (OSError, ValueError):
            return  # It has ended.
        self.read_bytes, self.written_bytes = int(counts["read_bytes"]), int(counts["write_bytes"])
