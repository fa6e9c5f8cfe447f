"""Random splits of graphs whose published split has few labels."""

import pathlib

SHARES = {"train": (0, 0.6), "val": (0.6, 0.8), "test": (0.8, 1.0)}


def random_split(labels: pathlib.Path, folder: pathlib.Path, name: str) -> str:
    """Writes 60, 20 and 20 % of the nodes to files, and returns the flags of gas-ingest that name them. Wants NumPy."""
    import numpy

    count = len(numpy.load(labels))
    order = numpy.random.default_rng(1).permutation(count)
    flags = []
    for part, (start, end) in SHARES.items():
        path = folder / f"{name}-{part}.npy"
        numpy.save(path, order[int(start * count) : int(end * count)])
        flags.append(f"--{part} {path}")
    return " ".join(flags)
