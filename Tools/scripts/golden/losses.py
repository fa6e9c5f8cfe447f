"""The squared error and focal losses, with weights of rows and with values and labels that are missing."""

import torch
import torch.nn.functional as F
from golden.files import write

ROWS, COLUMNS, GAMMA = 9, 5, 2.0


def weighted_losses(folder, generator):
    logits = (3 * torch.randn(ROWS, COLUMNS, generator=generator)).float().double().requires_grad_()
    values = torch.randn(ROWS, COLUMNS, generator=generator).float().double()
    scales = torch.tensor([1, 0.5, 2, 0.25, 4], dtype=torch.float64)
    weights = torch.tensor([1, 0.5, 2, 0.25, 1, 3, 0.75, 1, 1.5], dtype=torch.float64)
    known = torch.randint(0, 4, (ROWS, COLUMNS), generator=generator).clamp(max=1)
    targets = torch.randint(0, 2, (ROWS, COLUMNS), generator=generator)
    labels = torch.tensor([4, -1, 0, 2, 2, -1, 1, 3, 0])
    inputs = {"logits": logits, "weights": weights}

    squares = F.mse_loss(logits * scales, values * scales, reduction="none")
    record(folder, "squared-error", inputs | {"values": values, "known": known, "scales": scales}, squares, known)

    p = torch.sigmoid(logits)
    surprise = F.binary_cross_entropy_with_logits(logits, targets.double(), reduction="none")
    terms = torch.where(targets == 1, 1 - p, p) ** GAMMA * surprise
    record(folder, "focal-labels", inputs | {"targets": targets, "known": known}, terms, known, gamma=GAMMA)

    surprise = F.cross_entropy(logits, labels, ignore_index=-1, reduction="none")[:, None]
    terms = (1 - torch.exp(-surprise)) ** GAMMA * surprise
    counts = (labels >= 0).long()[:, None]
    record(folder, "focal-classes", inputs | {"labels": labels}, terms, counts, gamma=GAMMA)


def record(folder, name, tensors, terms, counts, **settings):
    """The mean of the terms that count, each with the weight of its row."""
    weights = tensors["weights"][:, None] * counts
    loss = (weights * terms).sum() / weights.sum()
    (gradient,) = torch.autograd.grad(loss, tensors["logits"], retain_graph=True)
    write(folder, name, tensors | {"loss": loss, "gradient": gradient}, **settings)
