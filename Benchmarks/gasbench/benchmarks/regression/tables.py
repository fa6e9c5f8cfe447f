"""Real tables with a value to predict: FOLDER NAME SEEDS. Writes nodes.csv, edges.csv with the ten nearest rows of each
by the standardised numbers, and for each seed labels-SEED.csv, of which 60, 20 and 20 % train, validate and test.

diabetes: 442 patients and how their disease progressed after a year (Efron et al., Least Angle Regression, 2004), as
scikit-learn has it. diamonds: 3000 of 53 940 diamonds and their prices, as ggplot2 and plotnine have it.
"""

# ruff: noqa: E402

import importlib.util
import pathlib
import sys
import warnings

warnings.filterwarnings("ignore")

import numpy as np
import pandas as pd
from sklearn.datasets import load_diabetes
from sklearn.neighbors import NearestNeighbors

NEIGHBOURS = 10


def diabetes() -> tuple[pd.DataFrame, pd.Series]:
    table = load_diabetes(as_frame=True, scaled=False)
    return table.data, table.target


def diamonds() -> tuple[pd.DataFrame, pd.Series]:
    found = importlib.util.find_spec("plotnine")
    if found is None or found.origin is None:
        sys.exit("regression: this Python has no plotnine, whose table of diamonds is wanted: pip install plotnine")
    table = pd.read_csv(pathlib.Path(found.origin).parent / "data/diamonds.csv")
    table = table.sample(3000, random_state=0).reset_index(drop=True)
    # The logarithm, as everybody takes it: prices go over two orders of magnitude.
    return table.drop(columns="price"), np.log(table["price"])


def main(folder: pathlib.Path, name: str, seeds: int) -> None:
    columns, values = {"diabetes": diabetes, "diamonds": diamonds}[name]()
    folder.mkdir(parents=True, exist_ok=True)
    ids = [f"n{row}" for row in range(len(columns))]
    columns.assign(id=ids).to_csv(folder / "nodes.csv", index=False)
    numbers = columns.select_dtypes("number")
    points = ((numbers - numbers.mean()) / numbers.std()).to_numpy()
    near = NearestNeighbors(n_neighbors=NEIGHBOURS + 1).fit(points).kneighbors(points, return_distance=False)
    # Equal rows may be nearer than a row is to itself; a row is no neighbour of its own.
    pairs = [(row, other) for row, found in enumerate(near) for other in found if other != row]
    pd.DataFrame([(ids[a], ids[b]) for a, b in pairs], columns=["a", "b"]).to_csv(folder / "edges.csv", index=False)
    for seed in range(1, seeds + 1):
        order = np.random.default_rng(seed).permutation(len(ids))
        parts = np.empty(len(ids), dtype=object)
        first, second = round(0.6 * len(ids)), round(0.8 * len(ids))
        parts[order[:first]], parts[order[first:second]], parts[order[second:]] = "train", "val", "test"
        labels = pd.DataFrame({"id": ids, "value": values, "part": parts})
        labels.to_csv(folder / f"labels-{seed}.csv", index=False)
    print("null")


main(pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
