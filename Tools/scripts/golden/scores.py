#!/usr/bin/env python3
"""Writes Fixtures/scores/tables.json: what scikit-learn says of 20 random tables of outputs and labels.

The file is committed; only whoever changes a score needs this script, with scikit-learn 1.7:

    python Tools/scripts/golden/scores.py Fixtures/scores/tables.json

Tables have equal outputs, labels that are missing (null), classes and labels that do not occur, and parts of one kind.
A score that is undefined has no key. Two are not scikit-learn's: the calibration error (15 equal bins of the greatest
probability) and the F1 of the k greatest outputs, k being the node's number of labels.
"""

import json
import math
import sys

import numpy as np
from sklearn import metrics


def softmax(outputs):
    """Softmax whose sums do not depend on the order of the outputs: what is equal must not differ by rounding."""
    rows = [[math.exp(x - max(row)) for x in row] for row in outputs.tolist()]
    return np.array([[x / math.fsum(row) for x in row] for row in rows])


def sigmoid(outputs):
    return 1 / (1 + np.exp(-outputs))


def ranks(columns):
    """Means over the columns that have both kinds, as OGB has it for ogbn-proteins; and the greatest F1 of each."""
    both = [(wanted, output) for wanted, output in columns if 0 < wanted.sum() < len(wanted)]
    scores, cuts = {}, []
    if both:
        scores["rocAuc"] = np.mean([metrics.roc_auc_score(*pair) for pair in both])
        scores["averagePrecision"] = np.mean([metrics.average_precision_score(*pair) for pair in both])
    for wanted, output in columns:
        cuts.append(None)
        if 0 < wanted.sum() < len(wanted):
            precision, recall, _ = metrics.precision_recall_curve(wanted, output)
            cuts[-1] = np.max(2 * precision * recall / np.maximum(precision + recall, 1e-300))
    return scores, cuts


