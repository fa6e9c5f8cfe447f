import GasStore

/// What was decided about tables: `gas-ingest table --json` prints it inside of its report.
public struct TableReport: Codable, Sendable {
  /// A column, and what became of it.
  public struct Column: Codable, Sendable {
    /// The table that it is in.
    public var table: String
    /// Its name.
    public var name: String
    /// Its kind: `number`, `date`, `boolean`, `category`, `hash`, or `none` if it is left out.
    public var kind: String
    /// How many features it became.
    public var features: Int
    /// How many nodes or edges have a gap there.
    public var gaps: Int
    /// How many have a category that has no feature, because another store's encoding does not know it.
    public var strangers: Int
    /// Why it is left out, or what else has to be known.
    public var reason: String?
  }

  /// The columns of nodes and of edges that were looked at, in the order of the features.
  public var columns: [Column] = []
  /// The word of each class.
  public var classes: [String]?
  /// Edges that were left out because an end is unknown.
  public var droppedEdges = 0
  /// Rows of the table of labels that were left out because their id is unknown.
  public var droppedLabels = 0
  /// Nodes that are in no row of the nodes' table.
  public var addedNodes = 0
}

extension TableReport {
  mutating func add(
    _ column: TableEncoding.Column, of table: String, gaps: Int, strangers: Int, _ reason: String?
  ) {
    columns.append(
      Column(
        table: table, name: column.name, kind: column.kind.rawValue, features: column.width, gaps: gaps,
        strangers: strangers, reason: reason))
  }
}
