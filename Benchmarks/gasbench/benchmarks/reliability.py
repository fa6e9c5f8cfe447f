#!/usr/bin/env python3
"""The long form of the tests that docs/reliability.md names: more rounds and other draws of all that ends,
damages, races and fills, a long training, and the fuzzers. Three rounds with five minutes of
training took eight minutes on two cores.

Writes Benchmarks/results/reliability.md, and exits with 1 where a test failed. GAS_WORK: see Benchmarks/common/programs.py.
"""
import argparse
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))

import pages
from programs import ROOT, Failure

# Kinds of trouble, and the test cases that make it.
KINDS = {
    "ended or failed at each change of the disk": "CrashTests|RunCrashTests|RunFolderTests|DraftTests",
    "loss of power": "PowerLossTests|RunPowerTests|ExportEndingTests",
    "signals and kills": "IngestSignalTests|CleanTests|KilledTrainingTests|RunOutputTests|IngestOutputTests",
    "two at once": "RunRaceTests|RunInterleavingTests|CommandRaceTests",
    "damaged stores and runs": "DamagedColumnTests|BlockCheckTests|ColumnDamageTests|RunDamageTests|DamagedStoreTests|"
                               "HistorySealTests|SafetensorsTests|ManifestTests",
    "damaged inputs": "FuzzTests",
    "limits": "SystemLimitTests|LostOutputTests|SizeTests|ReadingTests|FailingDiskTests",
    "training that goes on": "SoakTests",
}
TRIED = re.compile(r"^tried: (\d+) (.+)$", re.MULTILINE)
ENDED = re.compile(r"^Test Case '(\w+)\.(\w+)' (passed|failed|skipped) \(([\d.]+) seconds\)$", re.MULTILINE)


class Tests:
    """What Tools/test says of all kinds."""

    def __init__(self, options):
        names = "|".join(KINDS.values())
        environment = {"GAS_TEST_ROUNDS": options.rounds, "GAS_TEST_SEED": options.seed,
                       "GAS_SOAK_SECONDS": options.soak_seconds}
        environment = {**os.environ, **{name: str(value) for name, value in environment.items()}}
        status = subprocess.run([ROOT / "Tools/test", "--filter", rf"\.({names})/"], env=environment,
                                stdout=sys.stderr).returncode
        log = (ROOT / ".build-tests/tests.log").read_text(errors="replace")
        self.ended = ENDED.findall(log)
        self.failed = [f"{case}.{test}" for case, test, how, _ in self.ended if how == "failed"]
        self.tried = collections.Counter()
        for count, what in TRIED.findall(log):
            self.tried[what] += int(count)
        if status != 0 and not self.failed:
            raise Failure("a test ended without a word; what the tests printed is in .build-tests/tests.log")

    def rows(self):
        for kind, names in KINDS.items():
            found = [(how, float(seconds)) for case, _, how, seconds in self.ended if case in names.split("|")]
            counts = collections.Counter(how for how, _ in found)
            yield [kind, counts["passed"], counts["skipped"], counts["failed"], f"{sum(s for _, s in found):.0f}"]


def fuzz(seconds):
    """What the fuzzers did, or nothing where they are not asked for."""
    if seconds == 0:
        return []
    command = [ROOT / "Tests/Fuzzing/run", "--seconds", str(seconds), "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if not done.stdout:
        raise Failure(f"Tests/Fuzzing/run said nothing (exit status {done.returncode})")
    return json.loads(done.stdout)["targets"]


def page(options, tests, targets, seconds):
    command = f"Benchmarks/reliability/run --rounds {options.rounds} --seed {options.seed} " \
              f"--soak-seconds {options.soak_seconds} --fuzz-seconds {options.fuzz_seconds}"
    lines = ["# The long form of the tests of reliability", "", f"{pages.origin(command)} {seconds / 60:.0f} minutes.", "",
             "What each kind promises is in [docs/reliability.md](../../docs/reliability.md).", ""]
    lines += pages.table(["kind", "tests passed", "skipped", "failed", "seconds"], tests.rows())
    lines += ["", "Draws, beside what the tests always do:", ""]
    lines += pages.table(["what", "how often"], [[what, f"{count:,}"] for what, count in sorted(tests.tried.items())])
    if targets:
        executions = sum(target["executions"] for target in targets)
        lines += ["", f"Fuzzing: {executions:,} executions of {len(targets)} parsers; [more](fuzzing.md)."]
    failed = tests.failed + [f"the fuzzer of {target['target']}" for target in targets if target["failed"]]
    lines += ["", "Findings: " + (", ".join(failed) or "none") + "."]
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20, help="how many times as often as Tools/test (default 20)")
    parser.add_argument("--seed", type=int, default=1, help="of the draws (default 1; Tools/test has 0)")
    parser.add_argument("--soak-seconds", type=int, default=600, help="of the training that goes on (default 600)")
    parser.add_argument("--fuzz-seconds", type=int, default=60, help="of each fuzzer (default 60; 0: none)")
    options = parser.parse_args()
    start = time.monotonic()
    try:
        tests = Tests(options)
        targets = fuzz(options.fuzz_seconds)
        pages.write("reliability", page(options, tests, targets, time.monotonic() - start))
    except (Failure, OSError) as failure:
        sys.exit(f"reliability: {failure}")
    if tests.failed or any(target["failed"] for target in targets):
        sys.exit(1)


main()
