import GasBase
import GasEdges
import GasFiles
import GasFormats
import GasGraph

/// Reads the partitions from a file: one number for each node, in original order; a `.npy` vector, or text with one a
/// line.
struct FilePartitioner {
  let path: String
  let inputs: InputLog
  let space: Workspace

  private static let numbersPerChunk = 1 << 16

  /// Reads the file.
  ///
  /// - Parameters:
  ///   - graph: the graph whose nodes are divided.
  ///   - count: how many partitions the user asked for; nil if nothing was said.
  /// - Returns: the partition of each node.
  /// - Throws: `GasError` if the file does not give each node a partition, or leaves a partition empty.
  func divide(_ graph: Graph, expecting count: Int?) throws -> Partitioning {
    let partitions: FlatArray<UInt32> = try space.randomAccessZeros(count: graph.nodeCount)
    let (numberCount, largest) = NumPy.isArray(path) ? try readArray(partitions) : try readText(partitions)
    guard numberCount == graph.nodeCount else { throw wrongCount(numberCount, graph.nodeCount) }
    let partitioning = Partitioning(count: largest + 1, partitions: partitions)
    if let empty = partitioning.sizes.firstIndex(of: 0) {
      throw GasError(
        "partition \(empty) of \(partitioning.count) is empty", file: path, advice: "number them without gaps")
    }
    guard count == nil || count == partitioning.count else {
      throw GasError(expected: "\(count!) partitions (--partitions)", found: "\(partitioning.count)", file: path)
    }
    return partitioning
  }

  private func wrongCount(_ found: Int, _ nodeCount: Int) -> GasError {
    GasError(expected: "\(nodeCount) partition numbers, one for each node", found: "\(found)", file: path)
  }

  /// Reads a vector. Returns how many numbers there are, and the largest.
  private func readArray(_ partitions: FlatArray<UInt32>) throws -> (count: Int, largest: Int) {
    let array = try NpyReader(opening: path)
    guard array.shape.count == 1 && array.type.isInteger else {
      throw GasError(
        expected: "a vector of integers", found: "\(array.type.descr) of shape \(array.header.shapeText)", file: path)
    }
    inputs.record(path: path, array.fileChecksum())
    guard array.elementCount == partitions.count else { throw wrongCount(array.elementCount, partitions.count) }
    var largest = 0
    for range in (0..<partitions.count).chunks(ofCount: Self.numbersPerChunk) {
      for (node, number) in zip(range, try array.integers(range)) {
        largest = max(largest, try put(number, node, partitions))
      }
      array.release(range)
    }
    return (partitions.count, largest)
  }

  private func readText(_ partitions: FlatArray<UInt32>) throws -> (count: Int, largest: Int) {
    var (count, largest) = (0, 0)
    try IdList.forEachLine(path, inputs) { text, line in
      guard let number = Int64(String(decoding: text, as: UTF8.self)) else {
        throw GasError(expected: "a partition number", found: text.shown, file: path, at: .line(line))
      }
      if count < partitions.count { largest = max(largest, try put(number, count, partitions)) }
      count += 1
    }
    return (count, largest)
  }

  private func put(_ number: Int64, _ node: Int, _ partitions: FlatArray<UInt32>) throws -> Int {
    guard 0..<Int64(partitions.count) ~= number else {
      throw GasError(
        expected: "partition numbers from 0 to at most \(partitions.count - 1)", found: "\(number) for node \(node)",
        file: path)
    }
    partitions[node] = UInt32(number)
    return Int(number)
  }
}
