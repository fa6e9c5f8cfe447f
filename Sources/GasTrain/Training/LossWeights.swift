import GasBase
import GasRuns
import GasStore

/// The weights of classes in the loss.
///
/// Balanced weights, n training nodes and n_c of them in class c of C: n / (C · n_c) with single labels; with multiple
/// labels (n − n_c) / n_c for a positive target, so that both kinds of targets count alike (as PyTorch's
/// BCEWithLogitsLoss proposes for pos_weight). A class without training nodes keeps weight 1: it is never used.
enum LossWeights {
  /// Checks the number of weights.
  ///
  /// - Parameters:
  ///   - weights: the weights.
  ///   - store: the store to train on.
  /// - Throws: `GasError` if there are weights for another number of classes.
  static func check(_ weights: RunSettings.ClassWeights, _ store: Store) throws {
    guard case .values(let values) = weights, let count = store.manifest.labels?.classCount else { return }
    guard values.count == count else {
      throw GasError(
        expected: "class-weights for the \(count) classes of the store", found: "\(values.count)", file: store.path)
    }
  }

  /// The weights of a run.
  ///
  /// - Parameters:
  ///   - store: the store to train on.
  ///   - settings: the run's settings.
  /// - Returns: a weight for each class; `nil` if all count alike.
  /// - Throws: `GasError` if there are weights for another number of classes, or labels or split are damaged.
  static func of(_ store: Store, _ settings: RunSettings) throws -> [Float]? {
    let weights = try settings.classWeights.loaded()
    try check(weights, store)
    switch weights {
    case .none: return nil
    case .values(let values): return values.map { Float($0) }
    case .balanced: return try balanced(store, split: settings.split)
    case .file: preconditionFailure("loaded weights are values")
    }
  }

  private static func balanced(_ store: Store, split: Int) throws -> [Float] {
    let (nodes, counts) = try trainingCounts(store, split: split)
    let isMulti = store.manifest.labels?.kind == .multi
    return counts.map { count in
      if count == 0 { return 1 }
      return isMulti ? Float(nodes - count) / Float(count) : Float(nodes) / Float(counts.count * count)
    }
  }

  /// Counts labelled training nodes, and how many of them are in each class, in one pass over labels and split.
  ///
  /// - Parameters:
  ///   - store: the store.
  ///   - split: the number of the split, from 0.
  /// - Returns: both counts.
  /// - Throws: `GasError` if a label or split is damaged.
  static func trainingCounts(_ store: Store, split: Int) throws -> (nodes: Int, counts: [Int]) {
    guard let labels = store.manifest.labels else { return (0, []) }
    var counts = [Int](repeating: 0, count: labels.classCount)
    var nodes = 0
    for partition in store.partitions.indices {
      let range = store.partitions.nodes(partition)
      let parts = try store.splits(of: range)
      let training = range.indices.lazy.map { $0 - range.lowerBound }.filter {
        parts[$0 * store.manifest.splitCount + split] == SplitPart.train.rawValue
      }
      switch labels.kind {
      case .single:
        let classes = try store.classes(of: range)
        for row in training where classes[row] >= 0 {
          counts[Int(classes[row])] += 1
          nodes += 1
        }
      case .multi:
        let targets = try store.targets(of: range)
        for row in training {
          for label in counts.indices where targets[row * counts.count + label] != 0 { counts[label] += 1 }
          nodes += 1
        }
      }
      store.releaseLabels(of: range)
    }
    return (nodes, counts)
  }
}
