"""GATConv, GCN2Conv, APPNP and GINConv of PyTorch Geometric."""

import torch
from golden.cases import features, linear, operator, prefixed, random, randomise, same
from golden.files import write
from golden.graphs import FEATURES, NODES, OUTPUTS, directed_edges, graphs, undirected_edges
from torch_geometric.nn import APPNP, GATConv, GCN2Conv, GINConv
from torch_geometric.utils import add_remaining_self_loops


def gat(folder, generator):
    """Attention over neighbours and the node itself; a missing self-loop is added, its edge features are zeros."""
    for name, edges, edge_weight in graphs(generator):
        if edge_weight is not None:
            continue  # GATConv takes no weights
        x = features(generator)
        for heads, concat in ((1, True), (3, True), (3, False)):
            layer = GATConv(FEATURES, OUTPUTS, heads, concat=concat)
            parameters = gat_parameters(layer)
            randomise(parameters, generator)
            tensors = operator(layer(x, edges), parameters, generator, x=x)
            write(
                folder,
                f"gat-{name}-{heads}-{'concatenated' if concat else 'averaged'}",
                {"edges": edges} | tensors,
                heads=heads,
                concatenated=int(concat),
            )
        if name == "directed":
            gat_with_edge_features(folder, generator, edges, x)


def gat_with_edge_features(folder, generator, edges, x):
    """The graph's own self-loop keeps its features: GATConv itself would replace them, so loops are added before."""
    edge_features = random(edges.shape[1], 3, generator=generator)
    looped, looped_features = add_remaining_self_loops(edges, edge_features, fill_value=0.0, num_nodes=NODES)
    layer = GATConv(FEATURES, OUTPUTS, 3, edge_dim=3, add_self_loops=False)
    parameters = gat_parameters(layer)
    randomise(parameters, generator)
    tensors = operator(layer(x, looped, looped_features), parameters, generator, x=x)
    write(
        folder,
        "gat-directed-edge-features",
        {"edges": edges, "edge_features": edge_features} | tensors,
        heads=3,
        concatenated=1,
    )


def gat_weights(folder, generator):
    """Weights of edges as edge_attr with edge_dim=1, as GATConv takes them: a missing self-loop has the mean of the
    node's weights.

    Without loops of the graph's own GATConv adds them itself. It would replace those that are there, so they are added
    before where a node has one: it keeps its weight. With features beside, a missing loop's are zeros.
    """
    directed, undirected = directed_edges(generator), undirected_edges(generator)
    loopless = directed[:, directed[0] != directed[1]]
    cases = (
        ("directed", loopless, 3, True, 0),
        ("directed-loop", directed, 3, False, 0),
        ("undirected", undirected, 2, True, 0),
        ("directed-features", directed, 2, True, 2),
    )
    for name, edges, heads, concat, width in cases:
        x = features(generator)
        weight = random(edges.shape[1], generator=generator)  # of both signs
        has_loops = bool((edges[0] == edges[1]).any())
        layer = GATConv(FEATURES, OUTPUTS, heads, concat=concat, edge_dim=width + 1, add_self_loops=not has_loops)
        parameters = gat_parameters(layer)
        randomise(parameters, generator)
        looped, values = edges, weight.unsqueeze(1)
        if has_loops:
            looped, values = add_remaining_self_loops(edges, values, fill_value="mean", num_nodes=NODES)
        stored = {"edges": edges, "edge_weight": weight}
        if width > 0:
            stored["edge_features"] = random(edges.shape[1], width, generator=generator)
            _, beside = add_remaining_self_loops(edges, stored["edge_features"], fill_value=0.0, num_nodes=NODES)
            values = torch.cat([beside, values], dim=1)
        tensors = operator(layer(x, looped, values), parameters, generator, x=x)
        write(folder, f"gatweights-{name}", stored | tensors, heads=heads, concatenated=int(concat))


def gat_parameters(layer):
    """weight: in x (H C), head after head; att_source, att_target: H x C; edge_weight_matrix: D x (H C); att_edge:
    H x C."""

    def one(value):
        return value.squeeze(0)

    found = linear(layer.lin) | {"att_source": (layer.att_src, one), "att_target": (layer.att_dst, one)}
    if layer.lin_edge is not None:
        found |= {"edge_weight_matrix": (layer.lin_edge.weight, torch.t), "att_edge": (layer.att_edge, one)}
    return found | {"bias": (layer.bias, same)}


def gcnii(folder, generator):
    """Shared: ((1 - a) A X + a X0)((1 - b) I + b W), b = ln(theta / layer + 1), W: `weight`.

    Separate: (1 - a) A X ((1 - b) I + b W) + a X0 ((1 - b) I + b V), V: `initial_weight`.
    """
    settings = {"alpha": 0.1, "theta": 0.5, "layer": 3}
    for name, edges, edge_weight in graphs(generator):
        if name == "directed":
            continue
        x, x0 = features(generator), features(generator)
        for shared in (True, False):
            layer = GCN2Conv(FEATURES, shared_weights=shared, **settings)
            parameters = gcnii_parameters(layer)
            randomise(parameters, generator)
            tensors = operator(layer(x, x0, edges, edge_weight), parameters, generator, x=x, x0=x0)
            write(
                folder,
                f"gcnii-{name}-{'shared' if shared else 'separate'}",
                graph(edges, edge_weight) | tensors,
                **settings,
                shared=int(shared),
            )


def gcnii_parameters(layer):
    found = {"weight": (layer.weight1, same)}
    return found if layer.weight2 is None else found | {"initial_weight": (layer.weight2, same)}


def graph(edges, edge_weight):
    return {"edges": edges} | ({} if edge_weight is None else {"edge_weight": edge_weight})


def appnp(folder, generator):
    """z <- (1 - a) A z + a z0, K times from z = z0 = x."""
    for name, edges, edge_weight in graphs(generator):
        if name == "directed":
            continue
        x = features(generator)
        for steps in (1, 10):
            y = APPNP(K=steps, alpha=0.1)(x, edges, edge_weight)
            write(
                folder,
                f"appnp-{name}-{steps}",
                graph(edges, edge_weight) | operator(y, {}, generator, x=x),
                alpha=0.1,
                steps=steps,
            )


def gin(folder, generator):
    """MLP((1 + eps) x + sum over neighbours), MLP: mlp.0 -> relu -> mlp.1, eps = 0.3."""
    for name, edges, edge_weight in graphs(generator):
        if edge_weight is not None:
            continue  # GINConv takes no weights
        x = features(generator)
        layer = gin_layer(FEATURES, 6, OUTPUTS, eps=0.3)
        parameters = gin_parameters(layer)
        randomise(parameters, generator)
        tensors = operator(layer(x, edges), parameters, generator, x=x)
        write(folder, f"gin-{name}", {"edges": edges} | tensors)


def gin_layer(inputs, hidden, outputs, eps):
    mlp = torch.nn.Sequential(torch.nn.Linear(inputs, hidden), torch.nn.ReLU(), torch.nn.Linear(hidden, outputs))
    return GINConv(mlp, eps=eps, train_eps=True)


def gin_parameters(layer):
    return (
        prefixed("mlp.0.", linear(layer.nn[0])) | prefixed("mlp.1.", linear(layer.nn[2])) | {"eps": (layer.eps, same)}
    )
