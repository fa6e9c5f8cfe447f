"""PyTorch Geometric's side: TASK DATA STORE WEIGHTS. Prints one JSON object.

`learn` trains a GraphSAGE on sampled neighbourhoods of the graph in DATA, keeps it in WEIGHTS and makes the run
from-pyg of STORE. `check LOGITS COUNT` computes COUNT nodes from their full neighbourhoods, which it reads from the
edge file alone, and compares them with the rows of LOGITS.
"""

# ruff: noqa: E402

import json
import pathlib
import sys
import warnings

warnings.filterwarnings("ignore")

import numpy as np
import torch
import torch_geometric
from gas_gnn.pyg import from_pyg
from torch.nn import functional
from torch_geometric.nn import GraphSAGE

CLASSES, HIDDEN, LAYERS = 16, 64, 2
SEEDS, FANOUT, EPOCHS = 4000, 6, 40
PIECE = 1 << 22


def edges_to(nodes: np.ndarray, edges: np.ndarray, share: float = 1, seed: int = 0) -> np.ndarray:
    """Each edge of an undirected list that leads to one of the nodes, in that direction and once; of these a share by
    chance. The list is read piece by piece."""
    random, found = np.random.default_rng(seed), []
    for start in range(0, len(edges), PIECE):
        pairs = np.asarray(edges[start : start + PIECE], np.int64)
        for both in (pairs, pairs[:, ::-1]):
            kept = both[nodes[both[:, 1]]]
            found.append(kept[random.random(len(kept)) < share] if share < 1 else kept)
    found_once: np.ndarray = np.unique(np.concatenate(found), axis=0).T
    return found_once


def neighbourhood(
    seeds: np.ndarray, count: int, edges: np.ndarray, share: float = 1
) -> tuple[np.ndarray, torch.Tensor]:
    """The nodes that outputs of the seeds depend on, seeds among them, ascending, and the edges by their places."""
    reached: np.ndarray = np.zeros(count, bool)
    reached[seeds] = True
    for layer in range(LAYERS):
        found = edges_to(reached, edges, share, layer)
        reached[found[0]] = True
    nodes = np.flatnonzero(reached)
    places: np.ndarray = np.zeros(count, np.int64)
    places[nodes] = np.arange(len(nodes))
    return nodes, torch.from_numpy(places[found])


def learn(data: pathlib.Path, store: str, weights: str) -> dict[str, object]:
    torch.manual_seed(1)
    edges, labels = np.load(data / "edges.npy", mmap_mode="r"), np.load(data / "labels.npy")
    seeds = np.random.default_rng(1).choice(np.load(data / "train.npy"), SEEDS, replace=False).astype(np.int64)
    share = FANOUT * len(labels) / (2 * len(edges))
    nodes, edge_index = neighbourhood(seeds, len(labels), edges, share)
    x = torch.from_numpy(np.load(data / "features.npy", mmap_mode="r")[nodes].astype(np.float32))
    target = torch.from_numpy(labels[seeds].astype(np.int64))
    places = torch.from_numpy(np.searchsorted(nodes, seeds))
    model = GraphSAGE(x.shape[1], HIDDEN, LAYERS, CLASSES, dropout=0.3, norm="batch_norm")
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(EPOCHS):
        optimiser.zero_grad()
        functional.cross_entropy(model(x, edge_index)[places], target).backward()
        optimiser.step()
    torch.save(model.state_dict(), weights)
    from_pyg(model, store=store, run="from-pyg", overwrite=True)
    return {"nodes": len(nodes), "edges": edge_index.shape[1], "version": torch_geometric.__version__}


def check(data: pathlib.Path, weights: str, path: str, count: int) -> dict[str, object]:
    edges, labels = np.load(data / "edges.npy", mmap_mode="r"), np.load(data / "labels.npy")
    logits = np.load(path, mmap_mode="r")
    seeds = np.sort(np.random.default_rng(2).choice(len(labels), count, replace=False))
    nodes, edge_index = neighbourhood(seeds, len(labels), edges)
    x = torch.from_numpy(np.load(data / "features.npy", mmap_mode="r")[nodes].astype(np.float32))
    model = GraphSAGE(x.shape[1], HIDDEN, LAYERS, CLASSES, dropout=0.3, norm="batch_norm")
    model.load_state_dict(torch.load(weights))
    with torch.no_grad():
        expected = model.eval()(x, edge_index).numpy()[np.searchsorted(nodes, seeds)]
    test = np.load(data / "test.npy").astype(np.int64)
    return {
        "difference": float(np.abs(logits[seeds] - expected).max() / np.abs(expected).max()),
        "accuracy": float((logits[test].argmax(1) == labels[test]).mean()),
        "sizes": f"{count}; {len(nodes)} and {edge_index.shape[1]}",
    }


def main(task: str, data: str, store: str, weights: str, *words: str) -> None:
    folder = pathlib.Path(data)
    found = learn(folder, store, weights) if task == "learn" else check(folder, weights, words[0], int(words[1]))
    json.dump(found, sys.stdout)


main(*sys.argv[1:])
