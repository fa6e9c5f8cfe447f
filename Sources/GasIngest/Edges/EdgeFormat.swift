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
  /// A third column, or the value of a matrix's entry, is the edge's weight.
  public var isWeighted = false
  /// Columns behind those that are wanted are skipped instead of refused.
  public var ignoresExtraColumns = false
  /// Ids are names (UTF-8 without blanks and commas) instead of integers.
  public var hasStringIds = false
  /// Lines to skip at the start of each text file, such as one with the columns' names.
  public var skippedLines = 0

  public init() {}
}
