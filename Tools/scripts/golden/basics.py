"""GCN, GraphSAGE, losses, Adam and clipping, and short training runs: one generator for all, in this order."""

import torch
import torch.nn.functional as F
from golden.files import write
from golden.graphs import FEATURES, ISOLATED, NODES, OUTPUTS, graphs, undirected_edges
from torch_geometric.nn import GCNConv, SAGEConv


def basics(folder, generator):
    for part in (convolutions, losses, optimiser, training):
        part(folder, generator)


def differentiate(output, inputs, generator):
    weights = torch.randn(output.shape, generator=generator)
    gradients = torch.autograd.grad((output * weights).sum(), inputs)
    return weights, gradients


def convolutions(folder, generator):
    for name, edges, edge_weight in graphs(generator):
        x = torch.randn(NODES, FEATURES, generator=generator, requires_grad=True)
        common = {"edges": edges, "x": x}
        if edge_weight is not None:
            common["edge_weight"] = edge_weight
        for outputs in (OUTPUTS, FEATURES + 2):  # narrower and wider: aggregation after and before the product
            layer = GCNConv(FEATURES, outputs)
            torch.nn.init.normal_(layer.bias, generator=generator)
            y = layer(x, edges, edge_weight)
            weights, (dx, dw, db) = differentiate(y, (x, layer.lin.weight, layer.bias), generator)
            write(
                folder,
                f"gcn-{name}-{outputs}",
                common
                | {
                    "weight": layer.lin.weight.t(),
                    "bias": layer.bias,
                    "y": y,
                    "dy": weights,
                    "dx": dx,
                    "dweight": dw.t(),
                    "dbias": db,
                },
            )
            if edge_weight is not None:
                continue  # SAGEConv takes no weights
            layer = SAGEConv(FEATURES, outputs)
            y = layer(x, edges)
            neighbours, root = layer.lin_l, layer.lin_r
            weights, (dx, dn, db, dr) = differentiate(
                y, (x, neighbours.weight, neighbours.bias, root.weight), generator
            )
            write(
                folder,
                f"sage-{name}-{outputs}",
                common
                | {
                    "weight": neighbours.weight.t(),
                    "bias": neighbours.bias,
                    "root": root.weight.t(),
                    "y": y,
                    "dy": weights,
                    "dx": dx,
                    "dweight": dn.t(),
                    "dbias": db,
                    "droot": dr.t(),
                },
            )


def losses(folder, generator):
    logits = (3 * torch.randn(9, 5, generator=generator)).requires_grad_()
    labels = torch.tensor([4, -1, 0, 2, 2, -1, 1, 3, 0])
    loss = F.cross_entropy(logits, labels, ignore_index=-1)
    (gradient,) = torch.autograd.grad(loss, logits)
    write(folder, "cross-entropy", {"logits": logits, "labels": labels, "loss": loss, "gradient": gradient})

    targets = torch.randint(0, 2, (9, 5), generator=generator)
    rows = torch.tensor([1, 1, 0, 1, 0, 1, 1, 1, 0])
    loss = F.binary_cross_entropy_with_logits(logits[rows.bool()], targets[rows.bool()].float())
    (gradient,) = torch.autograd.grad(loss, logits)
    write(
        folder,
        "sigmoid-cross-entropy",
        {"logits": logits, "targets": targets, "mask": rows, "loss": loss, "gradient": gradient},
    )


def optimiser(folder, generator):
    settings = {"learningRate": 0.02, "regularisedDecay": 0.05, "unregularisedDecay": 0.001}
    first, second = (torch.randn(3, 4, generator=generator).requires_grad_() for _ in range(2))
    adam = torch.optim.Adam(
        [
            {"params": [first], "weight_decay": settings["regularisedDecay"]},
            {"params": [second], "weight_decay": settings["unregularisedDecay"]},
        ],
        lr=settings["learningRate"],
    )
    tensors = {"regularised_0": first.clone(), "unregularised_0": second.clone()}
    for step in range(1, 6):
        for name, parameter in (("regularised", first), ("unregularised", second)):
            parameter.grad = torch.randn(3, 4, generator=generator)
            tensors[f"{name}_gradient_{step}"] = parameter.grad.clone()
        adam.step()
        tensors[f"regularised_{step}"] = first.clone()
        tensors[f"unregularised_{step}"] = second.clone()
    write(folder, "adam", tensors, **settings)

    for parameter in (first, second):
        parameter.grad = torch.randn(3, 4, generator=generator)
    tensors = {"first": first.grad.clone(), "second": second.grad.clone()}
    norm = torch.nn.utils.clip_grad_norm_([first, second], 1.5)
    write(
        folder,
        "clip",
        tensors | {"norm": norm, "clipped_first": first.grad, "clipped_second": second.grad},
        greatest=1.5,
    )


def training(folder, generator):
    """Twenty steps of a GCN and a GraphSAGE of two layers on the whole graph, without dropout, with clipping."""
    settings = {
        "learningRate": 0.05,
        "regularisedDecay": 0.02,
        "steps": 20,
        "greatestNorm": 2.0,
        "hidden": 6,
        "classes": 3,
    }
    edges = undirected_edges(generator)
    x = torch.randn(NODES, FEATURES, generator=generator)
    labels = torch.randint(0, 3, (NODES,), generator=generator)
    labels[ISOLATED] = labels[5] = -1
    for name, kind in (("gcn", GCNConv), ("sage", SAGEConv)):
        layers = [kind(FEATURES, settings["hidden"]), kind(settings["hidden"], settings["classes"])]
        parameters = [dict(layer.named_parameters()) for layer in layers]
        tensors = {"edges": edges, "x": x, "labels": labels}
        record(tensors, parameters, "first")
        decay = settings["regularisedDecay"]
        groups = [
            {"params": list(parameters[0].values()), "weight_decay": decay},
            {"params": list(parameters[1].values()), "weight_decay": 0.0 if name == "gcn" else decay},
        ]
        adam = torch.optim.Adam(groups, lr=settings["learningRate"])
        history = []
        for _ in range(settings["steps"]):
            adam.zero_grad()
            loss = F.cross_entropy(layers[1](layers[0](x, edges).relu(), edges), labels, ignore_index=-1)
            loss.backward()
            torch.nn.utils.clip_grad_norm_([p for group in groups for p in group["params"]], settings["greatestNorm"])
            adam.step()
            history.append(loss.detach())
        record(tensors, parameters, "last")
        write(folder, f"training-{name}", tensors | {"losses": torch.stack(history)}, **settings)


def record(tensors, parameters, moment):
    names = {
        "lin.weight": "weight",
        "bias": "bias",
        "lin_l.weight": "neighbours.weight",
        "lin_l.bias": "neighbours.bias",
        "lin_r.weight": "root.weight",
    }
    for layer, values in enumerate(parameters):
        for key, value in values.items():
            value = value.detach().clone()
            tensors[f"{moment}.convolutions.{layer}.{names[key]}"] = value.t() if value.dim() == 2 else value
