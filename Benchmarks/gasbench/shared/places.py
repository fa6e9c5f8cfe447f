"""Folders, and the environment variables that choose them."""

import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[3]
DATA = pathlib.Path(os.environ.get("GAS_DATA") or ROOT / "../shared/data").resolve()
WORK = pathlib.Path(os.environ.get("GAS_WORK") or ROOT / ".build/benchmarks").resolve()
PACKAGES = ROOT / "Benchmarks"
RESULTS = pathlib.Path(os.environ.get("GAS_RESULTS") or PACKAGES / "results").resolve()

# Printed below the options of every benchmark.
ENVIRONMENT = """\
environment:
  GAS_BIN=DIR      use gas-ingest and gas-run of that folder instead of building them
  GAS_DATA=DIR     folder of the data sets; default ../shared/data beside the checkout
  GAS_WORK=DIR     work folder; default .build/benchmarks in the checkout
  GAS_RESULTS=DIR  folder of the pages; default Benchmarks/results in the checkout
  PYTHON=PROGRAM   Python of the comparisons with PyTorch, PyTorch Geometric, NumPy or SciPy
"""
