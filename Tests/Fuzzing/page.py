"""Writes Benchmarks/results/fuzzing.md, by the package of the benchmarks."""
import json
import pathlib
import shlex
import subprocess
import sys

import coverage

HERE = pathlib.Path(__file__).resolve().parent
PACKAGES = HERE.parents[1] / "Benchmarks"
HEAD = ["target", "executions", "a second", "corpus", "crashes", "edges of the parser", "functions"]

SCOPE = """## What is fuzzed and what is not

Each target calls one parser as the tools do, on a file in memory. Where a file has checksums, the target puts them right for most inputs, so that
damage is not found by them alone. A finding is a trap, a report of a sanitizer, 20 seconds without an end, 512 MiB of memory in all or at once, an error that
is no GasError, and a message of several lines. Swift and the kernels in C are built with address checks, the kernels with
undefined-behaviour checks too.

Not fuzzed: libyaml and the libraries that unpack (zlib, libdeflate, liblzma, libbz2, libzstd, lz4) are those of the system, not built with checks; a whole ingest
and a whole training (FuzzTests and damage tests do that, not led by coverage); folders of data sets as a whole, whose files are fuzzed one by
one; the files of histories, which are opened for writing; arguments of command lines; kernels in C that read no file."""


def row(result):
    edges, functions = (coverage.share(result["coverage"][name]) for name in ("edges", "functions"))
    amounts = [result["executions"], result["perSecond"], result["corpus"]]
    return [result["target"], *amounts, int(result["failed"]), edges, functions]


def write(results, build_seconds):
    git = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(git, cwd=HERE, capture_output=True, text=True).stdout.strip()
    total = sum(result["executions"] for result in results)
    crashes = sum(result["failed"] for result in results)
    page = {
        "name": "fuzzing",
        "title": "Parsers under libFuzzer",
        "command": shlex.join(["Tests/Fuzzing/run", *sys.argv[1:]]),
        "note": f"Sources of {commit}; its build took {build_seconds:.0f} s.",
        "body": [
            f"{total} executions of {len(results)} targets, {crashes} with findings. Edges and functions are those of the"
            " parser's own files that the seeds and what libFuzzer has kept in .build-fuzzing/corpus reach (targets.py"
            " names the files); generic code and what is inlined elsewhere is not counted among them.",
            "",
            {"head": HEAD, "rows": [row(result) for result in results]},
            "",
            *SCOPE.split("\n"),
        ],
    }
    command = [sys.executable, "-m", "gasbench.page"]
    subprocess.run(command, cwd=PACKAGES, input=json.dumps(page), text=True, check=True)
