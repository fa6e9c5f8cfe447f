import GasBase
import GasEdges
import GasFormats

/// A vector of all nodes' labels, made of arrays that have the labels of some nodes each; −1 for nodes without. Each
/// node may occur once.
struct ScatteredLabels {
  private let output: NpyOutput<Int64>
  private static let chunk = 1 << 16
  /// Stands for a node that has not occurred yet.
  private static let none = Int64.min

  init(creating path: String, nodeCount: Int) throws {
    output = try NpyOutput(creating: path, rowCount: nodeCount)
    for node in 0..<nodeCount { output.row(node)[0] = Self.none }
  }

  /// Adds the labels of some nodes.
  ///
  /// - Parameters:
  ///   - labels: a vector of whole numbers.
  ///   - ids: a vector of as many nodes.
  ///   - inputs: notes the files.
  /// - Throws: `GasError` unless both are vectors of whole numbers, of one length, and the ids those of nodes.
  func add(_ labels: String, of ids: String, _ inputs: InputLog) throws {
    let (idArray, labelArray) = (try NpyReader(opening: ids), try NpyReader(opening: labels))
    for array in [idArray, labelArray] {
      guard !array.type.isText, array.elementCount == array.rowCount, array.elementCount == idArray.elementCount else {
        throw GasError(
          expected: array === idArray ? "a vector of node ids" : "a class for each of \(idArray.elementCount) nodes",
          found: "\(array.type.descr) of shape \(array.header.shapeText)", file: array.path)
      }
    }
    for range in (0..<idArray.elementCount).chunks(ofCount: Self.chunk) {
      for (id, label) in zip(try idArray.integers(range), try labelArray.integers(range)) {
        guard id >= 0 && id < output.rowCount else {
          throw GasError(NodeIds.sequential(count: output.rowCount).problem(id), file: ids)
        }
        guard output.row(Int(id))[0] == Self.none else {
          throw GasError("node id \(id) has a label before", file: ids, advice: "a set names each node once, by its id")
        }
        output.row(Int(id))[0] = max(label, Self.none + 1)
      }
    }
    inputs.record(path: labels, labelArray.fileChecksum())
  }

  func finish() throws {
    for node in 0..<output.rowCount where output.row(node)[0] == Self.none { output.row(node)[0] = -1 }
    try output.finish()
  }
}
