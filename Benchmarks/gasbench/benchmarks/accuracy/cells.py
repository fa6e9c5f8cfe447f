"""What is measured: data sets and models with the paper's settings, the cheap ones first, and what was published."""

import dataclasses
from typing import Any

from gasbench.shared.programs import INPUTS, PARTS

PLANETOID = ("cora", "citeseer", "pubmed")
RANDOM_SPLITS = ("amazon-photo", "amazon-computers", "coauthor-cs", "coauthor-physics")
MODES = ("GAS", "full")

# Test accuracy of GAS in %, Fey et al. (ICML 2021), table of small graphs.
PAPER = {
    "gcn": {"cora": 82.29, "citeseer": 71.18, "pubmed": 79.23},
    "gat": {"cora": 83.32, "citeseer": 71.86, "pubmed": 78.42},
    "appnp": {"cora": 83.19, "citeseer": 72.63, "pubmed": 79.82},
    "gcnii": {"cora": 85.52, "citeseer": 73.89, "pubmed": 80.19},
}
ORDER = """
    cora-gcn citeseer-gcn pubmed-gcn cora-appnp citeseer-appnp cora-gat citeseer-gat amazon-photo-gcn coauthor-cs-gcn
    amazon-computers-gcn pubmed-appnp amazon-photo-appnp coauthor-cs-appnp pubmed-gat coauthor-physics-gcn
    amazon-computers-appnp coauthor-cs-gat coauthor-physics-appnp debian-tags-gcn coauthor-physics-gat cora-gcnii
    amazon-photo-gcnii citeseer-gcnii pubmed-gcnii
    """.split()
# The paper trains GCNII for all of its 1000 epochs. Where that takes most of an hour, a run ends here after so many
# epochs without a better validation score: the score is that of the best epoch, so only a best that comes later could
# be missed.
PATIENCE = {"citeseer-gcnii": 200, "pubmed-gcnii": 200}
# Not published: settings of our own. An epoch has four steps with histories and one at full batch; both get as many
# steps, enough that the best epoch does not come last.
OWN = {
    "debian-tags-gcn": {
        "ingest": f"--partitions 16 {INPUTS} {PARTS}",
        "train": "--model gcn --layers 2 --hidden 64 --batch-norm --dropout 0.3 --lr 0.05 --schedule cosine"
        " --weight-decay 0",
        "GAS": "--batch-partitions 4 --epochs 120",
        "full": "--batch-partitions all --epochs 480",
    },
}


@dataclasses.dataclass(frozen=True)
class Cell:
    """A model on a data set in one of two modes: with histories, or the whole graph in a batch."""

    graph: str
    model: str
    mode: str

    @property
    def name(self) -> str:
        return f"{self.graph}-{self.model}"

    @property
    def paper(self) -> float | None:
        return PAPER[self.model].get(self.graph)

    def ingest(self, presets: dict[str, Any]) -> str:
        """Options of gas-ingest."""
        return str((OWN if self.name in OWN else presets)[self.name]["ingest"])

    def split(self, seed: int) -> int:
        """Seed i takes the i-th random split; Planetoid and debian-tags have one split."""
        return seed - 1 if self.graph in RANDOM_SPLITS else 0

    def options(self, seed: int) -> list[object]:
        """Of gas-run train."""
        if self.name in OWN:
            options = f"{OWN[self.name]['train']} {OWN[self.name][self.mode]}"
        else:
            options = f"--preset {self.name}" + (" --batch-partitions all" if self.mode == "full" else "")
            options += f" --patience {PATIENCE[self.name]}" if self.name in PATIENCE else ""
        return [*options.split(), "--seed", seed, "--split", self.split(seed)]


def cells() -> list[Cell]:
    """All of them, the cheap ones first."""
    names = [name.rpartition("-") for name in ORDER]
    return [Cell(graph, model, mode) for graph, _, model in names for mode in MODES]
