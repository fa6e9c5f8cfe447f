/// What the columns of an edge list hold.
public struct EdgeFormat: Sendable, Equatable {
  /// A third column holds the edge's weight.
  public var isWeighted = false
  /// Columns behind those that are wanted are skipped instead of refused.
  public var ignoresExtraColumns = false
  /// Ids are names (UTF-8 without blanks and commas) instead of integers.
  public var hasStringIds = false
  /// Lines to skip at the start of each text file, such as one with the columns' names.
  public var skippedLines = 0

  public init() {}
}
