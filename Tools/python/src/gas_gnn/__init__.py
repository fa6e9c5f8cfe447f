"""Stores, training and results of gas, which trains graph neural networks on graphs larger than memory.

`write` and `write_table` make stores of what is in memory or in Parquet, `Store` reads them, `train` and `infer` run
the tools, and `Run` has the results.
"""

import importlib
from typing import Any

from gas_gnn._adjacency import Partition
from gas_gnn._column import Column
from gas_gnn._errors import FormatError, GasError, MissingPackageError, ToolError, ToolNotFoundError
from gas_gnn._inference import Outputs, infer
from gas_gnn._runs import Run
from gas_gnn._store import Store
from gas_gnn._tables import write_table
from gas_gnn._training import resume, train
from gas_gnn._writing import write

__all__ = [
    "Column",
    "FormatError",
    "GasError",
    "MissingPackageError",
    "Outputs",
    "Partition",
    "Run",
    "Store",
    "ToolError",
    "ToolNotFoundError",
    "infer",
    "resume",
    "train",
    "write",
    "write_table",
]
__version__ = "0.2.0"


def __getattr__(name: str) -> Any:
    # Imported when it is named, since it needs torch.
    if name == "pyg":
        return importlib.import_module("gas_gnn.pyg")
    raise AttributeError(f"module gas_gnn has no attribute {name}")
