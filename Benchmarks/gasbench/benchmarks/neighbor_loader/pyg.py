"""PyTorch Geometric's side. Prints one JSON object.

`load STORE SAVED SCRATCH BATCHES` iterates over a store, and keeps some batches in SAVED. `check DATA SAVED` compares
these with a Data object of the files in DATA.
"""

# ruff: noqa: E402

import json
import pathlib
import sys
import time
import warnings

START = time.monotonic()
warnings.filterwarnings("ignore")

import numpy as np
import torch
import torch_geometric
from gas_gnn import Store
from gas_gnn.pyg import FeatureStore, GraphStore, NeighborSampler
from torch_geometric.data import Data
from torch_geometric.loader import NeighborLoader
from torch_geometric.utils import k_hop_subgraph

MASKS = ("train_mask", "val_mask", "test_mask")
SEEDS, FANOUT = 1024, [10, 5]
# Batches that are compared: of the epoch, and of all neighbours of a few seeds.
KEPT, WHOLE_SEEDS = 5, 64


def load(path: str, saved: str, scratch: str, count: int) -> dict[str, object]:
    store = Store(path)
    features, graph = FeatureStore(store), GraphStore(store, scratch=scratch)
    seeds = torch.arange(store.num_nodes)

    def loader(fanout: list[int], nodes: torch.Tensor, size: int, shuffle: bool) -> NeighborLoader:
        sampler = NeighborSampler(graph, fanout)
        return NeighborLoader(
            (features, graph), fanout, nodes, neighbor_sampler=sampler, batch_size=size, shuffle=shuffle
        )

    kept: dict[str, np.ndarray] = {}

    def keep(name: str, batch: Data) -> None:
        for key in ("x", "y", "n_id", "edge_index", *MASKS):
            kept[f"{name}.{key}"] = batch[key].numpy()
        kept[f"{name}.seeds"] = batch.n_id[: batch.batch_size].numpy()

    torch.manual_seed(0)
    begun = time.monotonic()
    nodes = edges = done = 0
    for done, batch in enumerate(loader(FANOUT, seeds, SEEDS, True), 1):
        nodes, edges = nodes + batch.num_nodes, edges + batch.num_edges
        if done <= KEPT:
            keep(f"sampled{done}", batch)
        if done == count:
            break
    seconds = time.monotonic() - begun
    for number, batch in enumerate(loader([-1, -1], seeds[:: store.num_nodes // 300], WHOLE_SEEDS, False)):
        keep(f"whole{number}", batch)
    np.savez(saved, **kept)
    return {
        "version": torch_geometric.__version__,
        "csc_bytes": 8 * (graph.row.numel() + graph.colptr.numel()),
        "start_seconds": begun - START,
        "batches": done,
        "seconds": seconds,
        "nodes": nodes / done,
        "edges": edges / done,
    }


def in_memory(folder: pathlib.Path) -> Data:
    """The Data object of the files that the store was made of; both directions of each edge, once."""
    pairs = torch.from_numpy(np.load(folder / "edges.npy").astype(np.int64)).t()
    both = torch.cat([pairs, pairs.flip(0)], dim=1)
    count = len(np.load(folder / "labels.npy", mmap_mode="r"))
    keys = torch.unique(both[0] * count + both[1])
    data = Data(edge_index=torch.stack([keys // count, keys % count]), num_nodes=count)
    data.x = torch.from_numpy(np.load(folder / "features.npy", mmap_mode="c"))
    data.y = torch.from_numpy(np.load(folder / "labels.npy").astype(np.int64))
    for mask in MASKS:
        listed = np.load(folder / f"{mask.removesuffix('_mask')}.npy").astype(np.int64)
        data[mask] = torch.zeros(count, dtype=torch.bool)
        data[mask][torch.from_numpy(listed)] = True
    return data


def is_equal(data: Data, keys: torch.Tensor, batch: dict[str, np.ndarray], is_whole: bool) -> bool:
    """Whether a batch has rows and edges of the data; of all neighbours, whether it has the nodes and edges of both
    hops and no others."""
    nodes = torch.from_numpy(batch["n_id"])
    if not all(torch.equal(torch.from_numpy(batch[name]), data[name][nodes]) for name in ("x", "y", *MASKS)):
        return False
    ends = nodes[torch.from_numpy(batch["edge_index"])]
    found = ends[0] * data.num_nodes + ends[1]
    if not is_whole:
        places = torch.searchsorted(keys, found).clamp(max=len(keys) - 1)
        return bool(torch.equal(keys[places], found)) and len(found.unique()) == len(found)
    seeds = torch.from_numpy(batch["seeds"])
    near, reached = (k_hop_subgraph(seeds, hops, data.edge_index, num_nodes=data.num_nodes)[0] for hops in (1, 2))
    is_near = torch.zeros(data.num_nodes, dtype=torch.bool)
    is_near[near] = True
    expected = keys[is_near[data.edge_index[1]]]
    return bool(torch.equal(nodes.sort().values, reached) and torch.equal(found.sort().values, expected))


def check(folder: str, saved: str) -> dict[str, object]:
    data = in_memory(pathlib.Path(folder))
    keys = data.edge_index[0] * data.num_nodes + data.edge_index[1]
    with np.load(saved) as file:
        names = sorted({name.partition(".")[0] for name in file})
        wrong = nodes = edges = 0
        for name in names:
            batch = {key.partition(".")[2]: file[key] for key in file if key.startswith(f"{name}.")}
            wrong += not is_equal(data, keys, batch, name.startswith("whole"))
            nodes, edges = nodes + len(batch["n_id"]), edges + batch["edge_index"].shape[1]
    return {"batches": len(names), "wrong": wrong, "nodes": nodes, "edges": edges}


if __name__ == "__main__":
    task, *words = sys.argv[1:]
    result = load(words[0], words[1], words[2], int(words[3])) if task == "load" else check(words[0], words[1])
    print(json.dumps(result))
