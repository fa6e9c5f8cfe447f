import GasFormats

/// The kinds of files that hold edges.
public enum EdgeFileKind: String, CaseIterable, Sendable {
  /// An edge a line.
  case text
  /// A NumPy array of integers.
  case npy
  /// A sparse matrix that SciPy has saved.
  case scipy
  /// A matrix of NIST's Matrix Market in coordinate form.
  case matrixMarket = "matrix-market"
  /// A graph as METIS's programs read it.
  case metis

  /// The kind that the ending of a file's name tells; `nil` where the contents tell.
  init?(endingOf path: String) {
    let plain = Packings.plainName(of: path)
    switch () {
    case _ where NumPy.isArray(path): self = .npy
    case _ where NumPy.isArchive(path): self = .scipy
    case _ where plain.hasSuffix(".graph"): self = .metis
    default: return nil
    }
  }
}

/// Element types of bare pairs of ids, little-endian.
public enum BinaryIds: String, CaseIterable, Sendable {
  case u32, u64, i32, i64
}

/// How files write edges down.
public struct EdgeFormat: Sendable, Equatable {
  /// The kind of all files; `nil` if each file's ending and contents tell.
  public var kind: EdgeFileKind?
  /// The element type if the files are bare pairs of ids; `nil` if they are not.
  public var binaryIds: BinaryIds?
  /// Whether a third column (or the one of `columns`), or the value of a matrix's entry, is the edge's weight.
  public var isWeighted = false
  /// Whether columns behind those that are read are skipped instead of refused.
  public var ignoresExtraColumns = false
  /// Which columns hold an edge's ends and its weight; `nil` for the first two, and the third.
  public var columns: EdgeColumns?
  /// What separates columns; `nil` if the first line of data tells.
  public var separator: ColumnSeparator?
  /// The characters that comment lines begin with.
  public var comments = CommentMarks.standard
  /// Whether ids are names (any UTF-8) instead of integers.
  public var hasStringIds = false
  /// How many lines to skip at the start of each text file; `nil` for none, except a first line of data that names the
  /// columns.
  public var skippedLines: Int?

  /// The usual format: everything is recognised, and edges have no weights.
  public init() {}
}

/// Which columns of a text hold the two ends of an edge, and its weight.
public struct EdgeColumns: Sendable, Equatable {
  /// How a column is named.
  public enum Name: Sendable, Equatable {
    /// The number of the column, from 1.
    case number(Int)
    /// The column's name in the first line of data.
    case header(String)

    /// The number of the column, from 1; `nil` if it is given by name.
    var number: Int? {
      if case .number(let number) = self { number } else { nil }
    }

    var text: String {
      switch self {
      case .number(let number): "\(number)"
      case .header(let name): name
      }
    }
  }

  /// The column of an edge's source.
  public var source: Name
  /// The column of an edge's target.
  public var target: Name
  /// The column of an edge's weight; `nil` if there is none.
  public var weight: Name?

  /// Reads the argument of an option.
  ///
  /// - Parameter argument: `SOURCE,TARGET[,WEIGHT]`, each a number or a name; `nil` is returned for anything else.
  public init?(_ argument: String) {
    let names = argument.split(separator: ",", omittingEmptySubsequences: false).map { part in
      let text = String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      return Int(text).map { Name.number($0) } ?? .header(text)
    }
    guard 2...3 ~= names.count, !names.contains(.header("")), Set(names.map(\.text)).count == names.count,
      !names.contains(where: { if case .number(let number) = $0 { number < 1 } else { false } })
    else { return nil }
    (source, target, weight) = (names[0], names[1], names.count > 2 ? names[2] : nil)
  }

  var all: [Name] { [source, target] + (weight.map { [$0] } ?? []) }

  var haveNames: Bool { all.contains { if case .header = $0 { true } else { false } } }
}
