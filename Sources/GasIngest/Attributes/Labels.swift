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

  init(opening path: String, classCount limit: Int?, _ inputs: InputLog) throws {
    matrix = try Matrix(opening: path, inputs)
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
    if let limit, limit > Int(Int32.max) {
      throw GasError(expected: "fewer than 2^31 classes", found: "\(limit)", file: matrix.path)
    }
    for node in 0..<matrix.rowCount {
      let label = try single(node)
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
    try forEachMultiRow(of: nil) { _ in }
    return matrix.width
  }

  /// The class of a node; −1 for none.
  private func single(_ node: Int) throws -> Int {
    guard case .dense(let array) = matrix else { preconditionFailure("sparse labels are several") }
    // Some published sets leave unlabelled nodes at NaN.
    if array.type.isFloat && array.floats(node..<node + 1)[0].isNaN { return -1 }
    return Int(try array.integers(node..<node + 1)[0])
  }

  private func forEachMultiRow(of order: NodeOrder?, _ body: ([UInt8]) throws -> Void) throws {
    var reader = RowReader(matrix)
    let memory = Buffer<Float>()
    for row in 0..<matrix.rowCount {
      let values = memory.resized(to: matrix.width)
      let node = order.map { Int($0.nodes[row]) } ?? row
      try reader.read(node, into: values)
      if let column = values.firstIndex(where: { $0 != 0 && $0 != 1 }) {
        throw GasError(
          expected: "labels of 0 and 1 in a matrix", found: "\(values[column]) in row \(node), column \(column)",
          file: matrix.path, advice: "for one class a node, save a vector")
      }
      try body(values.map { UInt8($0) })
    }
  }

  /// Writes the labels in the order of the store's rows.
  func write(_ order: NodeOrder, to store: StoreWriter) throws {
    switch kind {
    case .single:
      let column = try store.column(.labels, type: .int32, encoding: .raw)
      for row in 0..<matrix.rowCount { try column.append(Int32(single(Int(order.nodes[row])))) }
    case .multi:
      let column = try store.column(.labels, type: .uint8, width: classCount, encoding: .raw)
      try forEachMultiRow(of: order) { try column.append($0) }
    }
  }
}
