"""gas-run on hosts, and what it plans for them."""

import pathlib
from typing import Any

from gasbench.shared.hosts import Hosts
from gasbench.shared.messages import say
from gasbench.shared.programs import QUIET
from gasbench.shared.ranked import WatchedPrograms

SPEEDS = ("1gbit", "10gbit")
DELAY = "0.1ms"
# Each rank's batch: an epoch has eight steps or more.
PARTITIONS, BATCH = 96, 3
MODEL = "--model gcn --layers 3 --hidden 128 --dropout 0.3 --lr 0.01 --no-measure-error --threads 1"
MODEL += f" --batch-partitions {BATCH}"

Plan = dict[str, Any]


class HostPrograms(WatchedPrograms):
    """gas-run on hosts, or on this machine while there are none."""

    hosts: Hosts | None = None

    def launcher(self, ranks: int) -> list[str]:
        return super().launcher(ranks) if self.hosts is None else self.hosts.launcher(ranks)

    def planted(self, nodes: int, partitions: int) -> pathlib.Path:
        """The store of a graph whose communities are its partitions."""
        generated = f"--nodes {nodes} --edges {10 * nodes} --features 64 --classes 20 --seed 1"
        generated += f" --communities {partitions} --inside 0.9"
        inputs = "--features features.npy --labels labels.npy --train train.npy --val val.npy --test test.npy"
        say(f"{nodes} nodes: making the store")
        return self.store(f"planted-{nodes}", f"{inputs} --partitioner file:communities.npy", generated)[0]

    def plan(self, store: pathlib.Path, ranks: int, speed: str, latency: float, computing: float) -> Plan:
        """What so many ranks would send, and for how long, where one computes for that many seconds."""
        options = f"{MODEL} --plan --ranks {ranks} --network {speed.replace('g', 'G')}"
        times = ["--latency", f"{1e6 * latency:.3f}us", "--epoch-time", f"{computing:.6f}s"]
        plan: Plan = self.call("gas-run", "train", store, *options.split(), *times, *QUIET[1:])["ranks"]
        return plan
