"""Graphs of other libraries as plain arrays."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from gas_gnn._arrays import integer_ids
from gas_gnn._columnfile import Array
from gas_gnn._errors import GasError
from gas_gnn._plain import coo_of_tensor

MASKS = ("train_mask", "val_mask", "test_mask")


@dataclasses.dataclass
class GraphParts:
    """What a graph object says: ends of its edges as places 0 … N−1, and what belongs to nodes and edges."""

    edge_index: Any
    num_nodes: int | None = None
    is_directed: bool | None = None
    attributes: dict[str, Any] = dataclasses.field(default_factory=dict)
    notes: list[str] = dataclasses.field(default_factory=list)


def parts_of(graph: Any, names: dict[str, str]) -> GraphParts:
    """Takes a graph object apart.

    `names` says which attributes of its nodes and edges are x, y, edge_weight and so on, where a library leaves that
    to its users.
    """
    libraries = {base.__module__.partition(".")[0] for base in type(graph).__mro__}
    if "torch_geometric" in libraries:
        return _from_pyg(graph, names)
    if "networkx" in libraries:
        return _from_networkx(graph, names)
    if "dgl" in libraries:
        return _from_dgl(graph, names)
    if names:
        name, value = next(iter(names.items()))
        raise GasError(f'{name}="{value}" names an attribute of a NetworkX or DGL graph, and the graph is none')
    if "scipy" in libraries:
        return _from_scipy(graph)
    if "torch" in libraries and str(graph.layout) != "torch.strided":
        return _from_sparse_tensor(graph)
    if isinstance(graph, (list, tuple)) and any(hasattr(part, "edge_index") for part in graph):
        raise GasError(f"expected one graph, found a {type(graph).__name__} of {len(graph)}: pass one of them")
    if not hasattr(graph, "__array__") and not isinstance(graph, (list, tuple)):
        raise GasError(
            "expected an edge_index [2, edges] or a graph of PyG, SciPy, NetworkX or DGL, found"
            f" {type(graph).__name__}; gas-ingest reads files"
        )
    return GraphParts(graph)


def _from_pyg(data: Any, names: dict[str, str]) -> GraphParts:
    if hasattr(data, "node_types") or not hasattr(data, "keys"):
        raise GasError(
            f"expected one homogeneous torch_geometric.data.Data, found {type(data).__name__}:"
            " HeteroData.to_homogeneous() makes one, and dataset[0] takes it out of a data set"
        )
    keys = set(data.keys())
    found = GraphParts(None, data.num_nodes)
    if "edge_index" in keys:
        found.edge_index = data.edge_index
    elif "adj_t" in keys:
        _take_transposed(found, data.adj_t)
    else:
        raise GasError("expected a Data object with edge_index or adj_t, found neither")
    taken = {"edge_index", "adj_t", "num_nodes"}
    for name in ("x", "y", *MASKS, "edge_weight", "edge_attr"):
        key = names.get(name, name)
        if key in keys:
            found.attributes[name] = data[key]
            taken.add(key)
        elif name in names:
            raise GasError(f'{name}="{key}": the Data object has no {key}; it has {", ".join(sorted(keys))}')
    if left := sorted(keys - taken):
        found.notes.append(f"left out of the Data object: {', '.join(left)}")
    return found


def _take_transposed(found: GraphParts, adjacency: Any) -> None:
    """The edges of PyG's adj_t: a tensor of torch where torch-sparse is not installed, else its SparseTensor."""
    if hasattr(adjacency, "layout"):
        targets, sources, values = coo_of_tensor(adjacency)
        found.edge_index = np.stack([sources, targets])
        if values.ndim > 1:
            found.attributes["edge_attr"] = values
        else:
            _take_values(found, values)
        return
    row, col, value = adjacency.t().coo()
    found.edge_index = np.stack([_plain(row), _plain(col)])
    if value is not None:
        found.attributes["edge_weight" if value.dim() == 1 else "edge_attr"] = value


def _from_scipy(matrix: Any) -> GraphParts:
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise GasError(f"expected a square adjacency matrix, found {list(matrix.shape)}")
    entries = matrix.tocoo(copy=True)
    # Entries of one place are one of their sum, in every format of SciPy; blocks are filled up with zeros.
    entries.sum_duplicates()
    if matrix.format == "bsr":
        entries.eliminate_zeros()
    found = GraphParts(np.stack([entries.row, entries.col]), matrix.shape[0])
    _take_values(found, entries.data)
    return found


