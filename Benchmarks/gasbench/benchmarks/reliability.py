"""The long form of the tests that docs/reliability.md names: more rounds and other draws of all that ends, damages,
races and fills, a long training, and the fuzzers. Three rounds with five minutes of training took eight minutes on
two cores.

Exits with 1 where a test failed.
"""

import argparse
import collections
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from gasbench.shared import pages
from gasbench.shared.benchmark import Benchmark
from gasbench.shared.messages import Failure
from gasbench.shared.pages import Page
from gasbench.shared.places import ROOT

# Kinds of trouble, and the test cases that make it.
KINDS = {
    "ended or failed at each change of the disk": "CrashTests|RunCrashTests|RunFolderTests|DraftTests",
    "loss of power": "PowerLossTests|RunPowerTests|ExportEndingTests",
    "signals and kills": "IngestSignalTests|CleanTests|KilledTrainingTests|RunOutputTests|IngestOutputTests",
    "two at once": "RunRaceTests|RunInterleavingTests|CommandRaceTests",
    "damaged stores and runs": "DamagedColumnTests|WildNumberTests|BlockCheckTests|ColumnDamageTests|RunDamageTests|"
    "DamagedStoreTests|HistorySealTests|SafetensorsTests|ManifestTests",
    "damaged inputs": "FuzzTests|AttributeFuzzTests",
    "limits": "SystemLimitTests|LostOutputTests|SizeTests|ReadingTests|FailingDiskTests",
    "training that goes on": "SoakTests",
}
TRIED = re.compile(r"^tried: (\d+) (.+)$", re.MULTILINE)
ENDED = re.compile(r"^Test Case '(\w+)\.(\w+)' (passed|failed|skipped) \(([\d.]+) seconds\)$", re.MULTILINE)


class Tests:
    """What Tools/test says of all kinds."""

    def __init__(self, options: argparse.Namespace) -> None:
        names = "|".join(KINDS.values())
        environment = {
            **os.environ,
            "GAS_TEST_ROUNDS": str(options.rounds),
            "GAS_TEST_SEED": str(options.seed),
            "GAS_SOAK_SECONDS": str(options.soak_seconds),
        }
        command = [str(ROOT / "Tools/test"), "--filter", rf"\.({names})/"]
        status = subprocess.run(command, env=environment, stdout=sys.stderr).returncode
        log = (ROOT / ".build-tests/tests.log").read_text(errors="replace")
        self.ended = ENDED.findall(log)
        self.failed = [f"{case}.{test}" for case, test, how, _ in self.ended if how == "failed"]
        self.tried: collections.Counter[str] = collections.Counter()
        for count, what in TRIED.findall(log):
            self.tried[what] += int(count)
        if status != 0 and not self.failed:
            raise Failure("a test ended without a word; what the tests printed is in .build-tests/tests.log")

    def rows(self) -> Iterator[list[object]]:
        for kind, names in KINDS.items():
            found = [(how, float(seconds)) for case, _, how, seconds in self.ended if case in names.split("|")]
            counts = collections.Counter(how for how, _ in found)
            seconds = sum(seconds for _, seconds in found)
            yield [kind, counts["passed"], counts["skipped"], counts["failed"], f"{seconds:.0f}"]


def fuzz(seconds: int) -> list[dict[str, Any]]:
    """What the fuzzers did, or nothing where they are not asked for."""
    if seconds == 0:
        return []
    command = [str(ROOT / "Tests/Fuzzing/run"), "--seconds", str(seconds), "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if not done.stdout:
        raise Failure(f"Tests/Fuzzing/run said nothing (exit status {done.returncode})")
    targets: list[dict[str, Any]] = json.loads(done.stdout)["targets"]
    return targets


class Reliability(Benchmark):
    name = "reliability"
    summary = "the long form of the tests of reliability, and the fuzzers"
    tools = ()

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        text = "how many times as often as Tools/test (default 20)"
        parser.add_argument("--rounds", type=int, default=20, help=text)
        parser.add_argument("--seed", type=int, default=1, help="of the draws (default 1; Tools/test has 0)")
        text = "of the training that goes on (default 600)"
        parser.add_argument("--soak-seconds", type=int, default=600, help=text)
        parser.add_argument("--fuzz-seconds", type=int, default=60, help="of each fuzzer (default 60; 0: none)")

    def measure(self) -> Page:
        start = time.monotonic()
        tests = Tests(self.options)
        targets = fuzz(self.options.fuzz_seconds)
        minutes = (time.monotonic() - start) / 60
        failed = tests.failed + [f"the fuzzer of {target['target']}" for target in targets if target["failed"]]
        tried = [[what, f"{count:,}"] for what, count in sorted(tests.tried.items())]
        body = [
            "What each kind promises is in [docs/reliability.md](../../docs/reliability.md).",
            "",
            *pages.table(["kind", "tests passed", "skipped", "failed", "seconds"], tests.rows()),
            "",
            "Draws, beside what the tests always do:",
            "",
            *pages.table(["what", "how often"], tried),
            "",
        ]
        if targets:
            executions = sum(target["executions"] for target in targets)
            body += [f"Fuzzing: {executions:,} executions of {len(targets)} parsers; [more](fuzzing.md).", ""]
        body.append("Findings: " + (", ".join(failed) or "none") + ".")
        missed = [f"failed: {', '.join(failed)}"] if failed else []
        return Page("The long form of the tests of reliability", body, f"{minutes:.0f} minutes.", missed)


BENCHMARK = Reliability
