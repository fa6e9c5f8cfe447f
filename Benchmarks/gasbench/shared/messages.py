"""What a benchmark says while it runs, and the error that it tells in one line."""

import sys


class Failure(Exception):
    """Told in one line; nothing is written."""


def say(text: str) -> None:
    """Progress goes to standard error, so that standard output is the page alone."""
    print(text, file=sys.stderr, flush=True)
