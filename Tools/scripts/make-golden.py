#!/usr/bin/env python3
"""Writes Fixtures/golden/*.json: what PyTorch and PyTorch Geometric compute on tiny inputs.

The files are committed; only whoever changes a case needs this script, with PyTorch 2.15 and PyTorch Geometric 2.8
(CPU):

    python Tools/scripts/make-golden.py Fixtures/golden [PART ...]

Parts: basics, gat, gat_weights, gcnii, appnp, gin, pna, aggr, batchnorm, layernorm, models, weighted_models,
weighted_losses; all by default. Each has random numbers of its own, so that a change of one leaves the others as they
are. Basics are computed in float32 (another processor may change a last digit), the rest in float64 from inputs and
weights that are float32.

Weights are written as inputs x outputs, the transpose of what torch.nn.Linear holds. Numbers are the shortest decimals
that name the float32. A gradient is called as what it belongs to, with a d before it.
"""

import pathlib
import sys

sys.dont_write_bytecode = True

import torch
from golden.basics import basics
from golden.losses import weighted_losses
from golden.models import models, weighted_models
from golden.norms import batchnorm, layernorm
from golden.operators import appnp, gat, gat_weights, gcnii, gin
from golden.pna import aggr, pna

FUNCTIONS = (
    basics,
    gat,
    gat_weights,
    gcnii,
    appnp,
    gin,
    pna,
    aggr,
    batchnorm,
    layernorm,
    models,
    weighted_models,
    weighted_losses,
)
PARTS = {part.__name__: part for part in FUNCTIONS}
SEEDS = {
    "pna": 2075,
    "models": 2050,
}  # of weights; others lead to variances near 0, where float32 cannot follow std's gradient


def main():
    chosen = sys.argv[2:] or list(PARTS)
    if len(sys.argv) < 2 or not set(chosen) <= set(PARTS):
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in chosen:
        torch.set_default_dtype(torch.float32 if name == "basics" else torch.float64)
        torch.manual_seed(SEEDS.get(name, 2021))
        PARTS[name](folder, torch.Generator().manual_seed(3294))


if __name__ == "__main__":
    main()
