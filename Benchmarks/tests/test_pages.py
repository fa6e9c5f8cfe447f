"""Tables, pages, saved results, and commands that a shell takes as they are printed."""

import contextlib
import io
import pathlib
import re
import shlex
import tempfile
import unittest
from unittest import mock

from gasbench import cli
from gasbench.shared import machine, pages
from gasbench.shared.benchmark import Saved
from gasbench.shared.pages import Page
from gasbench.shared.places import PACKAGES, ROOT

COMMAND = re.compile(r"(`+)(Benchmarks/run .+?)\1", re.DOTALL)


class Temporary(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)


class Tables(unittest.TestCase):
    def test_rows_are_lines(self) -> None:
        found = pages.table(["a", "b"], [[1, 2.5], ["x | y", "–"]])
        self.assertEqual(found, ["| a | b |", "| --- | --- |", "| 1 | 2.5 |", "| x \\| y | – |"])

    def test_a_table_may_be_empty(self) -> None:
        self.assertEqual(pages.table(["a"], []), ["| a |", "| --- |"])

    def test_spread(self) -> None:
        self.assertEqual(pages.spread([]), "–")
        self.assertEqual(pages.spread([1.234]), "1.23")
        self.assertEqual(pages.spread([1, 2, 3]), "2.00 ± 1.00")


class Pages(Temporary):
    def test_a_page_is_written_and_printed(self) -> None:
        lines = Page("Title", ["Text.", "", "More."], "Of commit abc.").lines("Benchmarks/run x")
        output = io.StringIO()
        with mock.patch.object(pages, "RESULTS", self.folder / "new"), contextlib.redirect_stdout(output):
            pages.write("x", lines)
        text = (self.folder / "new/x.md").read_text()
        self.assertEqual(text, output.getvalue())
        self.assertEqual([path.name for path in (self.folder / "new").iterdir()], ["x.md"])
        title, empty, origin, *rest = text.splitlines()
        self.assertEqual((title, empty, rest), ("# Title", "", ["", "Text.", "", "More."]))
        date = r"\d{4}-\d\d-\d\d"
        self.assertRegex(origin, rf"^`Benchmarks/run x`, {date}, .+, \d+ cores, \d+ GiB\. Of commit abc\.$")

    def test_results_are_kept_from_call_to_call(self) -> None:
        path = self.folder / "folder/runs.json"
        Saved("x", path).put("10", {"seconds": 1, "first": "a"})
        Saved("x", path).put("20", {"seconds": 2, "second": "b"})
        found = Saved("x", path).table(["10", "20"], ["ten", "twenty"])
        self.assertEqual(found[0], "|  | ten | twenty |")
        self.assertEqual(found[2:], ["| seconds | 1 | 2 |", "| first | a | – |", "| second | – | b |"])


class Commands(unittest.TestCase):
    def test_words_with_spaces_are_quoted(self) -> None:
        words = ["--ways", "as planned", "it's", "--graphs", "rmat"]
        command = pages.command_line("Benchmarks/run", "disk-hidden", *words)
        self.assertEqual(command, """Benchmarks/run disk-hidden --ways 'as planned' 'it'"'"'s' --graphs rmat""")
        self.assertEqual(shlex.split(command)[2:], words)

    def test_a_benchmark_prints_its_own(self) -> None:
        words = ["--ways", "as planned", "--epochs", "2"]
        benchmark = cli.load("disk-hidden")(words)
        self.assertEqual(benchmark.command, "Benchmarks/run disk-hidden --ways 'as planned' --epochs 2")

    def test_commands_on_pages_are_taken(self) -> None:
        """Those of the results and of the documentation, as a shell splits them."""
        results = sorted((PACKAGES / "results").glob("*.md"))
        for page in [*results, *sorted((ROOT / "docs").rglob("*.md")), *ROOT.glob("*.md")]:
            for _, command in COMMAND.findall(page.read_text()):
                _, name, *words = shlex.split(command)
                if name == "NAME" or "--help" in (name, *words):
                    continue
                with self.subTest(page=page.name, command=command):
                    self.assertIn(name, cli.NAMES)
                    try:
                        cli.load(name)(words)
                    except SystemExit:
                        self.fail("the benchmark does not take these options")

    def test_each_page_names_its_benchmark(self) -> None:
        for name in cli.NAMES:
            page = PACKAGES / f"results/{name}.md"
            if page.exists():
                found = COMMAND.search(page.read_text())
                self.assertIsNotNone(found, page.name)
                self.assertEqual(shlex.split(found[2] if found else "")[1], name)


class CommandLine(unittest.TestCase):
    def call(self, *words: str) -> tuple[int, str, str]:
        output, errors = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
            try:
                status = cli.main(list(words))
            except SystemExit as end:
                status = int(end.code or 0)
        return status, output.getvalue(), errors.getvalue()

    def test_all_are_listed(self) -> None:
        status, text, _ = self.call("--help")
        self.assertEqual(status, 0)
        for name in cli.NAMES:
            self.assertRegex(text, rf"(?m)^  {name} +\S.+$")
        self.assertLessEqual(max(map(len, text.splitlines())), 120)

    def test_each_explains_itself(self) -> None:
        for name in cli.NAMES:
            with self.subTest(name):
                status, text, _ = self.call(name, "--help")
                self.assertEqual((status, cli.load(name).name), (0, name))
                self.assertTrue(text.startswith(f"usage: Benchmarks/run {name}"))
                self.assertIn("GAS_BIN=DIR", text)

    def test_an_unknown_one_is_an_error_of_a_line(self) -> None:
        status, _, errors = self.call("nonsense")
        self.assertEqual((status, len(errors.splitlines())), (2, 1))

    def test_options_that_do_not_fit_are_refused(self) -> None:
        self.assertEqual(self.call("staleness", "--seeds", "0")[0], 2)


class PageCache(Temporary):
    def test_it_says_where_it_may_not_be_emptied(self) -> None:
        errors = io.StringIO()
        with contextlib.redirect_stderr(errors):
            state = machine.drop_page_cache(self.folder)
        self.assertEqual(state, "as it was (not root)")
        self.assertIn("it takes root", errors.getvalue())

    def test_it_is_emptied(self) -> None:
        control = self.folder / "drop_caches"
        control.write_text("")
        self.assertEqual(machine.drop_page_cache(control), "cold")
        self.assertEqual(control.read_text(), "3")


if __name__ == "__main__":
    unittest.main()
