#!/usr/bin/env python3
"""Bits of an adjacency entry, and how fast a core decodes them: packed blocks against shuffled LZ4 blocks (format 1).

Stores of the real graphs and of a planted one are made; each block of their `neighbours` is encoded both ways and decoded by the
store's kernels. Before it reports, it checks that both give the integers back, that the plain reader of single bits and the
kernels without vector instructions do too, and that a store holds the very bytes. Fails where packing takes more bits. Writes
Benchmarks/results/adjacency.md. GAS_DATA, GAS_BIN and GAS_WORK: see Benchmarks/common/programs.py.
"""
import argparse
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))

import pages
from packing import Kernels, decoded_blocks, like
from programs import DATA, Failure, Programs, say

GRAPHS = ("pubmed", "email-enron", "coauthor-physics", "soc-epinions1", "web-notredame", "actor-collaboration",
          "planted")
CHECKED_BLOCKS = 4  # of each graph against the plain reader, which is slow


def store(programs, graph, partitions):
    path = programs.work / f"{graph}.store"
    edges = DATA / graph / "edges.tsv.gz"
    if graph == "planted":
        folder = programs.work / "planted"
        programs.call("gas-ingest", "generate", "--nodes", 500000, "--edges", 5000000, "--features", 0, "--classes", 40,
                      "--output", folder, "--overwrite")
        edges = folder / "edges.npy"
    programs.call("gas-ingest", edges, "--partitions", partitions, "--output", path, "--overwrite")
    return path / "columns/neighbours.gascol"


def seconds(decoders, turns=7):
    """Of the fastest turn: other work on the machine only ever adds to it."""
    best = float("inf")
    for _ in range(turns):
        start = time.perf_counter()
        for decode in decoders:
            decode()
        best = min(best, time.perf_counter() - start)
    return best


def check(name, decode, found, integers):
    decode()
    if bytes(found) != bytes(integers):
        raise Failure(f"{name} does not give the integers back")


def measure(graph, path, kernels, portable):
    entries = old_bytes = new_bytes = by_lz4 = 0
    old, new = [], []
    for number, (integers, stored) in enumerate(decoded_blocks(kernels, path)):
        before, after, found = kernels.lz4_block(integers), kernels.packed_block(integers), like(integers)
        if stored is not None and stored != after:
            raise Failure(f"{graph}: block {number} of the store is not what its kernels make of it")
        old.append(kernels.lz4_decoder(before, found))
        new.append(kernels.decoder(after, found))
        check("LZ4", old[-1], found, integers)
        check("unpacking", new[-1], found, integers)
        check("portable unpacking", portable.decoder(after, found), found, integers)
        if number < CHECKED_BLOCKS:
            check("the plain reader", kernels.decoder(after, found, "gas_reference_unpack"), found, integers)
        entries, old_bytes, new_bytes = entries + len(integers), old_bytes + len(before), new_bytes + len(after)
        by_lz4 += len(integers) if after[0] >= 0x80 else 0
    if new_bytes >= old_bytes:
        raise Failure(f"{graph}: packed takes {new_bytes} bytes, LZ4 {old_bytes}")
    speeds = [4 * entries / seconds(decoders) / 1e9 for decoders in (old, new)]
    say(f"{graph}: {8 * old_bytes / entries:.2f} to {8 * new_bytes / entries:.2f} bits, {speeds[1]:.2f} GB/s")
    return [graph, entries, f"{8 * old_bytes / entries:.2f}", f"{8 * new_bytes / entries:.2f}",
            f"{100 * by_lz4 / entries:.0f} %", f"{speeds[0]:.2f}", f"{speeds[1]:.2f}"]


def main():
    parser = argparse.ArgumentParser(prog="Benchmarks/adjacency/run", description=__doc__)
    parser.add_argument("--partitions", type=int, default=32, help="of each graph; default 32")
    parser.add_argument("graphs", nargs="*", default=GRAPHS, help=f"of {', '.join(GRAPHS)}; default all")
    options = parser.parse_args()
    if unknown := set(options.graphs) - set(GRAPHS):
        parser.error(f"unknown graphs: {', '.join(sorted(unknown))}")
    programs = Programs("adjacency")
    kernels = Kernels(programs.work / "kernels.so")
    portable = Kernels(programs.work / "portable.so", "-DGAS_PORTABLE")
    rows = [measure(graph, store(programs, graph, options.partitions), kernels, portable) for graph in options.graphs]
    command = " ".join(["Benchmarks/adjacency/run", *sys.argv[1:]])
    pages.write("adjacency", [
        "# Bits of an adjacency entry", "",
        f"{pages.origin(command)} Kernels for {kernels.instruction_set}, partitions by METIS,"
        f" {options.partitions} of each graph.", "",
        "`neighbours` of each store in shuffled LZ4 blocks (format 1) and in packed ones (format 2; *by LZ4*: the share of"
        " the entries in packed blocks whose differences LZ4 makes shorter by a 32nd or more). GB/s: bytes of decoded"
        " entries a second on one core, checksums not included, fastest of 7 turns over all blocks.", "",
        *pages.table(["graph", "entries", "bits, LZ4", "bits, packed", "by LZ4", "GB/s, LZ4", "GB/s, packed"], rows), "",
        "Checked: every block comes back, also from kernels without vector instructions, and the first of each graph from a"
        " plain reader of single bits; packed takes fewer bits than LZ4 on every graph."])


try:
    main()
except (Failure, OSError) as failure:
    sys.exit(f"adjacency: {failure}")
except KeyboardInterrupt:
    sys.exit("adjacency: interrupted")
