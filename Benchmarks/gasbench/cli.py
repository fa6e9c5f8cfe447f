"""The command line: Benchmarks/run NAME [options]."""

import importlib
import os
import pathlib
import sys

from gasbench.shared.benchmark import Benchmark

NAMES = (
    "accuracy",
    "adjacency",
    "billion-edges",
    "billion-training",
    "blas-cores",
    "ceilings",
    "constant-memory",
    "defaults",
    "disk-hidden",
    "epoch-vs-pyg",
    "from-pyg",
    "generate",
    "halo-order",
    "halo-windows",
    "history-types",
    "ingest-throughput",
    "lipschitz",
    "memory",
    "neighbor-loader",
    "networks",
    "partition-quality",
    "partitioners",
    "peers",
    "plans",
    "precision",
    "ranks",
    "ranks-speed",
    "regression",
    "reliability",
    "row-orders",
    "small-graphs",
    "staleness",
    "streamed-accuracy",
    "trace",
    "transactions",
    "versions",
)


def load(name: str) -> type[Benchmark]:
    """The benchmark's class; only its own module is imported, since children inherit the memory of their parent."""
    module = name.replace("-", "_")
    if (pathlib.Path(__file__).parent / "benchmarks" / module).is_dir():
        module += ".benchmark"
    found: type[Benchmark] = importlib.import_module(f"gasbench.benchmarks.{module}").BENCHMARK
    return found


def overview() -> str:
    width = max(map(len, NAMES))
    return "\n".join(
        [
            "usage: Benchmarks/run NAME [options]",
            "",
            "Each benchmark checks its answers before it measures and writes the page Benchmarks/results/NAME.md.",
            "Benchmarks/run NAME --help says what it measures, and its options.",
            "",
            *(f"  {name:{width}}  {load(name).summary}" for name in NAMES),
        ]
    )


def main(words: list[str]) -> int:
    """Runs the benchmark that the first word names; returns the exit status."""
    if not words or words[0] in ("-h", "--help"):
        print(overview())
        return 0 if words else 2
    name, *options = words
    if name not in NAMES:
        print(f"Benchmarks/run: no benchmark is called {name}; Benchmarks/run --help lists them", file=sys.stderr)
        return 2
    # Figures are those of what the programs choose by themselves, not of what this shell prescribes.
    for variable in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        os.environ.pop(variable, None)
    return load(name)(options).main()
