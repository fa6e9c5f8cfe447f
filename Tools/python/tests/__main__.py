"""Runs all tests, or those of modules that are named: python -m tests [test_runs …]. Says by name what was skipped."""

from __future__ import annotations

import pathlib
import sys
import unittest
import warnings


class _Result(unittest.TextTestResult):
    """Counts what went well, which a class that is skipped as a whole does not."""

    passed = 0

    def addSuccess(self, test: unittest.TestCase) -> None:
        """One more."""
        super().addSuccess(test)
        self.passed += 1


def main(names: list[str]) -> int:
    """Returns the exit status."""
    # Libraries that are tested with warn of each other.
    warnings.simplefilter("ignore")
    here = pathlib.Path(__file__).parent
    loader = unittest.TestLoader()
    if names:
        suite = loader.loadTestsFromNames([f"tests.{name}" for name in names])
    else:
        suite = loader.discover(str(here), top_level_dir=str(here.parent))
    result = unittest.TextTestRunner(warnings="ignore", resultclass=_Result).run(suite)  # type: ignore[arg-type]
    assert isinstance(result, _Result)
    for test, reason in result.skipped:
        print(f"skipped {test.id() if hasattr(test, 'id') else test}: {reason}")
    failed = len(result.failures) + len(result.errors)
    print(f"{result.passed} passed, {failed} failed, {len(result.skipped)} skipped")
    return 0 if result.wasSuccessful() and result.testsRun else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
