extension RunSettings {
  /// Which scores an evaluation measures. Those of ranks and probabilities take longer than the others: every output is
  /// looked at, and outputs are sorted for each class or label.
  public enum MeasuredScores: String, SettingValue, CaseIterable {
    /// All of two classes or one label; of more, all where one of them decides and in the last evaluation, and else
    /// those that are counts of predictions, with the log loss of validation nodes.
    case auto
    /// All in every evaluation.
    case all
  }
}
