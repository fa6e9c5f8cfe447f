"""What machine this is, how much of it others use, and its page cache."""

import os
import pathlib
import platform
import re
import time

from gasbench.shared.messages import say


def processor() -> str:
    """The name, which virtual machines often cut short, and what tells processors of one name apart."""
    text = pathlib.Path("/proc/cpuinfo").read_text()
    facts = dict(re.findall(r"^(model name|cpu family|model)\s*:\s*(.*?)\s*$", text, re.MULTILINE))
    if "model name" not in facts:
        return platform.machine()
    return f"{facts['model name']} (family {facts.get('cpu family', '?')}, model {facts.get('model', '?')})"


def memory() -> str:
    kibibytes = int(pathlib.Path("/proc/meminfo").read_text().split()[1])
    return f"{kibibytes / (1 << 20):.0f} GiB"


def mebibytes(count: float) -> str:
    return f"{count / (1 << 20):.0f} MiB"


def busy_seconds() -> float:
    """Of all processors since the machine started; time that the host gave to other machines (steal) counts as busy."""
    first = pathlib.Path("/proc/stat").read_text().split("\n", 1)[0]
    user, nice, system, _idle, _wait, interrupt, soft, steal = map(int, first.split()[1:9])
    return (user + nice + system + interrupt + soft + steal) / os.sysconf("SC_CLK_TCK")


class Clock:
    """Measures from its creation on."""

    def __init__(self) -> None:
        self.start, self.busy = time.monotonic(), busy_seconds()

    def share_of_others(self, own_seconds: float) -> float:
        """Of all processors' time since, what neither was idle nor spent on `own_seconds`: 0 to 1."""
        capacity = (time.monotonic() - self.start) * (os.cpu_count() or 1)
        return min(1.0, max(0.0, (busy_seconds() - self.busy - own_seconds) / capacity))


def wait_until_idle(longest: float) -> None:
    """Returns when others take less than 5 % of the processors for a second, or after `longest` seconds."""
    end = time.monotonic() + longest
    while time.monotonic() < end:
        clock = Clock()
        time.sleep(1)
        if clock.share_of_others(0) < 0.05:
            return


def drop_page_cache(control: pathlib.Path = pathlib.Path("/proc/sys/vm/drop_caches")) -> str:
    """Empties the page cache, which takes root, and says so where it may not: "cold" or "as it was (not root)"."""
    os.sync()
    try:
        control.write_text("3")
    except OSError as error:
        say(f"the page cache is not emptied, so the program may start with a warm one: {error} (it takes root)")
        return "as it was (not root)"
    return "cold"
