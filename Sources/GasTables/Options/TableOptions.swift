import GasStore

/// What `gas-ingest table` is asked to do: which tables there are, and what their columns are. Paths are the user's;
/// one of them may be `-`, standard input.
public struct TableOptions: Sendable {
  /// A table of edges.
  public struct Edges: Sendable {
    /// The file.
    public var path: String
    /// The column of an edge's source.
    public var source: String
    /// The column of an edge's target.
    public var target: String
    /// The name of the relation that its edges are of; `nil` where edges have no relation.
    public var relation: String?

    /// Names a table and its columns.
    public init(path: String, source: String, target: String, relation: String? = nil) {
      self.path = path
      self.source = source
      self.target = target
      self.relation = relation
    }
  }

  /// What becomes of an id that the nodes' table does not have.
  public enum UnknownIds: String, CaseIterable, Sendable {
    /// It is an error.
    case refuse
    /// Its row is left out.
    case drop
    /// It becomes a node, and all that the nodes' table would tell of it is a gap.
    case add
  }

  /// What a column is, if the user says.
  public enum ColumnKind: String, CaseIterable, Sendable {
    case number, category, date, boolean, drop
  }

  /// How labelled nodes are divided to train, validate and test.
  public enum Split: Equatable, Sendable {
    /// By chance, in these shares; of each class alike if `isStratified`.
    case random(SplitShares, isStratified: Bool)
    /// By the order of a column, the least first: these train.
    case ordered(SplitShares, column: String)
    /// As the words of a column say.
    case column(String)
  }

  /// The tables of edges; none for a graph without edges.
  public var edges: [Edges] = []
  /// The column of an edge's weight.
  public var weight: String?
  /// Whether an edge's weight is how often it stands in the tables.
  public var countsEdges = false
  /// Columns that become features of edges.
  public var edgeColumns: [String] = []
  /// Whether sources and targets are nodes of two kinds, with ids of their own; nodes and labels are of sources.
  public var isBipartite = false
  /// The table of nodes; `nil` if nodes are the ids that edges name.
  public var nodes: String?
  /// The column of the nodes' ids.
  public var id: String?
  /// Columns of nodes that are left out.
  public var droppedColumns: [String] = []
  /// The table of labels; `nil` if they are in the nodes' table.
  public var labels: String?
  /// The columns of labels: one of classes, or several of other kinds.
  public var labelColumns: [String] = []
  /// What labels say; `nil` for what the other store says whose encoding is used, or else for classes.
  public var labelKind: LabelKind?
  /// The column of ids in the table of labels; `nil` if it is called as that of the nodes.
  public var labelId: String?
  /// The column of how much each labelled node counts in the loss; `nil` where all count alike.
  public var sampleWeight: String?
  /// How labelled nodes are divided; `nil` for the standard.
  public var split: Split?
  /// What columns are, by name.
  public var kinds: [String: ColumnKind] = [:]
  /// Up to so many categories have a feature each; more are hashed to so many.
  public var categoryCount = Self.standardCategoryCount
  /// Words that mean that nothing is known, besides an empty field.
  public var gaps = Self.standardGaps
  /// Whether numbers have a comma where others have a point.
  public var hasDecimalCommas = false
  /// What becomes of unknown ids.
  public var unknownIds = UnknownIds.refuse
  /// What separates fields; `nil` if the header tells.
  public var separator: UInt8?
  /// A store whose encoding is used.
  public var encodingStore: String?

  /// Starts without tables.
  public init() {}

  /// The number of categories that have a feature each if the user does not say.
  public static let standardCategoryCount = 32
  /// The words that mean that nothing is known if the user does not say.
  public static let standardGaps = ["na", "n/a", "nan", "null", "none"]

  /// All files that are read.
  package var paths: [String] {
    var paths = edges.map(\.path) + [nodes, labels].compactMap(\.self)
    paths.removeAll { $0 == "-" }
    if let encodingStore { paths.append("\(encodingStore)/\(TableEncoding.fileName)") }
    return paths
  }
}
