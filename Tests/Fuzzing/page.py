"""Writes Benchmarks/results/fuzzing.md."""
import pathlib
import shlex
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "Benchmarks/common"))

import coverage
import pages

SCOPE = """## What is fuzzed and what is not

Each target calls one parser as the tools do, on a file in memory. Where a file has checksums, the target puts them right for most inputs, so that
damage is not found by them alone. A finding is a trap, a report of a sanitizer, 20 seconds without an end, 512 MiB of memory in all or at once, an error that
is no GasError, and a message of several lines. Swift and the kernels in C are built with address checks, the kernels and libyaml with
undefined-behaviour checks too.

Not fuzzed: the libraries that unpack (zlib, libdeflate, liblzma, libbz2, libzstd, lz4) are those of the system, not built with checks; a whole ingest
and a whole training (FuzzTests and damage tests do that, not led by coverage); folders of data sets as a whole, whose files are fuzzed one by
one; the files of histories, which are opened for writing; arguments of command lines; kernels in C that read no file."""


def write(results, build_seconds):
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=HERE, capture_output=True, text=True).stdout.strip()
    total = sum(result["executions"] for result in results)
    crashes = sum(result["failed"] for result in results)
    rows = [
        (result["target"], result["executions"], result["perSecond"], result["corpus"], int(result["failed"]), coverage.share(result["coverage"]["edges"]),
         coverage.share(result["coverage"]["functions"])) for result in results]
    pages.write("fuzzing", [
        "# Parsers under libFuzzer", "",
        pages.origin(shlex.join(["Tests/Fuzzing/run", *sys.argv[1:]])) + f" Sources of {commit}; its build took {build_seconds:.0f} s.", "",
        f"{total} executions of {len(results)} targets, {crashes} with findings. Edges and functions are those of the parser's own files that the seeds and what "
        "libFuzzer has kept in .build-fuzzing/corpus reach (targets.py names the files); generic code and what is inlined elsewhere is not counted among them.", "",
        *pages.table(["target", "executions", "a second", "corpus", "crashes", "edges of the parser", "functions"], rows), "", *SCOPE.split("\n")])
