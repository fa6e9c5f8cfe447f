/// Which part of a split a node belongs to. Raw values are those of the `splits` column, in which 0 means none.
public enum SplitPart: UInt8, CaseIterable, Sendable {
  case train = 1
  case validation = 2
  case test = 3

  /// The name in files and reports: `train`, `val`, `test`.
  public var key: String {
    switch self {
    case .train: "train"
    case .validation: "val"
    case .test: "test"
    }
  }
}
