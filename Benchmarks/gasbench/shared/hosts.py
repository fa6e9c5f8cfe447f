"""Hosts that are network namespaces of this machine, with interfaces of a given speed on one bridge."""

import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
from types import TracebackType

from gasbench.shared.messages import Failure

BRIDGE = "gas-bridge"
NETWORK = "10.77.0.0/24"
# Sends a byte there and back over TCP, as often as the client likes.
ECHO = """
import socket, sys
server = socket.create_server(("", 7777))
print("ready", flush=True)
peer, _ = server.accept()
peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
while byte := peer.recv(1):
    peer.send(byte)
"""
ASK = """
import socket, sys, time
peer = socket.create_connection((sys.argv[1], 7777))
peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
for _ in range(300):
    start = time.perf_counter()
    peer.send(b"x"), peer.recv(1)
    print(time.perf_counter() - start)
"""


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True)


def must(*words: str) -> None:
    done = run(*words)
    if done.returncode != 0:
        raise Failure(f"{' '.join(words)}: {done.stderr.strip()} (network namespaces want root and iproute2)")


class Hosts:
    """Made when it is entered, and gone when it is left."""

    def __init__(self, count: int, work: pathlib.Path) -> None:
        self.names = [f"gas-host-{number}" for number in range(1, count + 1)]
        self.work = work

    def __enter__(self) -> "Hosts":
        if os.geteuid() != 0 or not shutil.which("ip") or not shutil.which("tc"):
            raise Failure("network namespaces want root and iproute2 (apt-get install iproute2)")
        self.remove()
        try:
            self.make()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()

    def make(self) -> None:
        must("ip", "link", "add", BRIDGE, "type", "bridge")
        must("ip", "address", "add", "10.77.0.254/24", "dev", BRIDGE)
        must("ip", "link", "set", BRIDGE, "up")
        for number, name in enumerate(self.names, 1):
            must("ip", "netns", "add", name)
            must("ip", "link", "add", self.port(number), "type", "veth", "peer", "name", "eth0", "netns", name)
            must("ip", "link", "set", self.port(number), "master", BRIDGE, "up")
            must("ip", "-n", name, "address", "add", f"{self.address(number)}/24", "dev", "eth0")
            must("ip", "-n", name, "link", "set", "eth0", "up")
            must("ip", "-n", name, "link", "set", "lo", "up")
        agent = self.work / "agent"
        # In the place of ssh: mpirun calls it with an address and a command.
        agent.write_text(
            '#!/bin/sh\naddress=$1\nshift\nname=gas-host-${address##*.}\nexec ip netns exec "$name"'
            ' unshare --uts sh -c "hostname $name; $*"\n'
        )
        agent.chmod(0o755)

    def remove(self) -> None:
        for name in self.names:
            run("ip", "netns", "delete", name)
        run("ip", "link", "delete", BRIDGE)

    @staticmethod
    def port(number: int) -> str:
        return f"gas-port-{number}"

    @staticmethod
    def address(number: int) -> str:
        return f"10.77.0.{number}"

    def limit(self, rate: str, delay: str) -> bool:
        """Gives all interfaces a speed in both directions, and messages a delay where the kernel can (netem). Returns
        whether it can; without it, messages take as long as this machine takes."""
        burst = "4mb" if rate.startswith("10g") else "512kb"
        limiter = ["tbf", "rate", rate, "burst", burst, "latency", "50ms"]
        # The speed of what is sent is the interface's, that of what is received the bridge's.
        delayed = ["netem", "delay", delay, "rate", rate, "limit", "100000"]
        first = run("tc", "-n", self.names[0], "qdisc", "replace", "dev", "eth0", "root", *delayed)
        sending = delayed if first.returncode == 0 else limiter
        for number, name in enumerate(self.names, 1):
            must("tc", "-n", name, "qdisc", "replace", "dev", "eth0", "root", *sending)
            must("tc", "qdisc", "replace", "dev", self.port(number), "root", *limiter)
        return first.returncode == 0

    def one_way_seconds(self) -> float:
        """Half of what a byte takes from one host to another and back, over TCP: the median of many."""
        inside = ["ip", "netns", "exec"]
        words = [*inside, self.names[0], sys.executable, "-c", ECHO]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            server.stdout.readline()
            done = run(*inside, self.names[1], sys.executable, "-c", ASK, self.address(1))
            if done.returncode != 0:
                server.kill()
                raise Failure(f"one host does not reach another: {done.stderr.strip()}")
        return statistics.median(map(float, done.stdout.split())) / 2

    def launcher(self, count: int) -> list[str]:
        """The words that start a program on so many hosts, a rank each, over TCP."""
        file = self.work / f"hosts-{count}"
        file.write_text("".join(f"{self.address(number)} slots=1\n" for number in range(1, count + 1)))
        settings = {
            "plm_rsh_agent": str(self.work / "agent"),
            "plm_rsh_no_tree_spawn": "1",
            "btl": "tcp,self",
            "btl_tcp_if_include": NETWORK,
            "oob_tcp_if_include": NETWORK,
            # Ranks share the cores of this machine, whose threads must not be pinned to the same one.
            "hwloc_base_binding_policy": "none",
        }
        words = [word for setting in settings.items() for word in ("--mca", *setting)]
        return ["mpirun", *words, "--hostfile", str(file), "-n", str(count)]


def is_open_mpi() -> bool:
    return re.search("Open MPI", run("mpirun", "--version").stdout) is not None
