#!/usr/bin/env bash
# Seconds per training epoch and peak memory of gas-run against full-batch training in PyTorch Geometric on the CPU: the
# same generated graph, the same GCN from the same weights, on one machine, in turns. Nothing is timed before both give the
# same answers.
#
#   Benchmarks/epoch-vs-pyg/run [--nodes N --edges M --hidden H …]     (all options: --help)
#
# GAS_BIN=DIR      uses gas-ingest and gas-run of that folder instead of building them
# PYTHON=PROGRAM   uses that Python, which must have torch and torch_geometric; default: an environment made from PyPI
# GAS_WORK=DIR     work folder; default .build/benchmarks in the checkout
#
# Writes Benchmarks/results/epoch-vs-pyg.md.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
work=${GAS_WORK:-$root/.build/benchmarks}/epoch-vs-pyg
fail() { echo "epoch-vs-pyg: $*" >&2; exit 1; }

command -v python3 > /dev/null || fail "python3 is missing: apt-get install python3-venv"
case " $* " in *" -h "* | *" --help "*) PYTHONPATH=$here/../common exec python3 "$here/compare.py" --help ;; esac
mkdir -p "$work"

if [ -z "${GAS_BIN:-}" ]; then
  for product in gas-ingest gas-run; do
    swift build --package-path "$root" -c release --product "$product" >&2 ||
      fail "building $product failed; Tools/quickstart installs the libraries that it needs"
  done
  build="commit $(git -C "$root" describe --always --dirty 2> /dev/null || echo unknown)"
  GAS_BIN=$(swift build --package-path "$root" -c release --show-bin-path)
fi

if [ -z "${PYTHON:-}" ]; then
  PYTHON=$work/venv/bin/python
  if ! "$PYTHON" -c 'import torch, torch_geometric, numpy' 2> /dev/null; then
    echo "installing PyTorch and PyTorch Geometric from PyPI into $work/venv (some gigabytes)" >&2
    python3 -m venv --clear "$work/venv" || fail "python3 cannot make an environment: apt-get install python3-venv"
    "$PYTHON" -m pip install --quiet numpy torch torch_geometric || fail "PyTorch cannot be installed from PyPI"
  fi
fi

PYTHONPATH=$here/../common exec python3 "$here/compare.py" --gas-bin "$GAS_BIN" --python "$PYTHON" --work "$work" \
  --result "$root/Benchmarks/results/epoch-vs-pyg.md" --build "${build:-binaries of GAS_BIN}" \
  --invocation "Benchmarks/epoch-vs-pyg/run${*:+ $*}" "$@"
