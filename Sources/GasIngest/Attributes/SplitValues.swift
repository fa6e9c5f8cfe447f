import GasBase
import GasEdges
import GasFormats

/// The values of a split's list, one after the other: ids of nodes, or a mark for each node.
protocol SplitValues {
  var count: Int { get }
  /// Whether they are truth values, which are no ids.
  var areTruths: Bool { get }

  /// Whether each is 0 or 1.
  func areMarks() throws -> Bool
  /// Calls `body` with the place of each 1, if all are 0 or 1.
  func forEachMarked(_ body: (_ place: Int) throws -> Void) throws
  /// Calls `body` with the node of each id.
  ///
  /// - Parameter body: gets a node, and the place of its id in the list.
  /// - Throws: `GasError` naming the first value that is no node's id; what `body` throws.
  func forEachNode(_ body: (_ node: Int, _ place: Int) throws -> Void) throws
  /// An error about the value at a place.
  func complaint(_ problem: String, at place: Int, advice: String?) -> GasError
}

/// Numbers in an array of one dimension.
struct SplitArray: SplitValues {
  let array: NpyReader
  let nodes: NodeIds

  var count: Int { array.elementCount }
  var areTruths: Bool { array.type == .bool }

  func areMarks() throws -> Bool {
    let memory = Buffer<Int64>()
    for range in (0..<count).chunks(ofCount: NpyReader.elementsPerChunk) {
      let values = memory.resized(to: range.count)
      // A number that is not whole is no mark either.
      guard (try? array.read(range, into: values, nan: -1)) != nil else { return false }
      guard values.allSatisfy({ $0 == 0 || $0 == 1 }) else { return false }
      array.release(range)
    }
    return true
  }

  func forEachMarked(_ body: (Int) throws -> Void) throws {
    try array.forEachInteger { place, mark in if mark == 1 { try body(place) } }
  }

  func forEachNode(_ body: (Int, Int) throws -> Void) throws {
    if case .names = nodes {
      throw GasError(expected: "names of nodes, or a mask", found: array.type.descr, file: array.path)
    }
    guard array.type.isInteger else { throw try noIds() }
    try array.forEachInteger { place, id in
      guard let node = nodes.node(id) else {
        throw complaint(
          nodes.problem(id), at: place,
          advice: try oneBasedAdvice() ?? (count == nodes.count ? SplitList.maskAdvice : nil))
      }
      try body(Int(node), place)
    }
  }

  /// What to do if all ids are those from 1 to the number of nodes.
  private func oneBasedAdvice() throws -> String? {
    var (least, greatest) = (Int64.max, Int64.min)
    try array.forEachInteger { _, id in (least, greatest) = (min(least, id), max(greatest, id)) }
    return OneBasedIds.advice(aboutListFrom: least...greatest, nodes)
  }

  /// The error for numbers that are neither ids nor a mask because of their type: it names the first that is not whole,
  /// or else the type.
  private func noIds() throws -> GasError {
    let advice =
      "save a mask as \(nodes.count) numbers 0 and 1, and make ids integers from the start: floats may have been rounded"
    if array.type.isFloat { try array.forEachInteger(advice: advice) { _, _ in } }
    return GasError(
      expected: "a vector of node ids, or a mask of \(nodes.count) rows",
      found: "\(array.type.descr) of shape \(array.header.shapeText)", file: array.path, advice: advice)
  }

  func complaint(_ problem: String, at place: Int, advice: String?) -> GasError {
    GasError("element \(place): \(problem)", file: array.path, advice: advice)
  }
}
