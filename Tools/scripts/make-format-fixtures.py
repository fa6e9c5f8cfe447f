#!/usr/bin/env python3
"""Writes Fixtures/formats: one small graph in each format that gas-ingest reads. Needs NumPy, SciPy and zstd.

python3 Tools/scripts/make-format-fixtures.py
"""

import gzip
import os
import subprocess

import numpy
import scipy.io
import scipy.sparse

FOLDER = os.path.join(os.path.dirname(__file__), "../../Fixtures/formats")
NODES = 7  # The last has no edges.
EDGES = [(0, 1, 5), (2, 1, 2), (0, 3, 1), (3, 2, 3), (4, 3, 4), (5, 0, 9), (4, 5, 2)]

sources, targets, weights = (numpy.array(column) for column in zip(*EDGES, strict=True))
matrix = scipy.sparse.coo_matrix((weights.astype("float32"), (sources, targets)), shape=(NODES, NODES))
plain = "".join(f"{u}\t{v}\n" for u, v, _ in EDGES).encode()
weighted = "".join(f"{u},{v},{w}\n" for u, v, w in EDGES).encode()


def write(name, data):
    path = os.path.join(FOLDER, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def gzipped(data):
    return gzip.compress(data, mtime=0)


def zstd(data):
    return subprocess.run(["zstd", "-q", "-c"], input=data, stdout=subprocess.PIPE, check=True).stdout


def lines(rows):
    return "".join(" ".join(str(number) for number in row) + "\n" for row in rows).encode()


def text():
    write("edges.tsv", b"# u v\n" + plain)
    write("edges.tsv.gz", gzipped(plain))
    # Two frames with a skippable one between them.
    half = plain.index(b"\n", len(plain) // 2) + 1
    skippable = bytes([0x53, 0x2A, 0x4D, 0x18, 4, 0, 0, 0]) + b"skip"
    write("edges.tsv.zst", zstd(plain[:half]) + skippable + zstd(plain[half:]))
    write("weighted.csv", weighted)


def arrays():
    for name, pairs in [
        ("pairs.npy", numpy.stack([sources, targets], 1)),
        ("rows.npy", numpy.stack([sources, targets])),
    ]:
        numpy.save(os.path.join(FOLDER, name), pairs.astype("int32"))
    for name, kind in [("u32", "<u4"), ("u64", "<u8"), ("i32", "<i4"), ("i64", "<i8")]:
        write(f"edges.{name}", numpy.stack([sources, targets], 1).astype(kind).tobytes())


def matrices():
    both = matrix + matrix.T

    def market(name, m, **how):
        scipy.io.mmwrite(os.path.join(FOLDER, name), m, **how)

    market("general.mtx", matrix, symmetry="general")
    market("symmetric.mtx", both.astype("int64").tocoo(), symmetry="symmetric")
    market("pattern.mtx", matrix, field="pattern", symmetry="general")
    with open(os.path.join(FOLDER, "pattern.mtx"), "rb") as file:
        write("pattern.mtx.gz", gzipped(file.read()))
    os.remove(os.path.join(FOLDER, "pattern.mtx"))
    for layout in ["csr", "csc", "coo"]:
        scipy.sparse.save_npz(os.path.join(FOLDER, f"{layout}.npz"), matrix.asformat(layout))
    scipy.sparse.save_npz(os.path.join(FOLDER, "stored.npz"), scipy.sparse.csr_array(matrix), compressed=False)


def metis():
    rows = (matrix + matrix.T).tocsr()
    neighbours = [list(zip(rows[u].indices + 1, rows[u].data.astype(int), strict=True)) for u in range(NODES)]
    write("plain.graph", b"% METIS\n" + lines([(NODES, len(EDGES))] + [[v for v, _ in row] for row in neighbours]))
    # Weights of nodes, here 1, stand before the neighbours.
    weighted = [[1] + [number for pair in row for number in pair] for row in neighbours]
    write("weighted.graph", lines([(NODES, len(EDGES), "011")] + weighted))


def ogb():
    tables = {
        "raw/edge": [(u, v) for u, v, _ in EDGES],
        "raw/num-node-list": [(NODES,)],
        "raw/num-edge-list": [(len(EDGES),)],
        "raw/edge-feat": [(w / 2, -w) for _, _, w in EDGES],
        "raw/node-feat": [(u / 4, -u, 1e-3 * u) for u in range(NODES)],
        "raw/node-label": [("nan" if u == 2 else u % 3,) for u in range(NODES)],
        "split/time/train": [(0,), (3,)],
        "split/time/valid": [(1,)],
        "split/time/test": [(4,), (6,)],
    }
    for name, rows in tables.items():
        write(f"ogb/{name}.csv.gz", gzipped(lines(rows).replace(b" ", b",")))


def ogb_binary():
    folder = os.path.join(FOLDER, "ogb-binary")
    os.makedirs(os.path.join(folder, "raw"), exist_ok=True)
    numpy.savez_compressed(
        os.path.join(folder, "raw/data.npz"),
        edge_index=numpy.stack([sources, targets]),
        num_nodes_list=numpy.array([NODES]),
        num_edges_list=numpy.array([len(EDGES)]),
        node_feat=numpy.arange(NODES * 2, dtype="float32").reshape(NODES, 2) / 4,
        node_year=numpy.arange(NODES)[:, None] + 2000,
    )
    labels = numpy.array([[0, 1, numpy.nan, 0, 1, 2, 0]], dtype="float32").T
    numpy.savez_compressed(os.path.join(folder, "raw/node-label.npz"), node_label=labels)
    for part, ids in {"train": [0, 3], "valid": [1], "test": [4, 6]}.items():
        write(f"ogb-binary/split/time/{part}.csv.gz", gzipped(lines((id,) for id in ids)))


def graphbolt():
    labels = numpy.arange(NODES) % 3
    arrays = {
        "edges/edges.npy": numpy.stack([sources, targets]),
        "features/feat.npy": numpy.arange(NODES * 2, dtype="float32").reshape(NODES, 2) / 4,
        "features/year.npy": numpy.arange(NODES)[:, None] + 2000,
        "features/weight.npy": weights[:, None].astype("float32"),
    }
    for part, ids in {"train": [0, 3], "validation": [1], "test": [6, 4]}.items():
        arrays[f"sets/{part}-seeds.npy"] = numpy.array(ids)
        arrays[f"sets/{part}-labels.npy"] = labels[ids]
    for name, array in arrays.items():
        path = os.path.join(FOLDER, "graphbolt", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        numpy.save(path, array)
    sets = "".join(
        f"""    {part}_set:
      - data:
          - {{name: seeds, format: numpy, in_memory: true, path: sets/{part}-seeds.npy}}
          - {{name: labels, format: numpy, in_memory: true, path: sets/{part}-labels.npy}}
"""
        for part in ["train", "validation", "test"]
    )
    metadata = f"""dataset_name: fixture
graph:
  nodes:
    - num: {NODES}
  edges:
    - {{format: numpy, path: edges/edges.npy}}
feature_data:
  - {{domain: node, type: null, name: feat, format: numpy, in_memory: false, path: features/feat.npy}}
  - {{domain: node, type: null, name: year, format: numpy, in_memory: false, path: features/year.npy}}
  - {{domain: edge, type: null, name: weight, format: numpy, in_memory: false, path: features/weight.npy}}
tasks:
  - name: node_classification
    num_classes: 4
{sets}"""
    write("graphbolt/metadata.yaml", metadata.encode())


os.makedirs(FOLDER, exist_ok=True)
text()
arrays()
matrices()
metis()
ogb()
ogb_binary()
graphbolt()
