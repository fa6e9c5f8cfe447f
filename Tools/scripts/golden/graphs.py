"""The tiny graphs that all cases share."""

import torch

NODES, FEATURES, OUTPUTS = 12, 5, 4
ISOLATED, LOOPED, HUB = 11, 3, 0


def directed_edges(generator):
    """Pairs (source, target): random ones, a self-loop, a hub that receives from all but one; one node has no edges."""
    edges = {(LOOPED, LOOPED)} | {(source, HUB) for source in range(1, ISOLATED)}
    while len(edges) < 30:
        source, target = torch.randint(0, ISOLATED, (2,), generator=generator).tolist()
        if source != target:
            edges.add((source, target))
    return torch.tensor(sorted(edges)).t()


def undirected_edges(generator):
    edges = directed_edges(generator)
    return torch.unique(torch.cat([edges, edges.flip(0)], dim=1), dim=1)


def graphs(generator):
    directed, undirected = directed_edges(generator), undirected_edges(generator)
    weight = torch.rand(directed.shape[1], generator=generator, dtype=torch.float32) + 0.25
    yield "directed", directed, None
    yield "directed-weighted", directed, weight.to(torch.get_default_dtype())
    yield "undirected", undirected, None
