"""Stores, training and results of gas, which trains graph neural networks on graphs larger than memory."""

from gas_gnn._errors import FormatError, GasError, MissingPackageError, ToolError, ToolNotFoundError
from gas_gnn._runs import Run
from gas_gnn._store import Store

__all__ = ["FormatError", "GasError", "MissingPackageError", "Run", "Store", "ToolError", "ToolNotFoundError"]
__version__ = "0.2.0"
