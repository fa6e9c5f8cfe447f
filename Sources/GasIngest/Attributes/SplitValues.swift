import GasBase
import GasStore

/// The values of a split's list, one after the other: ids of nodes, or a mark for each node.
protocol SplitValues {
  var count: Int { get }
  /// Whether they are truth values, which are no ids.
  var areTruths: Bool { get }

  /// Whether each is 0 or 1.
  func areMarks() throws -> Bool
  /// Calls `body` with the place of each 1, if all are 0 or 1.
  func forEachMarked(_ body: (_ place: Int) throws -> Void) throws
  /// Calls `body` with the node that each value is the id of.
  ///
  /// - Throws: `GasError` naming the first that is the id of none.
  func forEachNode(_ body: (_ node: Int, _ place: Int) throws -> Void) throws
  /// A complaint about the value at a place.
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
    for start in stride(from: 0, to: count, by: NpyReader.elementsPerChunk) {
      let range = start..<min(count, start + NpyReader.elementsPerChunk)
      let values = memory.resized(to: range.count)
      // What is no whole number is no mark either.
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
    guard array.type.isInteger else {
      throw GasError(
        expected: "a vector of node ids, or a mask of \(nodes.count) rows",
        found: "\(array.type.descr) of shape \(array.header.shapeText)", file: array.path,
        advice: "save ids as integers, and a mask as \(nodes.count) numbers 0 and 1")
    }
    try array.forEachInteger { place, id in
      guard let node = nodes.node(id) else {
        throw complaint(nodes.problem(id), at: place, advice: count == nodes.count ? SplitList.maskAdvice : nil)
      }
      try body(Int(node), place)
    }
  }

  func complaint(_ problem: String, at place: Int, advice: String?) -> GasError {
    GasError("element \(place): \(problem)", file: array.path, advice: advice)
  }
}

/// Words of a text, one a line, or of an array of text.
final class SplitWords: SplitValues {
  private let path: String
  private let nodes: NodeIds
  /// The node that each is the id of, or `unknown`.
  private let ids: GrowingArray<UInt32>
  /// 0, 1, or another number for what is neither.
  private let marks: GrowingArray<UInt8>
  /// Where each stands, if it is a line.
  private let lines: GrowingArray<Int>?
  /// The first mark that is no id.
  private var firstUnknown: GasError?
  private var haveOnlyMarks = true
  private(set) var areTruths = false
  private static let unknown = UInt32.max

  private init(_ path: String, _ nodes: NodeIds, hasLines: Bool, _ space: Workspace) throws {
    self.path = path
    self.nodes = nodes
    ids = try GrowingArray(in: space)
    marks = try GrowingArray(in: space)
    lines = hasLines ? try GrowingArray(in: space) : nil
  }

  /// Reads a text with one word a line.
  convenience init(reading path: String, _ nodes: NodeIds, _ inputs: InputLog, _ space: Workspace) throws {
    try self.init(path, nodes, hasLines: true, space)
    try IdList.forEachLine(path, inputs) { text, line in
      try lines!.append(line)
      try append(text)
    }
  }

  convenience init(_ array: NpyReader, _ nodes: NodeIds, _ space: Workspace) throws {
    try self.init(array.path, nodes, hasLines: false, space)
    for element in 0..<array.elementCount {
      var word = try array.string(at: element)
      try word.withUTF8 { try append(UnsafeRawBufferPointer($0)) }
    }
  }

  var count: Int { ids.count }

  private func append(_ word: UnsafeRawBufferPointer) throws {
    let mark = haveOnlyMarks ? Mark(word) : nil
    let node = Self.node(word, nodes)
    if node == nil && firstUnknown == nil { firstUnknown = unknownId(word) }
    // Marks that are no ids may still make a mask; anything else ends that.
    if mark == nil, let firstUnknown { throw firstUnknown }
    haveOnlyMarks = mark != nil
    areTruths = areTruths || mark?.isTruth == true
    try ids.append(node ?? Self.unknown)
    try marks.append(mark?.value ?? .max)
  }

  private static func node(_ word: UnsafeRawBufferPointer, _ nodes: NodeIds) -> UInt32? {
    if case .names(let table) = nodes { return table.number(of: word) }
    return Int64(String(decoding: word, as: UTF8.self)).flatMap { nodes.node($0) }
  }

  private func unknownId(_ word: UnsafeRawBufferPointer) -> GasError {
    let place = ids.count
    if case .names = nodes { return complaint("node id \(word.shown) is unknown", at: place, advice: nil) }
    guard lines != nil else {
      return GasError(expected: "integer node ids", found: "text (element \(place): \(word.shown))", file: path)
    }
    let text = String(decoding: word, as: UTF8.self)
    if let id = Int64(text) { return complaint(nodes.problem(id), at: place, advice: nil) }
    let advice =
      Double(text) != nil
      ? "write integers, for example with numpy.savetxt(f, a, fmt=\"%d\")"
      : place == 0 ? "if the line names the column, take it away" : nil
    return complaint("expected a node id, found \(word.shown)", at: place, advice: advice)
  }

  func areMarks() -> Bool { haveOnlyMarks }

  func forEachMarked(_ body: (Int) throws -> Void) throws {
    for place in 0..<count where marks[place] == 1 { try body(place) }
  }

  func forEachNode(_ body: (Int, Int) throws -> Void) throws {
    if let firstUnknown { throw firstUnknown }
    for place in 0..<count { try body(Int(ids[place]), place) }
  }

  func complaint(_ problem: String, at place: Int, advice: String?) -> GasError {
    if let lines { return GasError(problem, file: path, at: .line(lines[place]), advice: advice) }
    return GasError("element \(place): \(problem)", file: path, advice: advice)
  }
}

/// A word that says whether a node is in: 0 or 1 however it is spelt, True or False.
private struct Mark {
  let value: UInt8
  let isTruth: Bool

  init?(_ word: UnsafeRawBufferPointer) {
    if word.count == 1, word[0] == UInt8(ascii: "0") || word[0] == UInt8(ascii: "1") {
      (value, isTruth) = (word[0] - UInt8(ascii: "0"), false)
      return
    }
    let text = String(decoding: word, as: UTF8.self)
    switch text.lowercased() {
    case "true": (value, isTruth) = (1, true)
    case "false": (value, isTruth) = (0, true)
    default:
      guard let number = Double(text), number == 0 || number == 1 else { return nil }
      (value, isTruth) = (UInt8(number), false)
    }
  }
}
