"""gas-run built with MPI, started as several ranks on this machine."""

import dataclasses
import json
import os
import pathlib
import subprocess
import sys
from collections.abc import Iterable

from gasbench.shared import watched
from gasbench.shared.messages import Failure
from gasbench.shared.places import ROOT
from gasbench.shared.programs import Json, Programs, Records

EXCHANGES = ("synchronous", "overlap")
# Containers: root, and more ranks than cores.
ENVIRONMENT = {
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "OMPI_MCA_rmaps_base_oversubscribe": "yes",
    "OMPI_MCA_btl_vader_single_copy_mechanism": "none",
}


class Launched(Programs):
    """Programs of a folder, each started by a launcher."""

    def __init__(self, folder: pathlib.Path, launcher: Iterable[str]) -> None:
        self.folder, self.launcher = folder, list(launcher)

    def command(self, tool: str) -> list[str]:
        return [*self.launcher, *super().command(tool)]


class RankedPrograms(Programs):
    """The first option of `train` is the number of ranks."""

    def __init__(self, benchmark: str, tools: Iterable[str] = ("gas-ingest", "gas-run")) -> None:
        os.environ.update(ENVIRONMENT)
        super().__init__(benchmark, tools)

    def _build(self) -> pathlib.Path:
        swift = ["swift", "build", "--package-path", str(ROOT), "-c", "release", "--traits", "MPI"]
        swift += ["--scratch-path", str(ROOT / ".build-ranks")]
        for product in self.tools:
            if subprocess.run([*swift, "--product", product], stdout=sys.stderr).returncode != 0:
                raise Failure(f"building {product} failed; docs/many-machines.md says what it needs")
        return ROOT / ".build-ranks/release"

    def launcher(self, ranks: int) -> list[str]:
        """The words that start a program so many times. A rank may use any core: jobs know nothing of each other."""
        return ["mpirun", "--bind-to", "none", "-n", str(ranks)]

    def started(self, ranks: int) -> Programs:
        """The same programs, so many times each."""
        return Launched(self.folder, self.launcher(ranks))

    def train(self, store: pathlib.Path, run: str, *options: object) -> tuple[Json, Records]:
        ranks, *others = options
        return self.started(int(str(ranks))).train(store, run, *others)


@dataclasses.dataclass(frozen=True)
class Taken:
    """What a rank took: its most memory without file pages, its most with them, and seconds of processors."""

    anonymous: int
    resident: int
    processor: float


class WatchedPrograms(RankedPrograms):
    """Whose ranks note what they take."""

    def started(self, ranks: int, before: Iterable[str] = ()) -> Programs:
        """The programs, with words that stand before those of the launcher."""
        watch = [sys.executable, str(pathlib.Path(watched.__file__)), str(self._file)]
        return Launched(self.folder, [*before, *self.launcher(ranks), *watch])

    def taken(self, ranks: int) -> list[Taken]:
        """What each rank of the latest program took."""
        files = [self._file.with_name(f"{self._file.name}-{rank}") for rank in range(ranks)]
        return [Taken(**json.loads(file.read_text())) for file in files]

    @property
    def _file(self) -> pathlib.Path:
        return self.work / "taken"
