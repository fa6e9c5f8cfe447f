"""Stores: folders that gas-ingest makes."""

from __future__ import annotations

import os
import pathlib


class Store:
    """A store, opened for reading."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = pathlib.Path(path)
