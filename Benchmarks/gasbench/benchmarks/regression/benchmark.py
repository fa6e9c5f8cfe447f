"""Real values: two real tables and a graph of their nearest rows, beside the same model in PyTorch Geometric.

Both sides train a GraphSAGE as gas-run train chooses it, on the same splits, and keep the weights of the best R² of
validation nodes. Gradient-boosted trees of scikit-learn, which see no graph, tell what the tables are like. PYTHON
names a Python with PyTorch Geometric, scikit-learn, pandas and plotnine, whose wheel has the table of diamonds.
"""

import argparse
import pathlib
import shutil
import statistics

from gasbench.shared import pages
from gasbench.shared.benchmark import Benchmark
from gasbench.shared.children import package_path, run_child, torch_python
from gasbench.shared.messages import say
from gasbench.shared.pages import Page
from gasbench.shared.programs import QUIET

SIDES = {"gas": "gas", "PyG": "the same model in PyG", "trees": "trees without the graph (scikit-learn)"}
TABLES = {"diabetes": "442 patients", "diamonds": "3000 diamonds, logarithm of the price"}
EPOCHS, PATIENCE = 300, 50
Scores = dict[str, list[list[float]]]


class Regression(Benchmark):
    name = "regression"
    summary = "real values of two real tables, and the same model in PyTorch Geometric"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--seeds", type=int, default=3, help="default: 3")
        names = ", ".join(TABLES)
        parser.add_argument("--tables", nargs="+", default=list(TABLES), choices=TABLES, help=f"default: {names}")

    def measure(self) -> Page:
        self.python = torch_python(self.programs.work)
        rows, missed = [], []
        for table in self.options.tables:
            scores = self.compare(table)
            for side, name in SIDES.items():
                errors, shares = zip(*scores[side], strict=True)
                spreads = [self.spread(errors), self.spread(shares)]
                rows.append([f"{table}: {TABLES[table]}" if side == "gas" else "", name, *spreads])
            missed += self.missed(table, scores)
        body = [
            *pages.table(["table", "", "RMSE", "R²"], rows),
            "",
            f"Test nodes; mean ± deviation of {self.options.seeds} seeds, each with a split of its own (60/20/20). The"
            " graph joins each row to the ten nearest ones by its numbers. The model is the one that `gas-run train`"
            " chooses: GraphSAGE, 2 layers of 128, 300 epochs with patience 50.",
        ]
        return Page("Real values", body, f"Programs of commit {self.programs.commit()}.", missed)

    def compare(self, table: str) -> Scores:
        folder = self.programs.work / table
        run_child([self.python, self.script("tables.py"), folder, table, self.options.seeds], package_path())
        scores: Scores = {side: [] for side in SIDES}
        for seed in range(1, self.options.seeds + 1):
            words = [self.python, self.script("pyg.py"), folder, seed, EPOCHS, PATIENCE]
            found = run_child([*words, self.gas(folder, seed)], package_path()).result
            found.update(run_child(words, package_path()).result)
            for side in SIDES:
                scores[side].append(found[side])
            texts = (f"{side} {error:.4f}, {share:.4f}" for side, (error, share) in found.items())
            say(f"{table}, seed {seed} (RMSE, R²): " + "; ".join(texts))
        return scores

    def gas(self, folder: pathlib.Path, seed: int) -> pathlib.Path:
        """The values of all rows, as gas-run infer writes them."""
        store, scores = folder / "table.store", folder / "scores.csv"
        # With the run of the seed before.
        shutil.rmtree(store, ignore_errors=True)
        words = f"--edges edges.csv --source a --target b --nodes nodes.csv --id id --labels labels-{seed}.csv"
        words += f" --label value --label-kind regression --split-column part --seed {seed}"
        self.programs.call("gas-ingest", "table", *words.split(), "--output", store, *QUIET, folder=folder)
        self.programs.call("gas-run", "train", store, "--seed", seed, "--run", "first", *QUIET)
        self.programs.call("gas-run", "infer", store, "--run", "first", "--scores", scores, *QUIET)
        return scores

    @staticmethod
    def script(name: str) -> pathlib.Path:
        return pathlib.Path(__file__).with_name(name)

    @staticmethod
    def spread(values: tuple[float, ...]) -> str:
        text = f"{statistics.mean(values):.3f}"
        return text + (f" ± {statistics.stdev(values):.3f}" if len(values) > 1 else "")

    def missed(self, table: str, scores: Scores) -> list[str]:
        """At least PyG's R², less two deviations of the difference of the means."""
        one, other = ([share for _, share in scores[side]] for side in ("gas", "PyG"))
        if len(one) < 2:
            return []
        noise = 2 * ((statistics.variance(one) + statistics.variance(other)) / len(one)) ** 0.5
        if statistics.mean(one) >= statistics.mean(other) - noise:
            return []
        return [f"{table}: R² {statistics.mean(one):.3f}, PyG {statistics.mean(other):.3f}"]


BENCHMARK = Regression
