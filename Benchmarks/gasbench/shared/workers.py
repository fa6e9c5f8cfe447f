"""A few jobs at a time, each started when the one before it in its lane is done."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
Job = Callable[[], None]


class Workers:
    """Runs what `next_job` returns, a function without arguments, until it returns None or time is up.

    The first failure stops new jobs and is raised when those that run are done; an interrupt likewise.
    """

    def __init__(self, count: int, minutes: float | None = None) -> None:
        self.count = count
        self.end = time.monotonic() + 60 * minutes if minutes is not None else float("inf")
        self._lock = threading.Lock()
        self._failure: BaseException | None = None

    def run(self, next_job: Callable[[], Job | None]) -> None:
        threads = [threading.Thread(target=self._lane, args=(next_job,)) for _ in range(self.count)]
        for thread in threads:
            thread.start()
        try:
            for thread in threads:
                thread.join()
        except BaseException as interruption:
            self._failure = interruption
        for thread in threads:
            thread.join()
        if self._failure:
            raise self._failure

    def map(self, function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
        """Results in the order of the items; all of them, whatever the time."""
        results: dict[int, Result] = {}
        waiting = iter(enumerate(items))

        def job() -> Job | None:
            entry = next(waiting, None)
            if entry is None:
                return None
            place, item = entry
            return lambda: results.__setitem__(place, function(item))

        self.run(job)
        return [results[place] for place in range(len(items))]

    def _lane(self, next_job: Callable[[], Job | None]) -> None:
        while True:
            with self._lock:
                job = next_job() if not self._failure and time.monotonic() < self.end else None
            if job is None:
                return
            try:
                job()
            except Exception as failure:
                self._failure = self._failure or failure
                return
