import GasBase
import GasStore

/// The labels of all nodes: checked, and ready to be written row by row.
///
/// A vector (or one column) of whole numbers gives each node one class, −1 or NaN for none. A matrix of zeros and ones, dense or
/// sparse, gives it any number of labels.
struct Labels {
  let matrix: Matrix
  let kind: Manifest.Labels.Kind
  private(set) var classCount = 0
  /// A label of this size is a mistake, unless `--classes` says that there are so many.
  private static let plausibleClassCount = 1 << 20

  var manifest: Manifest.Labels { .init(kind: kind, classCount: classCount) }

  init(opening path: String, classCount limit: Int?, _ inputs: InputLog, _ scratch: ScratchFolder) throws {
    matrix = try Matrix(opening: path, inputs, scratch)
    if case .dense(let array) = matrix, !(1...2).contains(array.shape.count) {
      throw GasError(
        expected: "labels of shape [nodes] or [nodes, labels]", found: array.header.shapeText, file: matrix.path)
    }
    kind = matrix.width == 1 && !matrix.isSparse ? .single : .multi
    classCount = kind == .single ? try checkSingle(limit) : try checkMulti(limit)
  }

  /// - Returns: how many classes there are: those of `--classes`, or one more than the largest label.
  private func checkSingle(_ limit: Int?) throws -> Int {
    var largest = -1
    if let limit, !(1...Int(Int32.max) ~= limit) {
      throw GasError(expected: "from 1 to 2^31 − 1 classes", found: "\(limit)", file: matrix.path)
    }
    try forEachSingle { node, label in
      guard label >= -1 && label < limit ?? Self.plausibleClassCount else {
        let range = limit.map { "a label from 0 to \($0 - 1)" } ?? "a label from 0 to \(Self.plausibleClassCount - 1)"
        throw GasError(
          expected: "\(range), or -1 for none", found: "label \(label) out of range in row \(node)", file: matrix.path,
          advice: label < 0 ? nil : "pass --classes with the number of classes")
      }
      largest = max(largest, label)
    }
    guard largest >= 0 else { throw GasError("no node has a label", file: matrix.path) }
    return limit ?? largest + 1
  }

  private func checkMulti(_ limit: Int?) throws -> Int {
    guard limit == nil || limit == matrix.width else {
      throw GasError(expected: "\(limit!) labels (--classes)", found: "\(matrix.width) columns", file: matrix.path)
    }
    guard matrix.width > 0 else { throw GasError("labels of no columns", file: matrix.path) }
    try forEachMultiRow { _, _ in }
    return matrix.width
  }

  /// Calls `body` with each node and its class; −1 for none.
  private func forEachSingle(_ body: (Int, Int) throws -> Void) throws {
    guard case .dense(let array) = matrix else { preconditionFailure("sparse labels are several") }
    // Some published sets leave unlabelled nodes at NaN.
    try array.forEachInteger(replacingNaN: -1) { node, label in try body(node, Int(label)) }
  }

  /// Calls `body` with each node and its labels, 0 or 1 each.
  private func forEachMultiRow(_ body: (Int, UnsafeBufferPointer<UInt8>) throws -> Void) throws {
    let memory = Buffer<UInt8>()
    try matrix.forEachRow { node, values in
      let labels = memory.resized(to: values.count)
      for (column, value) in values.enumerated() {
        guard value == 0 || value == 1 else {
          throw GasError(
            expected: "labels of 0 and 1 in a matrix", found: "\(value) in row \(node), column \(column)",
            file: matrix.path, advice: "for one class a node, save a vector")
        }
        labels[column] = UInt8(value)
      }
      try body(node, UnsafeBufferPointer(labels))
    }
  }

  /// Writes the labels in the order of the store's rows.
  func write(_ rows: RowArranger, to store: StoreWriter) throws {
    switch kind {
    case .single:
      let column = try store.column(.labels, type: .int32, encoding: .raw)
      try rows.write(bytesPerRow: MemoryLayout<Int32>.size, to: column) { put in
        try forEachSingle { node, label in withUnsafeBytes(of: Int32(label)) { put(node, $0) } }
      }
    case .multi:
      let column = try store.column(.labels, type: .uint8, width: classCount, encoding: .raw)
      try rows.write(bytesPerRow: classCount, to: column) { put in
        try forEachMultiRow { node, labels in put(node, UnsafeRawBufferPointer(labels)) }
      }
    }
  }
}
