"""Bits of an adjacency entry, and how fast a core decodes them: packed blocks against shuffled LZ4 blocks (format 1).

Stores of the real graphs and of a planted one are made; each block of their `neighbours` is encoded both ways and
decoded by the store's kernels. Before it reports, it checks that both give the integers back, that the plain reader of
single bits and the kernels without vector instructions do too, and that a store holds the very bytes. Fails where
packing takes more bits.
"""

import argparse
import ctypes
import pathlib
import time
from collections.abc import Callable, Iterable

from gasbench.benchmarks.adjacency.packing import Integers, Kernels, decoded_blocks, like
from gasbench.shared import pages
from gasbench.shared.benchmark import Benchmark
from gasbench.shared.messages import Failure, say
from gasbench.shared.pages import Page
from gasbench.shared.places import DATA

GRAPHS = (
    "pubmed",
    "email-enron",
    "coauthor-physics",
    "soc-epinions1",
    "web-notredame",
    "actor-collaboration",
    "planted",
)
PLANTED = "--nodes 500000 --edges 5000000 --features 0 --classes 40"
CHECKED_BLOCKS = 4  # of each graph against the plain reader, which is slow


def seconds(decoders: Iterable[Callable[[], object]], turns: int = 7) -> float:
    """Of the fastest turn: other work on the machine only ever adds to it."""
    decoders, best = list(decoders), float("inf")
    for _ in range(turns):
        start = time.perf_counter()
        for decode in decoders:
            decode()
        best = min(best, time.perf_counter() - start)
    return best


def check(name: str, decode: Callable[[], object], found: Integers, integers: Integers) -> None:
    decode()
    if bytes(found) != bytes(integers):
        raise Failure(f"{name} does not give the integers back")


class Adjacency(Benchmark):
    name = "adjacency"
    summary = "bits of an adjacency entry and how fast a core decodes them, packed against LZ4"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--partitions", type=int, default=32, help="of each graph; default 32")
        parser.add_argument("graphs", nargs="*", default=GRAPHS, help=f"of {', '.join(GRAPHS)}; default all")

    def check_options(self, parser: argparse.ArgumentParser) -> None:
        if unknown := set(self.options.graphs) - set(GRAPHS):
            parser.error(f"unknown graphs: {', '.join(sorted(unknown))}")

    def measure(self) -> Page:
        kernels = Kernels(self.programs.work / "kernels.so")
        portable = Kernels(self.programs.work / "portable.so", "-DGAS_PORTABLE")
        rows = [self.measure_graph(graph, kernels, portable) for graph in self.options.graphs]
        note = f"Kernels for {kernels.instruction_set}, partitions by METIS, {self.options.partitions} of each graph."
        body = [
            "`neighbours` of each store in shuffled LZ4 blocks (format 1) and in packed ones (format 2; *by LZ4*: the"
            " share of the entries in packed blocks whose differences LZ4 makes shorter by a 32nd or more). GB/s: bytes"
            " of decoded entries a second on one core, checksums not included, fastest of 7 turns over all blocks.",
            "",
            *pages.table(
                ["graph", "entries", "bits, LZ4", "bits, packed", "by LZ4", "GB/s, LZ4", "GB/s, packed"], rows
            ),
            "",
            "Checked: every block comes back, also from kernels without vector instructions, and the first of each"
            " graph from a plain reader of single bits; packed takes fewer bits than LZ4 on every graph.",
        ]
        return Page("Bits of an adjacency entry", body, note)

    def column(self, graph: str) -> pathlib.Path:
        """Of a store that is made for it."""
        path = self.programs.work / f"{graph}.store"
        edges = DATA / graph / "edges.tsv.gz"
        if graph == "planted":
            edges = self.programs.generate("planted", PLANTED) / "edges.npy"
        partitions = self.options.partitions
        self.programs.call("gas-ingest", edges, "--partitions", partitions, "--output", path, "--overwrite")
        return path / "columns/neighbours.gascol"

    def measure_graph(self, graph: str, kernels: Kernels, portable: Kernels) -> list[object]:
        """A row of the table."""
        entries = old_bytes = new_bytes = by_lz4 = 0
        old, new = [], []
        for number, (integers, stored) in enumerate(decoded_blocks(kernels, self.column(graph))):
            before, after, found = kernels.lz4_block(integers), kernels.packed_block(integers), like(integers)
            if stored is not None and stored != after:
                raise Failure(f"{graph}: block {number} of the store is not what its kernels make of it")
            old.append(kernels.lz4_decoder(before, found))
            new.append(kernels.decoder(after, found))
            check("LZ4", old[-1], found, integers)
            check("unpacking", new[-1], found, integers)
            check("portable unpacking", portable.decoder(after, found), found, integers)
            if number < CHECKED_BLOCKS:
                plain = kernels.decoder(after, found, "gas_reference_unpack")
                check("the plain reader", plain, found, integers)
            entries, old_bytes, new_bytes = entries + len(integers), old_bytes + len(before), new_bytes + len(after)
            by_lz4 += len(integers) if after[0] >= 0x80 else 0
        if new_bytes >= old_bytes:
            raise Failure(f"{graph}: packed takes {new_bytes} bytes, LZ4 {old_bytes}")
        size = ctypes.sizeof(ctypes.c_uint32)
        speeds = [size * entries / seconds(decoders) / 1e9 for decoders in (old, new)]
        bits = [8 * count / entries for count in (old_bytes, new_bytes)]
        say(f"{graph}: {bits[0]:.2f} to {bits[1]:.2f} bits, {speeds[1]:.2f} GB/s")
        share = f"{100 * by_lz4 / entries:.0f} %"
        return [graph, entries, *(f"{count:.2f}" for count in bits), share, *(f"{speed:.2f}" for speed in speeds)]


BENCHMARK = Adjacency
