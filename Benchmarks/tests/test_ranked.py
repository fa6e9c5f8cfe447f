"""Programs that are started by a launcher, and what each of its ranks takes."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from gasbench.shared import watched
from gasbench.shared.messages import Failure
from gasbench.shared.ranked import Launched

STATUS = "Name:\tgas-run\nVmHWM:\t 300 kB\nRssAnon:\t 100 kB\nRssFile:\t 190 kB\nRssShmem:\t 10 kB\nThreads:\t4\n"


class Launching(unittest.TestCase):
    def test_the_launcher_stands_before_the_program(self) -> None:
        programs = Launched(pathlib.Path("/bin"), ["env", "A=1"])
        self.assertEqual(programs.command("echo"), ["env", "A=1", "/bin/echo"])
        with self.assertRaisesRegex(Failure, r"env A=1 /bin/false --json: no message \(exit status 1\)"):
            programs.call("false")


class Memory(unittest.TestCase):
    def test_file_pages_are_left_out(self) -> None:
        self.assertEqual(watched.memory(STATUS), (110 << 10, 300 << 10))

    def test_a_process_that_has_ended_has_none(self) -> None:
        self.assertIsNone(watched.memory("Name:\tgas-run\nState:\tZ (zombie)\n"))

    def test_a_program_is_watched_while_it_runs(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "memory"
            # 64 MiB, for long enough that it is seen.
            code = "import sys, time; kept = b'x' * (64 << 20); print(len(kept)); time.sleep(1); sys.exit(3)"
            words = [sys.executable, str(watched.__file__), str(file), sys.executable, "-c", code]
            environment = {**os.environ, "OMPI_COMM_WORLD_RANK": "2"}
            done = subprocess.run(words, capture_output=True, text=True, env=environment)
            self.assertEqual((done.returncode, done.stdout), (3, f"{64 << 20}\n"))
            noted = json.loads((pathlib.Path(folder) / "memory-2").read_text())
            self.assertGreater(noted["anonymous"], 64 << 20)
            self.assertGreaterEqual(noted["resident"], noted["anonymous"])
            self.assertGreater(noted["processor"], 0)
            self.assertLess(noted["processor"], 1)


if __name__ == "__main__":
    unittest.main()