def calibration(probabilities, wanted):
    top, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == wanted
    bins = np.clip(np.ceil(top * 15), 1, 15)
    return sum(abs(right[bins == b].mean() - top[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins))


def brier(wanted, p, classes):
    if len(classes) == 2:
        return metrics.brier_score_loss(wanted, p[:, 1], labels=classes, pos_label=1)
    return metrics.brier_score_loss(wanted, p, labels=classes)


def of_classes(outputs, labels):
    known = labels >= 0
    wanted, p = labels[known], softmax(outputs.astype(np.float64))[known]
    classes = np.arange(outputs.shape[1])
    predicted = outputs[known].argmax(axis=1)
    binary = len(classes) == 2
    columns = [(wanted == 1, p[:, 1])] if binary else [(wanted == c, p[:, c]) for c in classes]
    scores, cuts = ranks(columns)
    if len(classes) > 2 and len(np.unique(wanted)) == len(classes):
        area = metrics.roc_auc_score(wanted, p, multi_class="ovr", labels=classes)
        precision = metrics.average_precision_score(np.eye(len(classes))[wanted], p)
        assert np.allclose([area, precision], [scores["rocAuc"], scores["averagePrecision"]])
    scores["accuracy"] = metrics.accuracy_score(wanted, predicted)
    scores["balancedAccuracy"] = metrics.balanced_accuracy_score(wanted, predicted)
    scores["macroF1"] = metrics.f1_score(wanted, predicted, average="macro")
    scores["microF1"] = metrics.f1_score(wanted, predicted, average="micro")
    # scikit-learn refuses a single class, whose probability is 1.
    scores["logLoss"] = metrics.log_loss(wanted, p, labels=classes) if len(classes) > 1 else 0
    scores["brier"] = brier(wanted, p, classes) if len(classes) > 1 else 0
    scores["calibrationError"] = calibration(p, wanted)
    return scores, cuts if binary else None


def of_labels(outputs, labels):
    known = labels >= 0
    p = sigmoid(outputs.astype(np.float64))
    pairs = [(labels[known[:, c], c], outputs[known[:, c], c]) for c in range(outputs.shape[1])]
    scores, cuts = ranks(pairs)
    scores["microF1"] = metrics.f1_score(labels[known], outputs[known] > 0, zero_division=0)
    scores["macroF1"] = np.mean([metrics.f1_score(w, x > 0, zero_division=0) for w, x in pairs if len(w)])
    scores["logLoss"] = metrics.log_loss(labels[known], p[known], labels=[0, 1])
    scores["brier"] = metrics.brier_score_loss(labels[known], p[known], pos_label=1)
    predicted = np.zeros_like(labels)
    for row in range(len(labels)):
        places = np.flatnonzero(known[row])
        order = places[np.argsort(-outputs[row, places], kind="stable")]
        predicted[row, order[: (labels[row] == 1).sum()]] = 1
    if (labels == 1).any():
        scores["topKF1"] = metrics.f1_score(labels[known], predicted[known])
    return scores, cuts


def of_values(outputs, values):
    known = ~np.isnan(values)
    pairs = [(values[known[:, c], c], outputs[known[:, c], c]) for c in range(outputs.shape[1]) if known[:, c].any()]
    pairs = [(wanted.astype(np.float64), found.astype(np.float64)) for wanted, found in pairs]
    scores = {
        "rmse": np.mean([metrics.root_mean_squared_error(*pair) for pair in pairs]),
        "mae": np.mean([metrics.mean_absolute_error(*pair) for pair in pairs]),
        "mse": np.mean([metrics.mean_squared_error(*pair) for pair in pairs]),
        "r2": np.mean([metrics.r2_score(*pair) for pair in pairs]),
    }
    return scores, None


def class_tables(random):
    cases = [
        ("binary", 2, [0.5, 0.5], 0, 0), ("binary-rare", 2, [0.97, 0.03], 0, 0), ("binary-ties", 2, [0.7, 0.3], 2, 0.2),
        ("binary-one-class", 2, [1, 0], 0, 0.1), ("binary-all-equal", 2, [0.6, 0.4], 0.01, 0),
        ("three", 3, [0.4, 0.35, 0.25], 0, 0), ("five-ties", 5, [0.5, 0.2, 0.15, 0.1, 0.05], 1, 0.3),
        ("four-lacks-one", 4, [0.5, 0.3, 0, 0.2], 0, 0), ("three-one-class", 3, [0, 1, 0], 0, 0),
        ("single", 1, [1], 0, 0.2),
    ]  # fmt: skip
    for name, width, shares, steps, gaps in cases:
        count = int(random.integers(60, 200))
        labels = random.choice(width, count, p=shares)
        outputs = random.normal(size=(count, width)) + 1.2 * np.eye(width)[labels]
        labels[random.random(count) < gaps] = -1
        yield name, "classes", rounded(outputs, steps), labels


def label_tables(random):
    cases = [
        ("labels", 4, 0, 0), ("labels-gaps", 5, 0, 0.4), ("labels-ties", 6, 2, 0.2), ("labels-none-applies", 3, 0, 0),
        ("labels-one-column", 1, 0, 0.1), ("labels-unknown-column", 3, 1, 0.2),
    ]  # fmt: skip
    for name, width, steps, gaps in cases:
        count = int(random.integers(50, 120))
        labels = (random.random((count, width)) < random.uniform(0.05, 0.6, width)).astype(np.int64)
        outputs = random.normal(size=(count, width)) - 0.5 + labels
        labels[random.random((count, width)) < gaps] = -1
        labels[:, -1] = -1 if "unknown" in name else labels[:, -1]
        labels = np.zeros_like(labels) if "none" in name else labels
        yield name, "labels", rounded(outputs, steps), labels


def value_tables(random):
    for name, width, gaps in [("value", 1, 0), ("values", 3, 0), ("values-gaps", 4, 0.4), ("value-constant", 1, 0.1)]:
        count = int(random.integers(40, 100))
        values = 100 + 3 * random.normal(size=(count, width))
        outputs = values + random.normal(size=(count, width))
        values[random.random((count, width)) < gaps] = np.nan
        values = np.where(np.isnan(values), np.nan, 7.5) if "constant" in name else values
        if "gaps" in name:
            values[:, 1] = np.nan
        yield name, "values", outputs.astype(np.float32), values.astype(np.float32)


def rounded(outputs, steps):
    """Outputs in steps of 1 / `steps`, so that many are equal; 0 leaves them as they are."""
    return (np.round(outputs * steps) / steps if steps else outputs).astype(np.float32)


def numbers(array):
    return [None if np.isnan(number) else float(str(number)) for number in array.ravel()]


def main():
    random = np.random.default_rng(19)
    score = {"classes": of_classes, "labels": of_labels, "values": of_values}
    lines = []
    for name, kind, outputs, labels in (*class_tables(random), *label_tables(random), *value_tables(random)):
        scores, cuts = score[kind](outputs, labels)
        texts = numbers(labels) if kind == "values" else [None if x < 0 else int(x) for x in labels.ravel()]
        table = {
            "name": name, "kind": kind, "width": outputs.shape[1], "outputs": numbers(outputs), "labels": texts,
            "scores": {key: float(value) for key, value in scores.items()},
            "bestF1": cuts and [cut if cut is None else float(cut) for cut in cuts],
        }  # fmt: skip
        lines.append(json.dumps(table))
    with open(sys.argv[1], "w") as file:
        file.write("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
