"""What checks the pages that gas-run report writes: Debian's chromium, and readers of HTML."""
