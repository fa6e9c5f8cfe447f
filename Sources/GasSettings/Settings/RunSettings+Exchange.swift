extension RunSettings {
  /// When rows that ranks have pushed travel to the ranks that read them. Gradients are summed in every step.
  public enum Exchange: String, SettingValue, CaseIterable {
    /// At the end of the step in which they were pushed, with its gradients: the next step reads them.
    case synchronous
    /// While the next step is computed: the step after that one reads them.
    case overlap

    static let help = """
      When rows that several ranks (mpirun) have pushed travel to those that read them. synchronous: at the end of the step, with its \
      gradients. overlap: while the next step is computed, so that they are one step older; gradients are summed in every step all the \
      same. One process alone sends nothing, so that it changes nothing.
      """
  }
}
