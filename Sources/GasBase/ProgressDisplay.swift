/// What a long piece of work shows on standard error while it goes on.
public enum ProgressDisplay: Sendable {
  case none
  /// A line that moves, if standard error is a terminal.
  case line
  /// The moving line, and a line for each phase that is over, terminal or not.
  case phases

  /// Returns the progress line of a piece of work; `nil` where nothing is shown.
  package func line(_ title: String, total: Int?, unit: String) -> ProgressLine? {
    self == .none ? nil : ProgressLine(title, total: total, unit: unit)
  }
}
