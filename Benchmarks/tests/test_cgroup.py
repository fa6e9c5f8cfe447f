"""Where memory cgroups are found, in copies of the kernel's folders; and a program that runs in one."""

import pathlib
import tempfile
import unittest

from gasbench.shared.cgroup import NAME, FirstVersion, MemoryGroup, SecondVersion, System, memory_group
from gasbench.shared.limited import Limited
from gasbench.shared.messages import Failure

FIRST = "cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0"
SECOND = "cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid,nodev 0 0"
HYBRID = "cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0"


class FakeSystem(unittest.TestCase):
    """A folder with the files that the kernel would show."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("/proc/self/cgroup", "0::/\n")
        self.write("/proc/self/mounts", "proc /proc proc rw 0 0\n")

    def write(self, path: str, text: str) -> pathlib.Path:
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def mounts(self, *lines: str) -> None:
        self.write("/proc/self/mounts", "\n".join(["tmpfs /sys/fs/cgroup tmpfs rw 0 0", *lines]) + "\n")

    def group(self, path: str, controllers: str, handed_down: str) -> None:
        self.write(f"{path}/cgroup.controllers", f"{controllers}\n")
        self.write(f"{path}/cgroup.subtree_control", f"{handed_down}\n")
        self.write(f"{path}/cgroup.procs", "")

    def find(self) -> MemoryGroup:
        return memory_group(System(self.root))

    def problem(self) -> str:
        with self.assertRaises(Failure) as caught:
            self.find()
        text = str(caught.exception)
        self.assertEqual(len(text.splitlines()), 1)
        return text.replace(str(self.root), "")


class Finding(FakeSystem):
    def test_first_version(self) -> None:
        self.mounts(FIRST)
        self.write(f"/sys/fs/cgroup/memory/{NAME}/memory.limit_in_bytes", "0")
        group = self.find()
        self.assertIsInstance(group, FirstVersion)
        self.assertEqual(group.folder, self.root / "sys/fs/cgroup/memory" / NAME)

    def test_first_version_has_the_controller_of_a_hybrid_system(self) -> None:
        self.mounts("cgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0", HYBRID, FIRST)
        self.write(f"/sys/fs/cgroup/memory/{NAME}/memory.limit_in_bytes", "0")
        self.assertEqual(self.find().version, 1)

    def second(self, own: str, parent: str) -> MemoryGroup:
        self.mounts(SECOND)
        self.write("/proc/self/cgroup", f"0::{own}\n")
        self.write(f"/sys/fs/cgroup{parent}/{NAME}/cgroup.procs", "")
        return self.find()

    def test_second_version_at_the_root(self) -> None:
        self.group("/sys/fs/cgroup", "cpu memory pids", "memory pids")
        group = self.second("/", "")
        self.assertIsInstance(group, SecondVersion)
        self.assertEqual(group.folder, self.root / "sys/fs/cgroup" / NAME)

    def test_second_version_is_asked_for_where_it_is_not_handed_down(self) -> None:
        self.group("/sys/fs/cgroup", "cpu memory pids", "pids")
        self.second("/", "")
        self.assertEqual((self.root / "sys/fs/cgroup/cgroup.subtree_control").read_text(), "+memory")

    def test_second_version_takes_the_nearest_parent(self) -> None:
        self.group("/sys/fs/cgroup", "cpu memory", "cpu memory")
        self.group("/sys/fs/cgroup/user.slice", "cpu memory", "memory")
        self.group("/sys/fs/cgroup/user.slice/own.scope", "memory", "")
        group = self.second("/user.slice/own.scope", "/user.slice")
        self.assertEqual(group.folder.parent.name, "user.slice")

    def test_second_version_goes_on_above_a_parent_without_the_controller(self) -> None:
        self.group("/sys/fs/cgroup", "cpu memory", "cpu memory")
        self.group("/sys/fs/cgroup/user.slice", "cpu", "cpu")
        group = self.second("/user.slice/own.scope", "")
        self.assertEqual(group.folder, self.root / "sys/fs/cgroup" / NAME)

    def test_nothing_is_mounted(self) -> None:
        self.assertIn("neither version of cgroups is mounted", self.problem())

    def test_the_controller_is_missing(self) -> None:
        self.mounts(SECOND)
        self.group("/sys/fs/cgroup", "cpu pids", "cpu")
        text = self.problem()
        self.assertIn("/sys/fs/cgroup: it has no memory controller", text)

    def test_the_kernel_refuses(self) -> None:
        self.mounts(SECOND)
        self.group("/sys/fs/cgroup", "memory", "")
        control = self.root / "sys/fs/cgroup/cgroup.subtree_control"
        control.unlink()
        control.mkdir()
        self.assertIn("none can be made", self.problem())

    def test_the_first_version_cannot_be_written(self) -> None:
        self.mounts(FIRST)
        self.write("/sys/fs/cgroup/memory", "a file where a folder should be")
        self.assertIn("run as root", self.problem())


class Counting(FakeSystem):
    """The groups' files hold what a kernel would write, since plain files do not count."""

    def first(self) -> FirstVersion:
        for name, text in (("limit_in_bytes", ""), ("max_usage_in_bytes", "5"), ("stat", "cache 9\ntotal_rss 77\n")):
            self.write(f"/first/memory.{name}", text)
        return FirstVersion(self.root / "first")

    def second(self, **files: str) -> SecondVersion:
        files = {"max": "", "current": "4096", "stat": "anon 55\nfile 66\n", **files}
        for name, text in files.items():
            self.write(f"/second/memory.{name}", text)
        return SecondVersion(self.root / "second")

    def test_first_version(self) -> None:
        group = self.first()
        group.limit(1 << 20)
        self.assertEqual((group.folder / "memory.limit_in_bytes").read_text(), str(1 << 20))
        self.assertEqual(group.peak(), 0)
        self.assertEqual(group.anonymous(), 77)

    def test_second_version(self) -> None:
        group = self.second(peak="8192")
        group.limit(1 << 20)
        self.assertEqual((group.folder / "memory.max").read_text(), str(1 << 20))
        self.assertEqual(group.peak(), 8192)
        self.assertEqual(group.anonymous(), 55)

    def test_old_kernels_have_no_peak(self) -> None:
        group = self.second()
        group.limit(1 << 20)
        group.sample()
        self.assertEqual(group.peak(), 4096)

    def test_a_program_runs_inside(self) -> None:
        for group in (self.first(), self.second(peak="8192")):
            words = ["sh", "-c", "echo hello; sleep 0.3"]
            run = Limited(words, 1 << 20, self.root, group=group)
            self.assertEqual(run.output, "hello\n")
            self.assertEqual((group.folder / "cgroup.procs").read_text(), "0\n")
            self.assertEqual(run.anonymous, group.anonymous())
            self.assertGreater(run.seconds, 0.2)

    def test_a_program_fails(self) -> None:
        words = ["sh", "-c", "echo 'Error: no such store' >&2; echo usage >&2; exit 3"]
        with self.assertRaisesRegex(Failure, r"Error: no such store \(exit status 3\)$"):
            Limited(words, 1 << 20, self.root, group=self.first())

    def test_a_program_is_killed(self) -> None:
        with self.assertRaisesRegex(Failure, r"killed; the cgroup's 1 MiB are too little"):
            Limited(["sh", "-c", "kill -9 $$"], 1 << 20, self.root, group=self.first())

    def test_two_programs_do_not_share_a_group(self) -> None:
        self.write("/first/cgroup.procs", "123\n")
        with self.assertRaisesRegex(Failure, "another benchmark runs in .*/first; wait for it"):
            Limited(["touch", self.root / "ran"], 1 << 20, self.root, group=self.first())
        self.assertFalse((self.root / "ran").exists())

    def test_a_group_that_cannot_be_entered_stops_the_program(self) -> None:
        group = self.first()
        (group.folder / "cgroup.procs").symlink_to("nowhere/procs")
        with self.assertRaisesRegex(Failure, "cannot be entered"):
            Limited(["touch", self.root / "ran"], 1 << 20, self.root, group=group)
        self.assertFalse((self.root / "ran").exists())


if __name__ == "__main__":
    unittest.main()
