"""What cutting a store for two ranks takes, in time, memory and disk."""

import json
import pathlib
import shutil

from gasbench.shared import pages
from gasbench.shared.limited import Limited
from gasbench.shared.messages import Failure, say
from gasbench.shared.programs import QUIET, Json, Programs, read_json

LIMIT = 2 << 30


def allocated(folder: pathlib.Path) -> int:
    """Bytes that files take on the disk, without their holes."""
    return sum(512 * file.stat().st_blocks for file in folder.iterdir())


def shard_lines(programs: Programs, store: pathlib.Path) -> list[str]:
    """Lines of the page; the shards go."""
    say("cutting the store")
    output = programs.work / "shards"
    words = ["shard", store, "--ranks", 2, "--output", output, "--json", *QUIET]
    run = Limited([programs.folder / "gas-ingest", *words], LIMIT, programs.work)
    report: Json = json.loads(run.output)
    whole = allocated(store / "columns")
    rows = []
    for shard in report["shards"]:
        folder = output / f"rank-{shard['rank']}"
        programs.call("gas-stat", "verify", folder, *QUIET[1:])
        size = allocated(folder / "columns")
        counts = [shard[key] for key in ("nodeCount", "edgeCount", "ghostCount")]
        rows.append([folder.name, *counts, size >> 20, f"{100 * size / whole:.0f} %"])
    shutil.rmtree(output)
    if sum(row[2] for row in rows) != read_json(store / "manifest.json")["edgeCount"]:
        raise Failure("the shards do not have all entries")
    memory = f"at most {run.anonymous >> 20} MiB without file pages and {run.peak >> 20} MiB with them"
    return [
        f"`gas-ingest shard --ranks 2` in a memory cgroup of {LIMIT >> 30} GiB that counts page cache:"
        f" {run.seconds:.1f} s, {memory}. *disk*: what the columns take, without holes; those of the whole store take"
        f" {whole >> 20} MiB. Both shards verify.",
        "",
        *pages.table(["", "nodes", "entries", "ghosts", "disk, MiB", "of the store"], rows),
    ]
