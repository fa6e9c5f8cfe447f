import GasFormats

/// Kinds of files that edges stand in.
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

  /// What a file's ending says; `nil` where the contents tell.
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

/// How edges are written down.
public struct EdgeFormat: Sendable, Equatable {
  /// `nil`: each file's ending and contents tell.
  public var kind: EdgeFileKind?
  /// The files are bare pairs of ids.
  public var binaryIds: BinaryIds?
  /// A third column (or the one of `columns`), or the value of a matrix's entry, is the edge's weight.
  public var isWeighted = false
  /// Columns behind those that are wanted are skipped instead of refused.
  public var ignoresExtraColumns = false
  /// Which columns hold an edge's ends and its weight; `nil`: the first two, and the third.
  public var columns: EdgeColumns?
  /// `nil`: the first line of data tells.
  public var separator: ColumnSeparator?
  public var comments = CommentMarks.standard
  /// Ids are names (any UTF-8) instead of integers.
  public var hasStringIds = false
  /// Lines to skip at the start of each text file; `nil`: none, unless the first line of data is one with the columns' names.
  public var skippedLines: Int?

  public init() {}
}

/// Which columns of a text hold the two ends of an edge, and its weight.
public struct EdgeColumns: Sendable, Equatable {
  public enum Name: Sendable, Equatable {
    /// From 1.
    case number(Int)
    /// As the first line of data says.
    case header(String)

    /// From 1; `nil` where it is a name.
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

  public var source: Name
  public var target: Name
  public var weight: Name?

  /// - Parameter argument: `SOURCE,TARGET[,WEIGHT]`, each a number or a name; `nil` if it is something else.
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
