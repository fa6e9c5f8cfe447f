"""For PyTorch Geometric: a store as its remote backend. `pip install gas-gnn[pyg]`."""

from gas_gnn._optional import required

required("torch", "gas_gnn.pyg")
required("torch_geometric", "gas_gnn.pyg")

from gas_gnn.pyg.sampler import NeighborSampler  # noqa: E402
from gas_gnn.pyg.stores import FeatureStore, GraphStore  # noqa: E402

__all__ = ["FeatureStore", "GraphStore", "NeighborSampler"]
