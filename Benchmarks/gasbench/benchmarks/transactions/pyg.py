"""PyTorch Geometric's side: FOLDER SEED EPOCHS PATIENCE. Encodes the tables by hand, trains GraphSAGE on the whole
graph and keeps the weights of the best average precision of validation nodes. Prints one JSON object: probabilities of
fraud of all accounts, in the order of the tables.
"""

# ruff: noqa: E402

import csv
import datetime
import json
import pathlib
import sys
import warnings

warnings.filterwarnings("ignore")

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import average_precision_score
from torch_geometric.nn import SAGEConv
from torch_geometric.utils import to_undirected

Rows = list[dict[str, str]]
GAPS = ("", "na")


def read(path: pathlib.Path) -> Rows:
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def numbers(rows: Rows, column: str, train: np.ndarray) -> list[np.ndarray]:
    """Standardised on training nodes, and whether there is a gap."""
    gaps = np.array([row[column].lower() in GAPS for row in rows])
    values = np.array([0.0 if gap else float(row[column]) for row, gap in zip(rows, gaps, strict=True)])
    known = np.zeros(len(rows), bool)
    known[train] = True
    known &= ~gaps
    values[gaps] = values[known].mean()
    return [(values - values[known].mean()) / values[known].std(ddof=1), gaps.astype(float)]


def words(rows: Rows, column: str) -> list[np.ndarray]:
    """One column for each word."""
    values = np.array([row[column] for row in rows])
    return [(values == word).astype(float) for word in sorted(set(values))]


def features(accounts: Rows, train: np.ndarray) -> torch.Tensor:
    for row in accounts:
        row["opened"] = str(datetime.date.fromisoformat(row["opened"]).toordinal())
    columns = [column for name in ("age", "balance", "opened") for column in numbers(accounts, name, train)]
    columns += [column for name in ("country", "segment", "newsletter") for column in words(accounts, name)]
    return torch.from_numpy(np.stack(columns, axis=1).astype(np.float32))


class SAGE(torch.nn.Module):
    """Two layers, 128 wide, as gas-run train chooses them."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.convolutions = torch.nn.ModuleList([SAGEConv(width, 128), SAGEConv(128, 2)])

    def forward(self, x: torch.Tensor, edges: torch.Tensor) -> torch.Tensor:
        x = self.convolutions[0](F.dropout(x, 0.5, self.training), edges).relu()
        return self.convolutions[1](F.dropout(x, 0.5, self.training), edges)


def main(folder: pathlib.Path, seed: int, epochs: int, patience: int) -> None:
    torch.manual_seed(seed)
    accounts, transactions = read(folder / "accounts.csv"), read(folder / "tx.csv")
    place = {row["account_id"]: number for number, row in enumerate(accounts)}
    labels = np.full(len(accounts), -1)
    parts: dict[str, list[int]] = {"train": [], "val": [], "test": []}
    for row in read(folder / "split.csv"):
        labels[place[row["account_id"]]] = row["is_fraud"] == "yes"
        parts[row["split"]].append(place[row["account_id"]])
    train, val = np.array(parts["train"]), np.array(parts["val"])
    pairs = np.array([[place[row["sender"]], place[row["receiver"]]] for row in transactions]).T
    edges = to_undirected(torch.from_numpy(pairs))
    x, target = features(accounts, train), torch.from_numpy(labels)
    model = SAGE(x.shape[1])
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    best, kept, since = -1.0, np.zeros(len(accounts)), 0
    for _ in range(epochs):
        model.train()
        optimiser.zero_grad()
        F.cross_entropy(model(x, edges)[train], target[train]).backward()
        optimiser.step()
        model.eval()
        with torch.no_grad():
            probabilities = model(x, edges).softmax(dim=1)[:, 1].numpy()
        score = average_precision_score(labels[val], probabilities[val])
        since += 1
        if score > best:
            best, kept, since = score, probabilities, 0
        if since >= patience:
            break
    json.dump(kept.tolist(), sys.stdout)


main(pathlib.Path(sys.argv[1]), *map(int, sys.argv[2:5]))
