"""The benchmark is in benchmark.py; orders.py runs in a Python with NumPy and SciPy, and calls cache.c."""

from gasbench.benchmarks.row_orders.benchmark import BENCHMARK

__all__ = ["BENCHMARK"]
