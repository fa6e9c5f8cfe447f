"""Writes a result page for a program outside the package: JSON on standard input, with `name`, `command` and the fields
of Page; an entry of `body` is a line, or a table with `head` and `rows`.

python3 -m gasbench.page, in the folder Benchmarks
"""

import json
import sys

from gasbench.shared import pages
from gasbench.shared.pages import Page


def main() -> None:
    asked = json.load(sys.stdin)
    body: list[str] = []
    for entry in asked["body"]:
        body += [entry] if isinstance(entry, str) else pages.table(entry["head"], entry["rows"])
    pages.write(asked["name"], Page(asked["title"], body, asked["note"]).lines(asked["command"]))


main()
