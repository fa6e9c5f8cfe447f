"""Pictures of runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gas_gnn._columnfile import Array
from gas_gnn._errors import GasError
from gas_gnn._optional import required

_SCORES = ("train", "val", "test")


def plot(metrics: dict[str, Array], names: Sequence[str], axes: Any, *, title: str) -> Any:
    """Draws columns of metrics over the epochs; the loss has an axis of its own on the left."""
    if not metrics:
        raise GasError(f'the run "{title}" has no epochs to plot: they are not known of imported weights')
    unknown = [name for name in names if name not in metrics]
    if unknown:
        raise GasError(f"metrics have no {unknown[0]}; there are {', '.join(metrics)}")
    pyplot = required("matplotlib.pyplot", "plot")
    if axes is None:
        _, axes = pyplot.subplots()
    axes.set_title(title)
    axes.set_xlabel("epoch")
    if names:
        _draw(axes, metrics, names)
        axes.legend()
        return axes
    if "loss" in metrics:
        _draw(axes, metrics, ["loss"], color="0.5")
        axes.set_ylabel("loss")
    scores = [name for name in _SCORES if name in metrics]
    other = axes.twinx()
    other.set_ylabel("score")
    _draw(other, metrics, scores)
    lines = axes.get_lines() + other.get_lines()
    other.legend(lines, [line.get_label() for line in lines])
    return axes


def _draw(axes: Any, metrics: dict[str, Array], names: Sequence[str], **style: Any) -> None:
    for name in names:
        values = np.asarray(metrics[name], np.float64)
        known = ~np.isnan(values)
        axes.plot(metrics["epoch"][known], values[known], label=name, **style)
