"""A table of larger numbers of hosts, which are planned alone."""

import statistics

from gasbench.benchmarks.networks.programs import MODEL, HostPrograms
from gasbench.shared import pages
from gasbench.shared.programs import QUIET

MANY = (8, 16, 32, 64, 128, 256)
LARGE_PARTITIONS = 2048


def many_hosts(programs: HostPrograms, nodes: int) -> list[str]:
    """Lines of the page."""
    store = programs.planted(nodes, LARGE_PARTITIONS)
    computing = programs.call("gas-run", "train", store, *MODEL.split(), "--plan", *QUIET[1:])["trainSeconds"]
    rows = []
    for ranks in MANY:
        plan = programs.plan(store, ranks, "10gbit", 1e-4, computing)
        time, parts = plan["time"], plan["ranks"]
        sent = max(part["rowBytes"] + part["gradientBytes"] for part in parts) / (1 << 20)
        ghosts = statistics.mean(part["ghosts"] / max(1, part["nodes"]) for part in parts)
        speedup = [f"{computing / time[key]:.1f}" for key in ("synchronousSeconds", "overlapSeconds")]
        seconds = [f"{time[key]:.3f}" for key in ("computingSeconds", "gradientSeconds", "rowSeconds")]
        epochs = [f"{time[key]:.3f}" for key in ("synchronousSeconds", "overlapSeconds")]
        rows.append([ranks, plan["steps"], f"{ghosts:.2f}", f"{sent:.1f}", *seconds, *epochs, *speedup])
    head = ["hosts", "steps", "ghosts a node", "sent, MiB", "computing, s", "gradients, s", "rows, s"]
    head += ["synchronous, s", "overlap, s", "times as fast", "overlap"]
    return [
        f"`gas-run train --plan --ranks R --network 10Gbit --latency 0.1ms` on a planted graph of {nodes} nodes and"
        f" {10 * nodes} edges in {LARGE_PARTITIONS} partitions, the same model and batches, one thread a host. One"
        f" process takes {computing:.1f} s an epoch, as far as some batches tell. *sent*: by the rank that sends"
        " most.",
        "",
        *pages.table(head, rows),
    ]
