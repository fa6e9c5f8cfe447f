"""What bfloat16 costs: test accuracy and drift of published settings, in float32 and with --precision bfloat16.

Before it reports, it checks that exact inference with the initial weights gives the same scores but for rounding, and
that every run has learnt. Exits with 1 where bfloat16 costs more than 0.2 points on average or 0.5 on one graph, or
moves drift by more than a tenth.
"""

import argparse
import statistics

from gasbench.benchmarks.accuracy.cells import PATIENCE, RANDOM_SPLITS
from gasbench.shared import pages
from gasbench.shared.experiment import Case, Experiment, Outcome, check_start, check_trained
from gasbench.shared.pages import Page

PRECISIONS = ("float32", "bfloat16")
PRESETS = (
    "cora-gcn citeseer-gcn pubmed-gcn cora-appnp citeseer-appnp pubmed-appnp cora-gat citeseer-gat cora-gcnii"
    " amazon-photo-gcn amazon-computers-gcn coauthor-cs-gcn coauthor-physics-gcn"
).split()
ALLOWED, ALLOWED_MEAN, ALLOWED_DRIFT = 0.5, 0.2, 0.1


class Precision(Experiment):
    name = "precision"
    summary = "test accuracy and drift with --precision bfloat16"
    seeds = 5

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        text = "of " + ", ".join(PRESETS) + "; default: all"
        parser.add_argument("--presets", nargs="+", choices=PRESETS, default=PRESETS, metavar="PRESET", help=text)

    def cases(self) -> list[Case]:
        known = {preset["name"]: preset["ingest"] for preset in self.programs.call("gas-run", "presets")}
        found = []
        for name in self.options.presets:
            graph = name.rpartition("-")[0]
            options = f"--preset {name}" + (f" --patience {PATIENCE[name]}" if name in PATIENCE else "")
            if graph in RANDOM_SPLITS:
                options += " --split 0"
            found += [Case(graph, known[name], f"{options} --precision {kind}", kind) for kind in PRECISIONS]
        return found

    def study(self) -> Page:
        outcomes = self.outcomes(self.cases())
        pairs = [(wide, narrow) for wide, narrow in zip(outcomes[::2], outcomes[1::2], strict=True)]
        largest = max(check_start(pair, tolerance=0.02) for pair in pairs)
        check_trained(outcomes)
        rows, missed, differences = [], [], []
        for (wide, narrow), name in zip(pairs, self.options.presets, strict=True):
            difference = statistics.mean(narrow.tests) - statistics.mean(wide.tests)
            moved = drift_moved(wide, narrow)
            differences.append(difference)
            scores = [pages.spread(wide.tests), pages.spread(narrow.tests), f"{difference:+.2f}"]
            rows.append([name, *scores, f"{moved:+.1%}"])
            if difference < -ALLOWED:
                missed.append(f"{name}: {difference:+.2f} points, allowed are {-ALLOWED}")
            if abs(moved) > ALLOWED_DRIFT:
                missed.append(f"{name}: drift is {moved:+.1%} from that of float32, allowed are {ALLOWED_DRIFT:.0%}")
        mean = statistics.mean(differences)
        if mean < -ALLOWED_MEAN:
            missed.append(f"on average {mean:+.2f} points, allowed are {-ALLOWED_MEAN}")
        body = [
            "Published settings and the same seeds with both; histories are bfloat16, too, in the second. Test"
            " accuracy of the best validation epoch, mean ± deviation in %, on the public or first split; *difference*"
            " from float32; *drift*: how far the mean of all histories in the last 10 epochs, each before it is"
            " refreshed, is from that of float32.",
            "",
            *pages.table(["preset", "float32", "bfloat16", "difference", "drift"], rows),
            "",
            f"On average {mean:+.2f} points. Demanded: no less than {-ALLOWED_MEAN} on average and {-ALLOWED} each, and"
            f" drift within {ALLOWED_DRIFT:.0%}. {pages.verdict(missed)}",
            "",
            "Checked: exact inference with the initial weights gives the same scores but for rounding (largest"
            f" difference {100 * largest:.2f} points); every run has learnt.",
        ]
        return Page("Training with bfloat16", body, missed=missed)


def drift_moved(wide: Outcome, narrow: Outcome) -> float:
    """How far the mean drift of all histories is from that of the first, relative to it; 0 without histories."""
    if not wide.drift():
        return 0.0
    return statistics.mean(narrow.drift()) / statistics.mean(wide.drift()) - 1


BENCHMARK = Precision