def _from_sparse_tensor(tensor: Any) -> GraphParts:
    if tensor.dim() != 2 or tensor.shape[0] != tensor.shape[1]:
        raise GasError(f"expected a square adjacency matrix, found {list(tensor.shape)}")
    rows, columns, values = coo_of_tensor(tensor)
    found = GraphParts(np.stack([rows, columns]), tensor.shape[0])
    _take_values(found, values)
    return found


def _take_values(found: GraphParts, values: Array) -> None:
    if len(values) and np.any(values != 1):
        found.attributes["edge_weight"] = values
        found.notes.append("the values of the matrix are weights, since they are not all 1")


def _from_networkx(graph: Any, names: dict[str, str]) -> GraphParts:
    nodes = list(graph.nodes)
    place = {node: index for index, node in enumerate(nodes)}
    edges = list(graph.edges(data=True))
    ends = np.array([[place[source], place[target]] for source, target, _ in edges], np.int64).reshape(-1, 2)
    found = GraphParts(ends.T, len(nodes), is_directed=bool(graph.is_directed()))
    ids = _node_ids(nodes)
    if ids is not None:
        found.attributes["ids"] = ids
    for name, key in names.items():
        is_of_edges = name.startswith("edge_")
        kind = "edge" if is_of_edges else "node"
        rows = [data for *_, data in edges] if is_of_edges else [graph.nodes[node] for node in nodes]
        lacking = next((index for index, row in enumerate(rows) if key not in row), None)
        if lacking is not None:
            which = edges[lacking][:2] if is_of_edges else nodes[lacking]
            raise GasError(f'{name}="{key}": {kind} {which!r} has no such attribute')
        found.attributes[name] = _column([row[key] for row in rows], f'{name}="{key}"')
    used = set(names.values())
    of_nodes = sorted(str(key) for node in nodes[:1] for key in graph.nodes[node] if key not in used)
    of_edges = sorted(str(key) for *_, data in edges[:1] for key in data if key not in used)
    if of_nodes:
        found.notes.append(_left_out("nodes", of_nodes, "x"))
    if of_edges:
        found.notes.append(_left_out("edges", of_edges, "edge_weight"))
    return found


def _left_out(kind: str, keys: list[str], argument: str) -> str:
    """A note about attributes that nobody asked for."""
    names = ", ".join(keys)
    return f'left out of the {kind} of the NetworkX graph: {names} ({argument}="{keys[0]}" takes one of numbers)'


def _column(values: list[Any], what: str) -> Array:
    """The values of an attribute, one for each node or edge."""
    try:
        return np.array(values)
    except ValueError:
        raise GasError(f"{what}: expected numbers, or rows of one length, found rows of several lengths") from None


def _node_ids(nodes: list[Any]) -> Array | None:
    """Ids of NetworkX nodes: None where they are 0 … N−1 in order."""
    if all(isinstance(node, (int, np.integer)) and not isinstance(node, bool) for node in nodes):
        if nodes == list(range(len(nodes))):
            return None
        return integer_ids(nodes)
    if all(isinstance(node, str) for node in nodes):
        return np.array(nodes, object)
    other = next(node for node in nodes if not isinstance(node, str))
    raise GasError(
        f"nodes of the NetworkX graph have to be all integers or all texts, found {other!r}:"
        " networkx.convert_node_labels_to_integers numbers them"
    )


def _from_dgl(graph: Any, names: dict[str, str]) -> GraphParts:
    if not graph.is_homogeneous:
        raise GasError("expected a homogeneous DGL graph: dgl.to_homogeneous makes one")
    source, target = graph.edges()
    found = GraphParts(np.stack([_plain(source), _plain(target)]), graph.num_nodes())
    usual = {"x": "feat", "y": "label", **{mask: mask for mask in MASKS}}
    used = set[str]()
    for name, key in {**usual, **names}.items():
        frame = graph.edata if name.startswith("edge_") else graph.ndata
        if key in frame:
            found.attributes[name] = frame[key]
            used.add(key)
        elif name in names:
            raise GasError(f'{name}="{key}": the DGL graph has no {key}; it has {", ".join(sorted(frame))}')
    if left := sorted(key for key in (*graph.ndata, *graph.edata) if key not in used):
        found.notes.append(f"left out of the DGL graph: {', '.join(left)}")
    return found


def _plain(value: Any) -> Array:
    """An array of a tensor."""
    return np.asarray(value.detach().cpu().numpy() if hasattr(value, "detach") else value)
