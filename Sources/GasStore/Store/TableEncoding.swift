import GasBase

/// How the columns of tables became features and labels, so that another table can be encoded alike. Keys:
/// docs/format.md, "encoding.json".
public struct TableEncoding: Codable, Equatable, Sendable {
  /// The name of the file in the folder of a store.
  public static let fileName = "encoding.json"
  /// The version that is written.
  public static let currentVersion = 1

  /// What became of a column.
  public struct Column: Codable, Equatable, Sendable {
    /// What its fields hold.
    public enum Kind: String, Codable, Sendable {
      /// Numbers: one feature, (x − mean) / deviation.
      case number
      /// Dates, as seconds since 1970: encoded as numbers.
      case date
      /// Truths: one feature, 0 or 1.
      case boolean
      /// One of a few words: a feature for each of `categories`, 1 where the field is that word.
      case category
      /// One of many words: `buckets` features, 1 for the bucket of the word's hash.
      case hash
      /// Nothing: the column is left out.
      case none
    }

    /// The column's name in the header.
    public var name: String
    /// What its fields hold.
    public var kind: Kind
    /// The mean of what is known; of dates in seconds. It takes the place of gaps.
    public var mean: Double?
    /// The deviation (N − 1) of what is known; 0 if all of it is the same, and the feature is 0 then.
    public var deviation: Double?
    /// The words that have a feature, ascending by their UTF-8.
    public var categories: [String]?
    /// How many features words are hashed to.
    public var buckets: Int?
    /// Whether another feature is 1 where the field is a gap.
    public var flagsGaps: Bool

    /// Describes a column.
    public init(
      name: String, kind: Kind, mean: Double? = nil, deviation: Double? = nil, categories: [String]? = nil,
      buckets: Int? = nil, flagsGaps: Bool = false
    ) {
      self.name = name
      self.kind = kind
      self.mean = mean
      self.deviation = deviation
      self.categories = categories
      self.buckets = buckets
      self.flagsGaps = flagsGaps
    }

    /// How many features the column became.
    public var width: Int {
      let values =
        switch kind {
        case .number, .date, .boolean: 1
        case .category: categories?.count ?? 0
        case .hash: buckets ?? 0
        case .none: 0
        }
      return values + (flagsGaps ? 1 : 0)
    }
  }

  /// What became of the columns of labels.
  public struct Labels: Codable, Equatable, Sendable {
    /// What labels say.
    public enum Kind: String, Codable, Sendable {
      /// A word for the class of each node, in one column.
      case classes
      /// A column for each label: 1 where a node has it, 0 where not.
      case multiLabel = "multi-label"
      /// Real values, a column each.
      case regression
    }

    /// What labels say.
    public var kind: Kind
    /// The names of the columns in the header.
    public var columns: [String]
    /// The word of each class, in the order of the classes' numbers; none with other kinds.
    public var classes: [String]

    /// Describes labels.
    public init(kind: Kind, columns: [String], classes: [String] = []) {
      self.kind = kind
      self.columns = columns
      self.classes = classes
    }
  }

  /// The version of the file.
  public var version = Self.currentVersion
  /// Words that mean that nothing is known, in small letters; an empty field means so too.
  public var gaps: [String]
  /// The columns of the nodes' table in the order of the features.
  public var nodes: [Column]
  /// The columns of the edges' tables in the order of the edges' features.
  public var edges: [Column]
  /// The names of the relations, which have an edge feature each behind those of the columns.
  public var relations: [String]
  /// The labels; `nil` if there are none.
  public var labels: Labels?

  /// Describes an encoding.
  public init(
    gaps: [String], nodes: [Column] = [], edges: [Column] = [], relations: [String] = [], labels: Labels? = nil
  ) {
    self.gaps = gaps
    self.nodes = nodes
    self.edges = edges
    self.relations = relations
    self.labels = labels
  }

  /// What is wrong with the numbers, if anything.
  var problem: String? {
    guard version == Self.currentVersion else { return "expected version \(Self.currentVersion), found \(version)" }
    for columns in [nodes, edges] {
      guard Set(columns.map(\.name)).count == columns.count else { return "a column that is listed twice" }
      for column in columns {
        if let problem = column.problem { return "column \"\(column.name.excerpt)\": \(problem)" }
      }
    }
    guard relations.areDistinctBytes else { return "a relation that is listed twice" }
    guard let labels else { return nil }
    guard !labels.columns.isEmpty, labels.kind != .classes || labels.columns.count == 1 else {
      return "expected one column of classes, or some of other labels; found \(labels.columns.count)"
    }
    guard labels.classes.isEmpty == (labels.kind != .classes), labels.classes.areDistinctBytes else {
      return "expected classes, each of them once, or labels of another kind"
    }
    return nil
  }
}

extension [String] {
  /// Whether all texts differ as bytes do: letters that look alike and are coded otherwise make other words.
  fileprivate var areDistinctBytes: Bool { Set(map { [UInt8]($0.utf8) }).count == count }
}

extension TableEncoding.Column {
  private static let largestBucketCount = 1 << 20

  fileprivate var problem: String? {
    switch kind {
    case .number, .date:
      let areNumbers = (mean?.isFinite ?? false) && deviation.map { $0.isFinite && $0 >= 0 } ?? false
      return areNumbers ? nil : "expected a mean, and a deviation of at least 0"
    case .boolean: return mean.map { 0...1 ~= $0 } ?? false ? nil : "expected a mean from 0 to 1"
    case .category:
      let areDistinct = categories?.areDistinctBytes ?? false
      return areDistinct ? nil : "expected categories, each of them once"
    case .hash:
      return buckets.map { 1...Self.largestBucketCount ~= $0 } ?? false
        ? nil : "expected from 1 to \(Self.largestBucketCount) buckets"
    case .none: return nil
    }
  }
}
