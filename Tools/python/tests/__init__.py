"""Tests of gas-gnn: Tools/python/test runs them."""
