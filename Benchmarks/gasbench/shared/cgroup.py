"""Runs a program in a memory cgroup (version 1) that counts page cache, and watches it."""
import os
import pathlib
import shutil
import subprocess
import threading
import time

from programs import Failure

GROUP = pathlib.Path("/sys/fs/cgroup/memory/gas-benchmark")


class Limited:
    """What a program took: output, seconds, the group's peak, the most of it that was not file pages, disk space, and what it
    read from the disk and wrote to it (less the last fifth of a second)."""

    def __init__(self, command, limit_bytes, disk, cwd=None):
        try:
            GROUP.mkdir(exist_ok=True)
            (GROUP / "memory.limit_in_bytes").write_text(str(limit_bytes))
            (GROUP / "memory.max_usage_in_bytes").write_text("0")
        except OSError as error:
            raise Failure(f"a memory cgroup (version 1) that can be written is needed: {error}") from None
        self.anonymous, self._least = 0, shutil.disk_usage(disk).free
        self._start_free, self._disk, self._done = self._least, disk, False
        self.read_bytes = self.written_bytes = 0
        start = time.monotonic()
        enter = f"echo 0 > {GROUP}/tasks; exec \"$@\""
        run = subprocess.Popen(["bash", "-c", enter, "-", *map(str, command)], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, cwd=cwd)
        watcher = threading.Thread(target=self._watch, args=(run.pid,))
        watcher.start()
        self.output, errors = run.communicate()
        self.seconds = time.monotonic() - start
        self._done = True
        watcher.join()
        self.status = run.returncode
        self.peak = int((GROUP / "memory.max_usage_in_bytes").read_text())
        if self.status != 0:
            reason = (errors.strip().splitlines() or ["no message"])[-1]
            raise Failure(f"{' '.join(map(str, command))}: {reason} (exit status {self.status})")

    @property
    def disk_bytes(self):
        """The most that the program had on the disk at a time."""
        return self._start_free - self._least

    def _watch(self, process):
        while not self._done:
            self._read_traffic(process)
            lines = dict(line.split() for line in (GROUP / "memory.stat").read_text().splitlines())
            self.anonymous = max(self.anonymous, int(lines["total_rss"]))
            self._least = min(self._least, shutil.disk_usage(self._disk).free)
            time.sleep(0.2)

    def _read_traffic(self, process):
        try:
            counts = dict(line.split(": ") for line in pathlib.Path(f"/proc/{process}/io").read_text().splitlines())
        except (OSError, ValueError):
            return  # It has ended.
        self.read_bytes, self.written_bytes = int(counts["read_bytes"]), int(counts["write_bytes"])
