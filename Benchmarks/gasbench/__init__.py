"""Benchmarks of gas. Benchmarks/run NAME starts one of them.

cli.py        the command line, and the names of all benchmarks
benchmarks/   a module for each, or a folder where it has several files: what another Python or a compiler takes, such
              as pyg.py and ceilings.c, lies beside
shared/       benchmark.py is what all have in common: options, programs, the page; the rest are its tools

A new benchmark is a module with a subclass of Benchmark, called BENCHMARK, and its name in cli.py. Its module docstring
is its help. It checks an answer, and raises Failure where that is wrong, before it measures.
"""
