"""Packages that only some functions need, imported when they are needed."""

from __future__ import annotations

import importlib
from typing import Any

from gas_gnn._errors import MissingPackageError

# Names on PyPI where they differ from the names of the modules.
_DISTRIBUTIONS = {"sklearn": "scikit-learn", "IPython": "ipython"}


def required(module: str, purpose: str) -> Any:
    """Imports a module, or says what to install for which purpose."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        package = module.partition(".")[0]
        if error.name is not None and error.name.partition(".")[0] != package:
            raise
        name = _DISTRIBUTIONS.get(package, package)
        raise MissingPackageError(f"{purpose} needs {name}: pip install {name}", name=package) from None


def wanted(module: str) -> Any | None:
    """Imports a module if it is installed."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError:
        return None
