"""For PyTorch Geometric: `pip install gas-gnn[pyg]`."""
