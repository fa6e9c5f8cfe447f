import GasBase
import GasStore

/// Partitions as a file gives them: one number for each node, in original order; a `.npy` vector, or text with one a line.
struct FilePartitioner {
  let path: String
  let inputs: InputLog

  /// - Parameter count: how many partitions the user asked for, if they did.
  /// - Throws: `GasError` if the file does not give each node a partition, or leaves a partition empty.
  func divide(_ graph: Graph, expecting count: Int?) throws -> Partitioning {
    let numbers = NumPy.isArray(path) ? try array() : try text()
    let nodeCount = graph.nodeCount
    guard numbers.count == nodeCount else {
      throw GasError(
        expected: "\(nodeCount) partition numbers, one for each node", found: "\(numbers.count)", file: path)
    }
    if let node = numbers.firstIndex(where: { !(0..<Int64(nodeCount)).contains($0) }) {
      throw GasError(
        expected: "partition numbers from 0 to at most \(nodeCount - 1)", found: "\(numbers[node]) for node \(node)",
        file: path)
    }
    let partitioning = Partitioning(
      count: Int(numbers.max() ?? 0) + 1, partitions: FlatArray(count: nodeCount) { UInt32(numbers[$0]) })
    if let empty = partitioning.sizes.firstIndex(of: 0) {
      throw GasError(
        "partition \(empty) of \(partitioning.count) is empty", file: path, advice: "number them without gaps")
    }
    guard count == nil || count == partitioning.count else {
      throw GasError(expected: "\(count!) partitions (--partitions)", found: "\(partitioning.count)", file: path)
    }
    return partitioning
  }

  private func array() throws -> [Int64] {
    let array = try NpyReader(opening: path)
    guard array.shape.count == 1 && array.type.isInteger else {
      throw GasError(
        expected: "a vector of integers", found: "\(array.type.descr) of shape \(array.header.shapeText)", file: path)
    }
    inputs.record(path: path, array.fileChecksum())
    return try array.integers(0..<array.elementCount)
  }

  private func text() throws -> [Int64] {
    var numbers: [Int64] = []
    try IdList.forEachLine(path, inputs) { text, line in
      guard let number = Int64(String(decoding: text, as: UTF8.self)) else {
        throw GasError(expected: "a partition number", found: text.shown, file: path, at: .line(line))
      }
      numbers.append(number)
    }
    return numbers
  }
}
