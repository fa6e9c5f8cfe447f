/// How the messages of a node's neighbours become one; for a row without entries that is 0.
///
/// A message is a_vu · X[u], a_vu the adjacency's value, 1 where it has none.
public enum Aggregator: String, CaseIterable, Sendable {
  /// Σ over the row's entries.
  case sum
  /// Σ divided by the number of the row's entries.
  case mean
  /// The greatest message, column by column.
  case max
  /// The least message, column by column.
  case min
  /// The messages' standard deviation, column by column: √(mean((m − mean(m))²)), and 0 where that square is at most
  /// 10⁻⁵.
  case std
  /// Σ of the messages, each times its share of the softmax over the row's entries, column by column.
  case softmax
}
