"""Memory cgroups of both versions: finds where one can be made, and says in one line what is missing where none can."""

import abc
import contextlib
import dataclasses
import os
import pathlib

from gasbench.shared.messages import Failure

NAME = "gas-benchmark"


@dataclasses.dataclass(frozen=True)
class System:
    """Where the kernel's files are; tests have them elsewhere."""

    root: pathlib.Path = pathlib.Path("/")

    def file(self, path: str) -> pathlib.Path:
        return self.root / path.lstrip("/")

    def hierarchies(self) -> tuple[pathlib.Path | None, pathlib.Path | None]:
        """Where memory cgroups of version 1, and cgroups of version 2, are mounted."""
        first = second = None
        for line in self.file("/proc/self/mounts").read_text().splitlines():
            _, place, kind, options, *_ = line.split()
            if kind == "cgroup" and "memory" in options.split(","):
                first = first or self.file(place)
            if kind == "cgroup2":
                second = second or self.file(place)
        return first, second

    def own_group(self) -> str:
        """The group of version 2 that this process is in, relative to its hierarchy."""
        for line in self.file("/proc/self/cgroup").read_text().splitlines():
            if line.startswith("0::"):
                return line.removeprefix("0::")
        return "/"


class MemoryGroup(abc.ABC):
    """A cgroup whose limit counts page cache too."""

    version: int

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder

    @abc.abstractmethod
    def limit(self, limit_bytes: int) -> None:
        """Sets the limit, and forgets the peak of earlier programs."""

    @abc.abstractmethod
    def peak(self) -> int:
        """The most that the group has had since `limit`, page cache included."""

    @abc.abstractmethod
    def anonymous(self) -> int:
        """What of the group's memory is not file pages, now."""

    def sample(self) -> None:
        """Called several times a second while a program runs."""

    def remove(self) -> None:
        """Removes the group if the kernel lets go of it; one that stays does no harm."""
        with contextlib.suppress(OSError):
            self.folder.rmdir()

    @property
    def entrance(self) -> pathlib.Path:
        """A process that writes 0 here enters the group."""
        return self.folder / "cgroup.procs"

    def is_in_use(self) -> bool:
        """Whether a program runs in it: two would share the limit, and the peak."""
        return self.entrance.exists() and self.entrance.read_text().split() != []

    def statistics(self) -> dict[str, int]:
        lines = (self.folder / "memory.stat").read_text().splitlines()
        return {name: int(value) for name, value in map(str.split, lines)}


class FirstVersion(MemoryGroup):
    version = 1

    def limit(self, limit_bytes: int) -> None:
        (self.folder / "memory.limit_in_bytes").write_text(str(limit_bytes))
        (self.folder / "memory.max_usage_in_bytes").write_text("0")

    def peak(self) -> int:
        return int((self.folder / "memory.max_usage_in_bytes").read_text())

    def anonymous(self) -> int:
        return self.statistics()["total_rss"]


class SecondVersion(MemoryGroup):
    """Kernels before 5.19 keep no peak: there it is the most that was sampled. Kernels before 6.12 do not forget one,
    so the group is made anew."""

    version = 2
    _most = 0

    def limit(self, limit_bytes: int) -> None:
        # File pages of earlier programs would stay in the page cache, and count for no group.
        (self.folder / "memory.max").write_text("0")
        self.remove()
        self.folder.mkdir(exist_ok=True)
        self._most = 0
        (self.folder / "memory.max").write_text(str(limit_bytes))

    def sample(self) -> None:
        self._most = max(self._most, int((self.folder / "memory.current").read_text()))

    def peak(self) -> int:
        kept = self.folder / "memory.peak"
        return int(kept.read_text()) if kept.exists() else self._most

    def anonymous(self) -> int:
        return self.statistics()["anon"]


def memory_group(system: System | None = None) -> MemoryGroup:
    """A group for one program at a time; raises Failure with what is missing.

    Where the memory controller belongs to version 1, as on hybrid systems, that is taken.
    """
    system = system or System()
    first, second = system.hierarchies()
    if first:
        return _first_version(first)
    if second:
        return _second_version(second, system.own_group())
    raise Failure("a memory cgroup is needed, and neither version of cgroups is mounted")


def _first_version(mount: pathlib.Path) -> MemoryGroup:
    folder = mount / NAME
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        problem = f"{folder} cannot be made ({_reason(error)})"
        raise Failure(f"a memory cgroup is needed, and {problem}: run as root") from None
    if not os.access(folder / "memory.limit_in_bytes", os.W_OK):
        raise Failure(f"a memory cgroup is needed, and {folder} belongs to another user: run as root")
    return FirstVersion(folder)


def _second_version(mount: pathlib.Path, own: str) -> MemoryGroup:
    """Below the nearest group above this process's own that hands the memory controller down and can be written: a
    group with processes in it, as one's own, cannot hand it down."""
    inside = mount / own.lstrip("/")
    problem = ""
    for parent in [mount] if inside == mount else list(inside.parents):
        if not parent.is_relative_to(mount):
            break
        try:
            _hand_memory_down(parent)
            folder = parent / NAME
            folder.mkdir(exist_ok=True)
        except OSError as error:
            problem = f"{parent}: {_reason(error)}"
            continue
        # Moving a process takes the right to write to the common parent of both groups too.
        if os.access(parent / "cgroup.procs", os.W_OK) and os.access(folder / "cgroup.procs", os.W_OK):
            return SecondVersion(folder)
        problem = f"{parent}: processes cannot be moved there"
    advice = "run as root, or by systemd-run --user --scope" if os.getuid() else "the container needs a writable cgroup"
    raise Failure(f"a memory cgroup is needed, and none can be made ({problem}): {advice}")


def _hand_memory_down(parent: pathlib.Path) -> None:
    """Children of `parent` get the memory controller, if they do not have it already."""
    if "memory" not in (parent / "cgroup.controllers").read_text().split():
        raise OSError("it has no memory controller, which its parent does not delegate")
    control = parent / "cgroup.subtree_control"
    if "memory" in control.read_text().split():
        return
    try:
        control.write_text("+memory")
    except OSError as error:
        raise OSError(f"it does not delegate the memory controller ({_reason(error)})") from None


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
