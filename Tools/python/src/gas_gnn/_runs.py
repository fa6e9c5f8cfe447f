"""Runs: what gas-run train leaves in a store."""

from __future__ import annotations

import functools
import os
import pathlib
from typing import Any

from gas_gnn._errors import GasError
from gas_gnn._json import sealed
from gas_gnn._store import Store


class Run:
    """A run of a store.

    `store` is the store that it belongs to, `name` its name and `folder` where its files are.
    """

    def __init__(self, store: Store | str | os.PathLike[str], name: str) -> None:
        self.store = store if isinstance(store, Store) else Store(store)
        self.name = name
        self.folder: pathlib.Path = self.store.path / "runs" / name
        if not (self.folder / "config.json").is_file():
            runs = self.store.path / "runs"
            names = sorted(path.parent.name for path in runs.glob("*/config.json"))
            there = "there are " + ", ".join(names) if names else "it has none"
            raise GasError(f'{self.store.path} has no run "{name}"; {there}')

    def __repr__(self) -> str:
        return f"Run({str(self.store.path)!r}, {self.name!r})"

    @functools.cached_property
    def config(self) -> dict[str, Any]:
        """Every setting of the run, by the names of the flags."""
        return sealed(self.folder / "config.json")
