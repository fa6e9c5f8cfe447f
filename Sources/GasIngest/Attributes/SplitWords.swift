import GasBase
import GasEdges
import GasFiles
import GasFormats
import Glibc

/// Words of a text, one a line, or of an array of text.
final class SplitWords: SplitValues {
  private let path: String
  private let nodes: NodeIds
  /// The node of each word, or `unknown`.
  private let ids: GrowingArray<UInt32>
  /// 0, 1, or another number for a word that is neither.
  private let marks: GrowingArray<UInt8>
  /// The line of each word, if it has one.
  private let lines: GrowingArray<Int>?
  /// The error for the first mark that is no id.
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
    do {
      try IdList.forEachLine(path, inputs) { text, line in
        try lines!.append(line)
        try append(text)
      }
    } catch let error as GasError where error == firstUnknown {
      throw GasError(
        error.problem, file: error.file, at: error.position, advice: oneBasedAdvice(inputs) ?? error.advice)
    }
  }

  /// What to do if all lines of a file that can be read again are ids from 1 to the number of nodes.
  private func oneBasedAdvice(_ inputs: InputLog) -> String? {
    // To open a pipe again might wait for ever.
    guard FileTree.kind(of: path) == S_IFREG else { return nil }
    var (least, greatest, areIds) = (Int64.max, Int64.min, true)
    try? IdList.forEachLine(path, inputs) { text, _ in
      let id = Int64(String(decoding: text, as: UTF8.self))
      (least, greatest, areIds) = (min(least, id ?? least), max(greatest, id ?? greatest), areIds && id != nil)
    }
    return areIds && least <= greatest ? OneBasedIds.advice(aboutListFrom: least...greatest, nodes) : nil
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
    // Marks that are no ids may still make a mask; after any other word they cannot.
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
    let advice: String? =
      switch () {
      case _ where Double(text) != nil: "write integers, for example with numpy.savetxt(f, a, fmt=\"%d\")"
      case _ where text.contains(where: { " \t,;".contains($0) }): "write one a line"
      case _ where place == 0 && text.first?.isLetter == true: "if the line names the column, take it away"
      default: nil
      }
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

/// A word that says whether a node belongs to the part: 0 or 1 in any form of number, True or False.
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
