import GasStore

/// Counts right and wrong predictions of each label where a node has any number of them. A label that is not known of a
/// node counts nowhere.
///
/// F₁ is scikit-learn's `f1_score`, 0 where nothing is positive; the Brier score is `brier_score_loss` over all labels
/// that are known.
package struct LabelTally: Sendable {
  /// Counts of predictions by what is the case.
  package struct Counts: Equatable, Sendable {
    /// Labels that apply and are predicted.
    package var truePositives = 0
    /// Labels that do not apply and are predicted.
    package var falsePositives = 0
    /// Labels that apply and are not predicted.
    package var falseNegatives = 0
    /// Labels that do not apply and are not predicted.
    package var trueNegatives = 0

    /// Counts nothing yet.
    package init() {}

    /// How many labels were counted.
    package var known: Int { truePositives + falsePositives + falseNegatives + trueNegatives }

    /// Counts a label of so many nodes.
    package mutating func add(applies: Bool, isPredicted: Bool, count: Int = 1) {
      switch (applies, isPredicted) {
      case (true, true): truePositives += count
      case (false, true): falsePositives += count
      case (true, false): falseNegatives += count
      case (false, false): trueNegatives += count
      }
    }

    /// F₁ = 2 TP / (2 TP + FP + FN); 0 if nothing is positive.
    package var f1: Double {
      let sum = 2 * truePositives + falsePositives + falseNegatives
      return sum > 0 ? Double(2 * truePositives) / Double(sum) : 0
    }

    static func += (sum: inout Counts, more: Counts) {
      sum.truePositives += more.truePositives
      sum.falsePositives += more.falsePositives
      sum.falseNegatives += more.falseNegatives
      sum.trueNegatives += more.trueNegatives
    }
  }

  /// The counts of each label.
  package var labels: [Counts]
  private var squares = 0.0
  private var squareCount = 0
  private var (topHits, topCount) = (0, 0)
  private var candidates: [Float] = []

  /// Counts nothing yet.
  package init(labelCount: Int) {
    labels = [Counts](repeating: Counts(), count: labelCount)
  }

  /// Counts the predictions of a node.
  ///
  /// - Parameters:
  ///   - logits: one for each label; a label is predicted where it is positive.
  ///   - targets: 1 where a label applies, 0 where not, `NodeLabels.missing` where that is not known.
  package mutating func add(_ logits: UnsafeBufferPointer<Float>, targets: UnsafeBufferPointer<UInt8>) {
    precondition(logits.count == labels.count && targets.count == labels.count, "a logit and a target for each label")
    for label in labels.indices where targets[label] != NodeLabels.missing {
      labels[label].add(applies: targets[label] != 0, isPredicted: logits[label] > 0)
    }
  }

  /// Adds a node's outputs to the scores that are of more than predictions. Parameters are those of `add`.
  package mutating func addOutputs(_ logits: UnsafeBufferPointer<Float>, targets: UnsafeBufferPointer<UInt8>) {
    var applying = 0
    for label in labels.indices where targets[label] != NodeLabels.missing {
      let applies = targets[label] != 0
      // 1 − σ(x) = σ(−x): nothing cancels where σ is close to 1.
      let error = sigmoid(applies ? -Double(logits[label]) : Double(logits[label]))
      squares += error * error
      squareCount += 1
      if applies { applying += 1 }
    }
    countTop(applying, logits, targets)
  }

  /// Counts how many of the k labels that apply are among the k greatest known logits, of equal ones the first.
  private mutating func countTop(
    _ k: Int, _ logits: UnsafeBufferPointer<Float>, _ targets: UnsafeBufferPointer<UInt8>
  ) {
    guard k > 0 else { return }
    topCount += k
    candidates.removeAll(keepingCapacity: true)
    for label in labels.indices where targets[label] != NodeLabels.missing { candidates.append(logits[label]) }
    let least = candidates.moveGreatest(k)
    // Those above the least of them are in; equal ones share the places that are left.
    var places = k - candidates[..<k].count { $0 > least }
    for label in labels.indices where targets[label] != NodeLabels.missing && logits[label] >= least {
      if logits[label] == least {
        guard places > 0 else { continue }
        places -= 1
      }
      if targets[label] != 0 { topHits += 1 }
    }
  }

  /// The number of known labels.
  package var known: Int { labels.reduce(0) { $0 + $1.known } }

  /// F₁ of the counts of all labels together; `nil` if none is known.
  package var microF1: Double? {
    let sum = labels.reduce(into: Counts()) { $0 += $1 }
    return sum.known > 0 ? sum.f1 : nil
  }

  /// The mean of F₁ over the labels that are known of some node; `nil` if none is.
  package var macroF1: Double? {
    let known = labels.filter { $0.known > 0 }
    return known.isEmpty ? nil : known.reduce(0) { $0 + $1.f1 } / Double(known.count)
  }

  /// F₁ where a node is predicted to have as many labels as it has, those of the greatest logits. Then there are as
  /// many false positives as false negatives, so it is the share of these labels that apply. `nil` if no label applies.
  package var topKF1: Double? { topCount > 0 ? Double(topHits) / Double(topCount) : nil }

  /// The mean of (p − y)² over the known labels; `nil` if none is known.
  package var brier: Double? { squareCount > 0 ? squares / Double(squareCount) : nil }
}

extension [Float] {
  /// Moves the k greatest elements to the front, in any order: Hoare's selection.
  ///
  /// - Returns: the least of them.
  fileprivate mutating func moveGreatest(_ k: Int) -> Float {
    var (first, last) = (0, count - 1)
    while first < last {
      let pivot = self[(first + last) / 2]
      var (low, high) = (first, last)
      while low <= high {
        while self[low] > pivot { low += 1 }
        while self[high] < pivot { high -= 1 }
        if low <= high {
          swapAt(low, high)
          low += 1
          high -= 1
        }
      }
      if k - 1 <= high {
        last = high
      } else if k - 1 >= low {
        first = low
      } else {
        return self[k - 1]
      }
    }
    return self[k - 1]
  }
}
