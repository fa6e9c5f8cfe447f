"""For PyTorch Geometric: its remote backend, and weights of runs there and back. `pip install gas-gnn[pyg]`."""

from gas_gnn._optional import required

required("torch", "gas_gnn.pyg")
required("torch_geometric", "gas_gnn.pyg")

from gas_gnn.pyg.sampler import NeighborSampler  # noqa: E402
from gas_gnn.pyg.stores import FeatureStore, GraphStore  # noqa: E402
from gas_gnn.pyg.weights import from_pyg, to_pyg  # noqa: E402

__all__ = ["FeatureStore", "GraphStore", "NeighborSampler", "from_pyg", "to_pyg"]
