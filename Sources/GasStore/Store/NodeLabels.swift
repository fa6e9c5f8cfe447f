/// The labels of n rows, in place.
public enum NodeLabels {
  /// The store has no labels.
  case none
  /// The class of each row, −1 for none.
  case single(UnsafeBufferPointer<Int32>)
  /// `classCount` bytes a row: 0, 1, or `NodeLabels.missing`.
  case multi(UnsafeBufferPointer<UInt8>, classCount: Int)
  /// `width` real values a row; NaN where one is missing.
  case values(UnsafeBufferPointer<Float>, width: Int)

  /// The byte of one of several labels that is missing: nobody knows whether it applies.
  @inlinable public static var missing: UInt8 { 255 }

  /// Whether anything is known of a row. A row without a label is neither trained on nor scored.
  ///
  /// - Parameter row: its place, from 0.
  /// - Returns: false if its class, all of its labels or all of its values are missing, or there are no labels.
  public func isLabelled(_ row: Int) -> Bool {
    knownShare(row) > 0
  }

  /// How much is known of a row, as a share of what could be.
  ///
  /// - Parameter row: its place, from 0.
  /// - Returns: 1 where all is known, 0 where nothing is; with several labels or values the share that is not missing.
  public func knownShare(_ row: Int) -> Double {
    func share(_ known: Int, _ width: Int) -> Double { Double(known) / Double(width) }
    switch self {
    case .none: return 0
    case .single(let classes): return classes[row] >= 0 ? 1 : 0
    case .multi(let targets, let count):
      return share(targets.row(row, width: count).count { $0 != Self.missing }, count)
    case .values(let values, let width): return share(values.row(row, width: width).count { !$0.isNaN }, width)
    }
  }
}

extension UnsafeBufferPointer {
  /// One row of a matrix whose rows follow each other.
  ///
  /// - Parameters:
  ///   - row: its place, from 0.
  ///   - width: the elements of a row.
  /// - Returns: the row, in place.
  @inlinable
  package func row(_ row: Int, width: Int) -> UnsafeBufferPointer {
    UnsafeBufferPointer(rebasing: self[row * width..<(row + 1) * width])
  }
}
