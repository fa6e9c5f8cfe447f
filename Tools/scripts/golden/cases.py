"""From a layer or model of PyTorch to the tensors of a case: values and gradients by our names, weights inputs x
outputs.
"""

import torch
import torch.nn.functional as F
from golden.graphs import FEATURES, NODES


def same(value):
    return value


def linear(layer, prefix=""):
    """A torch.nn.Linear's parameters: name -> (parameter, how it is written)."""
    found = {prefix + "weight": (layer.weight, torch.t)}
    if layer.bias is not None:
        found[prefix + "bias"] = (layer.bias, same)
    return found


def plain(layer, prefix=""):
    return {prefix + name: (parameter, same) for name, parameter in layer.named_parameters()}


def prefixed(prefix, parameters):
    return {prefix + name: entry for name, entry in parameters.items()}


def random(*shape, generator):
    """Normal; what float32 can hold."""
    return torch.randn(*shape, generator=generator, dtype=torch.float32).to(torch.get_default_dtype())


def features(generator, rows=NODES, width=FEATURES):
    return random(rows, width, generator=generator).requires_grad_()


@torch.no_grad()
def randomise(parameters, generator):
    """Biases, scales and attention start as constants or small, which would hide mistakes; makes all what float32 can
    hold."""
    for name, (parameter, _) in parameters.items():
        if parameter.numel() > 1 and (parameter.dim() == 1 or "att_" in name):
            parameter.copy_(random(*parameter.shape, generator=generator))
        parameter.copy_(parameter.float())


def values(parameters):
    return {name: written(parameter) for name, (parameter, written) in parameters.items()}


def gradients(scalar, parameters):
    found = torch.autograd.grad(scalar, [parameter for parameter, _ in parameters.values()])
    return {
        "d" + name: written(gradient) for gradient, (name, (_, written)) in zip(found, parameters.items(), strict=True)
    }


def operator(y, parameters, generator, **inputs):
    """Inputs, parameters, y, a random dy, and the gradients of both for it."""
    dy = random(*y.shape, generator=generator)
    entries = {name: (value, same) for name, value in inputs.items()} | parameters
    return values(entries) | {"y": y, "dy": dy} | gradients((y * dy).sum(), entries)


def model(logits, labels, parameters):
    """Parameters, logits, the mean cross-entropy over the labelled nodes (label not -1) and its gradients."""
    loss = F.cross_entropy(logits, labels, ignore_index=-1)
    return values(parameters) | {"labels": labels, "logits": logits, "loss": loss} | gradients(loss, parameters)
