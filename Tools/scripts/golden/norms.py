"""BatchNorm1d and LayerNorm of PyTorch."""

import torch
from golden.cases import features, operator, plain, randomise
from golden.files import write


def batchnorm(folder, generator):
    """Two training batches, then evaluation of the first batch's rows with the running statistics of both.

    Running statistics start at 0 and 1 and move by `momentum` to the batch's mean and unbiased variance.
    """
    settings = {"momentum": 0.1, "eps": 1e-5}
    x, x2 = (features(generator, rows, 4) for rows in (9, 6))
    norm = torch.nn.BatchNorm1d(4, **settings)
    parameters = plain(norm)
    randomise(parameters, generator)
    tensors = operator(norm(x), parameters, generator, x=x)
    tensors |= {"running_mean_1": norm.running_mean.clone(), "running_var_1": norm.running_var.clone()}
    tensors |= {"x_2": x2, "y_2": norm(x2)}
    tensors |= {"running_mean_2": norm.running_mean.clone(), "running_var_2": norm.running_var.clone()}
    norm.eval()
    evaluated = operator(norm(x), parameters, generator, x=x)
    tensors |= {f"{name}_eval": evaluated[name] for name in ("y", "dy", "dx", "dweight", "dbias")}
    write(folder, "batchnorm", tensors, **settings)


def layernorm(folder, generator):
    """LayerNorm over the columns of nine rows."""
    settings = {"eps": 1e-5}
    x = features(generator, 9, 5)
    norm = torch.nn.LayerNorm(5, **settings)
    parameters = plain(norm)
    randomise(parameters, generator)
    write(folder, "layernorm", operator(norm(x), parameters, generator, x=x), **settings)
