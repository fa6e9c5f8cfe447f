import GasBase
import GasStore

/// Counts the ones in the rows of a label matrix: if each row has one, it may be the node's class.
struct OneHotRows {
  private(set) var census = LabelCensus()
  /// The first row with more than one 1.
  private(set) var firstWithMore: Int?
  private let width: Int

  /// Reads the matrix once.
  ///
  /// - Parameters:
  ///   - matrix: the labels.
  ///   - limit: how many columns `--classes` asks for; nil if nothing was said.
  /// - Throws: `GasError` if it holds anything but zeros, ones and marks of missing labels, or has another number of
  ///   columns than `--classes` says.
  init(_ matrix: Matrix, _ limit: Int?) throws {
    guard limit == nil || limit == matrix.width else {
      throw GasError(expected: "\(limit!) labels (--classes)", found: "\(matrix.width) columns", file: matrix.path)
    }
    try matrix.checkLabelWidth(advice: "save one class a node as a vector")
    width = matrix.width
    var census = LabelCensus()
    var firstWithMore: Int?
    census.grow(to: width)
    try matrix.forEachLabelRow { row, labels in
      var count = 0
      for (label, mark) in labels.enumerated() where mark == 1 {
        census.add(label)
        count += 1
      }
      if count == 0 { census.addWithoutOne() }
      census.addMissing(labels.count { $0 == NodeLabels.missing }, of: width)
      if count > 1 { firstWithMore = firstWithMore ?? row }
    }
    (self.census, self.firstWithMore) = (census, firstWithMore)
  }

  var areOneHot: Bool { width > 1 && firstWithMore == nil && census.withoutOneCount == 0 && census.missingCount == 0 }

  /// What was assumed, if the rows could mean something else.
  var note: String? {
    guard width > 1, firstWithMore == nil, census.nodeCounts.contains(where: { $0 > 0 }) else { return nil }
    if areOneHot {
      return "each row has exactly one 1, taken as one of \(width) classes (--label-kind multi-label: several a node)"
    }
    return "no row has more than one 1, and \(census.withoutOneCount) without any, taken as several labels a node "
      + "(--label-kind classes: one class a node, none where there is no 1)"
  }
}

extension Matrix {
  /// Refuses labels of more columns than can be meant: the store has room for all of them in each row.
  func checkLabelWidth(advice: String) throws {
    let largest = Manifest.largestCount(used: 0)
    guard 1...largest ~= width else {
      throw GasError(
        expected: "labels of 1 to \(largest) columns", found: "\(width)", file: path, advice: advice)
    }
  }

  /// Calls `body` with each row's labels: 0 or 1 each, or `NodeLabels.missing` for −1 and NaN.
  ///
  /// - Parameter body: gets the row's number and its labels.
  /// - Throws: `GasError` naming a value that is none of these; what `body` throws.
  func forEachLabelRow(_ body: (Int, UnsafeBufferPointer<UInt8>) throws -> Void) throws {
    let memory = Buffer<UInt8>()
    try forEachRow { row, values in
      let labels = memory.resized(to: values.count)
      for (column, value) in values.enumerated() {
        guard value == 0 || value == 1 || value == -1 || value.isNaN else {
          throw GasError(
            expected: "labels of 0 and 1 in a matrix", found: "\(value) in row \(row), column \(column)", file: path,
            advice: "for one class a node, save a vector; for real values, pass --label-kind regression")
        }
        labels[column] = value >= 0 ? UInt8(value) : NodeLabels.missing
      }
      try body(row, UnsafeBufferPointer(labels))
    }
  }
}
