extension Checkpoint {
  /// Refuses a checkpoint of labels of another kind than those of the run's store.
  ///
  /// - Parameter folder: the run that it was read from.
  /// - Throws: `GasError` if they differ.
  package func checkLabels(of folder: RunFolder) throws {
    try LabelMark.check(labels, folder.labels, file: folder.checkpoint)
  }
}
