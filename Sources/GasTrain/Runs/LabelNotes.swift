import GasStore

/// What a person may not expect of a store's training nodes. A sentence each.
public enum LabelNotes {
  /// - Throws: `GasError` if the store cannot be trained on with this split.
  public static func lines(on store: Store, split: Int) throws -> [String] {
    let training = try TrainingPartitions(store, split: split)
    guard training.unlabelledCount > 0 else { return [] }
    let all = training.nodeCount + training.unlabelledCount
    return [
      "\(training.unlabelledCount) of the \(all) training nodes have no label; the other \(training.nodeCount) are trained on"
    ]
  }
}
