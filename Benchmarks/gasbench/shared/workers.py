"""A few jobs at a time, each started when the one before it in its lane is done."""
import threading
import time


class Workers:
    """Runs what `next_job` returns, a function without arguments, until it returns None or time is up.

    The first failure stops new jobs and is raised when those that run are done; an interrupt likewise.
    """

    def __init__(self, count, minutes=None):
        self.count = count
        self.end = time.monotonic() + 60 * minutes if minutes is not None else float("inf")
        self._lock, self._failure = threading.Lock(), None

    def run(self, next_job):
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

    def map(self, function, items):
        """Results in the order of the items; all of them, whatever the time."""
        results, waiting = [None] * len(items), iter(enumerate(items))

        def job():
            entry = next(waiting, None)
            return entry and (lambda: results.__setitem__(entry[0], function(entry[1])))

        self.run(job)
        return results

    def _lane(self, next_job):
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
