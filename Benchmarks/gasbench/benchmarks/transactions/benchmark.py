"""From three CSV files to scores: seconds, and what the scores are worth against the same model in PyTorch Geometric.

The tables are those of Tools/scripts/make-transactions; scores are judged on the accounts without a label, whose truth
the script tells. Both sides keep the weights of the best average precision of validation nodes; splits are drawn anew
for each seed, and both sides have the same. PYTHON names a Python with PyTorch Geometric and scikit-learn.
"""

import argparse
import csv
import json
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import time

from gasbench.shared import pages
from gasbench.shared.benchmark import Benchmark
from gasbench.shared.children import package_path, run_child, torch_python
from gasbench.shared.messages import Failure, say
from gasbench.shared.pages import Page
from gasbench.shared.places import ROOT
from gasbench.shared.programs import QUIET

SCORES = ("ROC-AUC", "average precision")
# Scores of rankings, from labels and probabilities of a file.
JUDGE = """
import json, sys
from sklearn.metrics import average_precision_score, roc_auc_score
truth, scores = json.load(sys.stdin)
print(json.dumps([roc_auc_score(truth, scores), average_precision_score(truth, scores)]))
"""
TABLES = (
    "--edges tx.csv --source sender --target receiver --nodes accounts.csv --id account_id --drop owner,token"
    " --labels split.csv --label is_fraud --split-column split"
)


class Transactions(Benchmark):
    name = "transactions"
    summary = "from CSV files to scores: seconds, and the same model in PyTorch Geometric"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--seeds", type=int, default=3, help="default: 3")

    def measure(self) -> Page:
        self.python = torch_python(self.programs.work)
        self.data = self.programs.work / "data"
        subprocess.run([sys.executable, ROOT / "Tools/scripts/make-transactions", self.data], check=True)
        self.truth, self.labelled = self.column("truth.csv"), self.column("labels.csv")
        ours, peers, seconds = [], [], []
        for seed in range(1, self.options.seeds + 1):
            self.draw_split(seed)
            start = time.monotonic()
            ours.append(self.judge(self.gas(seed)))
            seconds.append(time.monotonic() - start)
            peers.append(self.judge(self.pyg(seed)))
            say(f"seed {seed}: gas {ours[-1]}, PyG {peers[-1]}, {seconds[-1]:.1f} s")
        rows = [
            [name, pages.spread([found[place] for found in scores])]
            + [f"{scores_of[place]:.3f}" for scores_of in scores]
            for place, _ in enumerate(SCORES)
            for name, scores in ((f"{SCORES[place]}, gas", ours), (f"{SCORES[place]}, PyG", peers))
        ]
        body = [
            *pages.table(["", "mean ± deviation", *(f"seed {seed + 1}" for seed in range(self.options.seeds))], rows),
            "",
            f"From CSV to scores.csv: {statistics.median(seconds):.1f} s (median): ingest, training, inference.",
        ]
        note = (
            f"Programs of commit {self.programs.commit()}. Scores of the {len(self.truth) - len(self.labelled)}"
            " accounts without a label."
        )
        return Page("From tables to scores", body, note, self.missed(ours, peers, seconds))

    def missed(self, ours: list[list[float]], peers: list[list[float]], seconds: list[float]) -> list[str]:
        """At least PyG's scores, less two deviations of the difference of the means; and a minute."""
        found = [f"{max(seconds):.0f} s from CSV to scores"] if max(seconds) > 60 else []
        for place, name in enumerate(SCORES):
            one, other = [scores[place] for scores in ours], [scores[place] for scores in peers]
            noise = 2 * ((statistics.variance(one) + statistics.variance(other)) / len(one)) ** 0.5
            if statistics.mean(one) < statistics.mean(other) - noise:
                found.append(f"{name} {statistics.mean(one):.3f}, PyG {statistics.mean(other):.3f}")
        return found

    def column(self, name: str) -> dict[str, bool]:
        with open(self.data / name, newline="", encoding="utf-8") as file:
            return {row["account_id"]: row["is_fraud"] == "yes" for row in csv.DictReader(file)}

    def draw_split(self, seed: int) -> None:
        """60, 20 and 20 % of each class, to train, to validate and to test on, as a column beside the labels."""
        chance = random.Random(seed)
        rows = []
        for label in (False, True):
            accounts = [account for account, fraud in self.labelled.items() if fraud == label]
            chance.shuffle(accounts)
            first, second = round(0.6 * len(accounts)), round(0.8 * len(accounts))
            parts = ["train"] * first + ["val"] * (second - first) + ["test"] * (len(accounts) - second)
            rows += [(account, "yes" if label else "no", part) for account, part in zip(accounts, parts, strict=True)]
        with open(self.data / "split.csv", "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([("account_id", "is_fraud", "split"), *rows])

    def gas(self, seed: int) -> dict[str, float]:
        """The probability of each account, as gas-run infer writes it."""
        store, scores = self.programs.work / "fraud.store", self.programs.work / "scores.csv"
        # With the run of the seed before.
        shutil.rmtree(store, ignore_errors=True)
        words = [*TABLES.split(), "--seed", seed, "--output", store]
        self.programs.call("gas-ingest", "table", *words, *QUIET, folder=self.data)
        self.programs.call("gas-run", "train", store, "--seed", seed, "--run", "first", *QUIET)
        self.programs.call("gas-run", "infer", store, "--run", "first", "--scores", scores, *QUIET)
        with open(scores, newline="", encoding="utf-8") as file:
            return {row["id"]: float(row["p_yes"]) for row in csv.DictReader(file)}

    def pyg(self, seed: int) -> dict[str, float]:
        script = pathlib.Path(__file__).parent / "pyg.py"
        found = run_child([self.python, script, self.data, seed, 300, 50], package_path()).result
        return dict(zip(self.truth, found, strict=True))

    def judge(self, scores: dict[str, float]) -> list[float]:
        hidden = [account for account in self.truth if account not in self.labelled]
        if set(scores) != set(self.truth):
            raise Failure("scores are not of all accounts")
        text = json.dumps([[self.truth[account] for account in hidden], [scores[account] for account in hidden]])
        done = subprocess.run([self.python, "-c", JUDGE], input=text, capture_output=True, text=True, check=True)
        found: list[float] = json.loads(done.stdout)
        return found


BENCHMARK = Transactions
