"""PyTorch Geometric's and scikit-learn's side: FOLDER SEED EPOCHS PATIENCE [SCORES]. Encodes the tables by hand.

Without SCORES it trains GraphSAGE on the whole graph, keeps the weights of the best R² of validation nodes, and fits
gradient-boosted trees to the columns alone. With SCORES it judges values of gas-run infer. Prints one JSON object: RMSE
and R² of the test nodes, of each.
"""

# ruff: noqa: E402

import json
import pathlib
import sys
import warnings

warnings.filterwarnings("ignore")

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.metrics import r2_score, root_mean_squared_error
from torch_geometric.nn import SAGEConv
from torch_geometric.utils import to_undirected


def features(nodes: pd.DataFrame, train: np.ndarray) -> np.ndarray:
    """Numbers standardised on training nodes, and a column for each word."""
    columns = []
    for name in nodes.columns.drop("id"):
        if pd.api.types.is_numeric_dtype(nodes[name]):
            known = nodes[name][train]
            columns.append((nodes[name] - known.mean()) / known.std())
        else:
            columns += [(nodes[name] == word).astype(float) for word in sorted(set(nodes[name]))]
    stacked: np.ndarray = np.stack(columns, axis=1).astype(np.float32)
    return stacked


class SAGE(torch.nn.Module):
    """Two layers, 128 wide, as gas-run train chooses them."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.convolutions = torch.nn.ModuleList([SAGEConv(width, 128), SAGEConv(128, 1)])

    def forward(self, x: torch.Tensor, edges: torch.Tensor) -> torch.Tensor:
        x = self.convolutions[0](F.dropout(x, 0.5, self.training), edges).relu()
        return self.convolutions[1](F.dropout(x, 0.5, self.training), edges)[:, 0]


def trained(
    x: np.ndarray, edges: torch.Tensor, y: np.ndarray, train: np.ndarray, val: np.ndarray, epochs: int, patience: int
) -> np.ndarray:
    mean, deviation = y[train].mean(), y[train].std()
    inputs, target = torch.from_numpy(x), torch.from_numpy(((y - mean) / deviation).astype(np.float32))
    known = torch.from_numpy(train)
    model = SAGE(x.shape[1])
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    best, kept, since = -np.inf, y, 0
    for _ in range(epochs):
        model.train()
        optimiser.zero_grad()
        F.mse_loss(model(inputs, edges)[known], target[known]).backward()
        optimiser.step()
        model.eval()
        with torch.no_grad():
            found = model(inputs, edges).numpy() * deviation + mean
        score = r2_score(y[val], found[val])
        since += 1
        if score > best:
            best, kept, since = score, found, 0
        if since >= patience:
            break
    return kept


def main(folder: pathlib.Path, seed: int, epochs: int, patience: int, scores: str | None) -> None:
    torch.manual_seed(seed)
    nodes, labels = pd.read_csv(folder / "nodes.csv"), pd.read_csv(folder / f"labels-{seed}.csv")
    y = labels["value"].to_numpy()
    train, val, test = ((labels["part"] == part).to_numpy() for part in ("train", "val", "test"))

    def judged(found: np.ndarray) -> list[float]:
        return [float(root_mean_squared_error(y[test], found[test])), float(r2_score(y[test], found[test]))]

    if scores:
        table = pd.read_csv(scores)
        if list(table["id"]) != list(nodes["id"]):
            sys.exit("regression: the scores are not those of all rows, in their order")
        json.dump({"gas": judged(table["value"].to_numpy())}, sys.stdout)
        return
    place = {name: row for row, name in enumerate(nodes["id"])}
    ends = pd.read_csv(folder / "edges.csv")
    pairs = np.array([ends["a"].map(place), ends["b"].map(place)])
    x = features(nodes, train)
    pyg = trained(x, to_undirected(torch.from_numpy(pairs)), y, train, val, epochs, patience)
    trees = HistGradientBoostingRegressor(random_state=seed).fit(x[train], y[train]).predict(x)
    json.dump({"PyG": judged(pyg), "trees": judged(trees)}, sys.stdout)


_, FOLDER, SEED, EPOCHS, PATIENCE, *REST = sys.argv
main(pathlib.Path(FOLDER), int(SEED), int(EPOCHS), int(PATIENCE), REST[0] if REST else None)
