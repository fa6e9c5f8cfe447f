"""A graph divided into partitions by one partitioner, and what all partitioners must agree in."""

from collections.abc import Callable, Iterable
from typing import Any

from gasbench.shared.messages import Failure

PARTITIONERS = ("metis", "stream", "random")
Row = list[object]


class Division:
    """What gas-ingest said of a graph's partitions, and the most memory that it had."""

    def __init__(self, report: dict[str, Any], peak: int) -> None:
        self.report, self.peak = report, peak
        self.partitions: list[dict[str, int]] = report["partitions"]
        self.nodes: int = report["nodes"]
        self.entries: int = report["edges"]["entries"]
        self.halo: int = report["haloRows"]
        self.cut: float = report["cutEntries"] / self.entries
        self.seconds = sum(phase["seconds"] for phase in report["phases"] if phase["name"] == "partition")

    def balance(self, key: str) -> float:
        """The largest partition as a multiple of the mean."""
        values = [partition[key] for partition in self.partitions]
        return max(values) * len(values) / sum(values)

    @property
    def mebibytes(self) -> str:
        return f"{self.peak / (1 << 20):.0f}"


By = dict[str, Division]


def check(name: str, count: int, by: By) -> None:
    if len({division.entries for division in by.values()}) > 1:
        raise Failure(f"{name}: the partitioners were given different graphs")
    nodes = by["stream"].nodes
    bound = max(-(-nodes // count), 21 * nodes // (20 * count))
    largest = max(partition["nodes"] for partition in by["stream"].partitions)
    if largest > bound:
        raise Failure(f"{name}, {count}: a streamed partition has {largest} nodes, more than {bound}")
    if by["random"].halo < max(by["stream"].halo, by["metis"].halo):
        raise Failure(f"{name}, {count}: random partitions have the fewest halo rows")


def ratio(division: Division, metis: Division) -> float | None:
    """Of halo rows; None where METIS needs none."""
    return division.halo / metis.halo if metis.halo else None


def shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def row(name: str, count: int, by: By) -> Row:
    def each(text: Callable[[Division], str], partitioners: Iterable[str]) -> str:
        return " / ".join(text(by[partitioner]) for partitioner in partitioners)

    both = PARTITIONERS[:2]
    return [
        name,
        count,
        each(lambda division: f"{100 * division.cut:.1f}", PARTITIONERS),
        each(lambda division: f"{division.halo / division.nodes:.2f}", PARTITIONERS),
        shown(ratio(by["stream"], by["metis"])),
        each(lambda division: f"{division.balance('nodes'):.2f}", both),
        each(lambda division: f"{division.balance('entries'):.2f}", both),
        each(lambda division: f"{division.seconds:.1f}", both),
        each(lambda division: division.mebibytes, PARTITIONERS),
    ]
