"""What machine this is, and how much of it others use."""
import json
import os
import pathlib
import platform
import re
import time


def processor():
    """The name, which virtual machines often cut short, and what tells processors of one name apart."""
    facts = dict(re.findall(r"^(model name|cpu family|model)\s*:\s*(.*?)\s*$", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE))
    if "model name" not in facts:
        return platform.machine()
    return f"{facts['model name']} (family {facts.get('cpu family', '?')}, model {facts.get('model', '?')})"


def memory():
    kibibytes = int(pathlib.Path("/proc/meminfo").read_text().split()[1])
    return f"{kibibytes / (1 << 20):.0f} GiB"


def busy_seconds():
    """Of all processors since the machine started; time that the host gave to other machines (steal) counts as busy."""
    user, nice, system, _idle, _wait, interrupt, soft, steal = map(
        int, pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    )
    return (user + nice + system + interrupt + soft + steal) / os.sysconf("SC_CLK_TCK")


class Clock:
    """Measures from its creation on."""

    def __init__(self):
        self.start, self.busy = time.monotonic(), busy_seconds()

    def share_of_others(self, own_seconds):
        """Of all processors' time since, what neither was idle nor spent on `own_seconds`: 0 to 1."""
        capacity = (time.monotonic() - self.start) * os.cpu_count()
        return min(1.0, max(0.0, (busy_seconds() - self.busy - own_seconds) / capacity))


def wait_until_idle(longest):
    """Returns when others take less than 5 % of the processors for a second, or after `longest` seconds."""
    end = time.monotonic() + longest
    while time.monotonic() < end:
        clock = Clock()
        time.sleep(1)
        if clock.share_of_others(0) < 0.05:
            return


def safetensors_metadata(path):
    with open(path, "rb") as file:
        return json.loads(file.read(int.from_bytes(file.read(8), "little")))["__metadata__"]
