import GasBase
import GasEdges
import GasFiles
import GasFormats
import GasStore

/// One part of a split, or of several, as the user gives it: ids of nodes, or a mask over all nodes.
///
/// The values of a list say which it is, in any type or format: as many zeros and ones as there are nodes are a mask,
/// and ids occur once each. Only a list over one or two nodes could be both; a note says what it was taken for.
struct SplitList {
  private enum Contents {
    case values(any SplitValues)
    /// A mask of a column for each split.
    case columns(NpyReader)
  }

  let path: String
  let part: SplitPart
  /// The split that the list belongs to; `nil` if it is for all splits, or has a column for each.
  let split: Int?
  private let contents: Contents
  private let nodes: NodeIds
  private let inputs: InputLog
  /// Whether the file's format says that it holds ids.
  private let holdsIds: Bool

  static let maskAdvice = "a mask holds 0 and 1 alone"

  /// Opens a list.
  ///
  /// - Parameters:
  ///   - path: a `.npy` or `.npz` file, or text.
  ///   - part: the part that its nodes belong to.
  ///   - nodes: finds the node of an id.
  ///   - holdsIds: whether a list that could be both is one of ids.
  ///   - inputs: notes the file.
  ///   - space: where arrays are kept.
  /// - Throws: `GasError` if the file cannot be read, or is neither a list of ids nor a mask.
  init(
    opening path: String, part: SplitPart, nodes: NodeIds, holdsIds: Bool = false, _ inputs: InputLog,
    _ space: Workspace
  ) throws {
    let array = try Self.array(path, inputs, space)
    try self.init(array, path, part, split: nil, nodes, holdsIds: holdsIds, inputs, space)
    if NumPy.isArray(path), let array { inputs.record(path: path, array.fileChecksum()) }
  }

  private init(
    _ array: NpyReader?, _ path: String, _ part: SplitPart, split: Int?, _ nodes: NodeIds, holdsIds: Bool = false,
    _ inputs: InputLog, _ space: Workspace
  ) throws {
    self.path = path
    self.part = part
    self.split = split
    self.nodes = nodes
    self.inputs = inputs
    self.holdsIds = holdsIds
    contents =
      try array.map { try Self.contents($0, nodes, isOfOneSplit: split != nil, space) }
      ?? .values(SplitWords(reading: path, nodes, inputs, space))
    if let array, case .columns(let mask) = contents { noteColumns(mask, of: array) }
  }

  private func noteColumns(_ mask: NpyReader, of array: NpyReader) {
    guard mask !== array && mask.rowWidth > 1 else { return }
    inputs.note("\(path): of shape \(array.header.shapeText), taken as a mask with a row for each split")
  }

  /// The array of a `.npy` file, or the only one of a `.npz` file; `nil` for text.
  private static func array(_ path: String, _ inputs: InputLog, _ space: Workspace) throws -> NpyReader? {
    if NumPy.isArray(path) { return try NpyReader(opening: path, called: inputs.name(of: path)) }
    guard NumPy.isArchive(path) else { return nil }
    let archive = try NpzReader(opening: path, newScratchPath: space.scratch.newPath)
    guard archive.names.count == 1 else {
      throw GasError(
        expected: "one array", found: archive.names.joined(separator: ", "), file: path,
        advice: "pass a file with all parts as --splits")
    }
    inputs.record(path: path, archive.fileChecksum())
    return try archive.array(archive.names[0])
  }

  private static func contents(
    _ array: NpyReader, _ nodes: NodeIds, isOfOneSplit: Bool, _ space: Workspace
  ) throws -> Contents {
    if array.shape.count == 1 {
      return .values(array.type.isText ? try SplitWords(array, nodes, space) : SplitArray(array: array, nodes: nodes))
    }
    // As many splits as nodes: what are rows and what are columns cannot be told, and a guess could be wrong unnoticed.
    if array.shape == [nodes.count, nodes.count], nodes.count > 1, !isOfOneSplit, !array.type.isText {
      throw GasError(
        "of shape \(array.header.shapeText): splits could be rows or columns, since there are as many as nodes",
        file: array.path, advice: "save each split as a vector, train_0, val_0, …, in one .npz file for --splits")
    }
    // Some data sets have a row for each split.
    let isTurned = array.shape.count == 2 && array.shape[0] != nodes.count && array.shape[1] == nodes.count
    let mask = isTurned ? array.transposed() : array
    guard
      mask.shape.count == 2, mask.rowCount == nodes.count, !mask.type.isText, mask.rowWidth > 0,
      !isOfOneSplit || mask.rowWidth == 1
    else { throw wrongShape(array, nodes.count) }
    return .columns(mask)
  }

  private static func wrongShape(_ array: NpyReader, _ nodeCount: Int) -> GasError {
    GasError(
      expected: "a vector of node ids, or a mask of \(nodeCount) rows",
      found: "\(array.type.descr) of shape \(array.header.shapeText)", file: array.path,
      advice: array.shape.contains(1) ? "save ids as a vector, a.ravel()" : nil)
  }

  private static let namesAdvice = "one split may be called train, val and test, or train_mask, val_mask and test_mask"

  /// The lists in a `--splits` file: its arrays are `train_0`, `val_0`, `test_0`, `train_1`, …, or `train`, `val`,
  /// `test` alone, or these names with `_mask`.
  static func all(
    in path: String, nodes: NodeIds, _ inputs: InputLog, _ space: Workspace
  ) throws -> [SplitList] {
    let archive = try NpzReader(opening: path, newScratchPath: space.scratch.newPath)
    inputs.record(path: path, archive.fileChecksum())
    func list(_ name: String, _ part: SplitPart, _ split: Int?) throws -> SplitList? {
      guard archive.has(name) else { return nil }
      let array = try archive.array(name)
      return try SplitList(array, array.path, part, split: split, nodes, inputs, space)
    }
    var lists = try SplitPart.allCases.compactMap { try list($0.key, $0, nil) ?? list($0.key + "_mask", $0, nil) }
    var split = 0
    while archive.has("train_\(split)") {
      for part in SplitPart.allCases {
        if let next = try list("\(part.key)_\(split)", part, split) { lists.append(next) }
      }
      split += 1
    }
    let known = Set(lists.map(\.path))
    guard !lists.isEmpty, let other = archive.names.first(where: { !known.contains("\(path)[\($0)]") }) else {
      if !lists.isEmpty { return lists }
      throw GasError(
        expected: "arrays train_0, val_0, test_0, …", found: archive.names.joined(separator: ", "), file: path,
        advice: namesAdvice)
    }
    throw GasError(
      expected: "arrays train_0, val_0, test_0, … without gaps", found: "\"\(other)\"", file: path, advice: namesAdvice)
  }

  var splitCount: Int {
    if let split { return split + 1 }
    guard case .columns(let mask) = contents else { return 1 }
    return mask.rowWidth
  }

  /// Calls `body` with each node of the part, its place in the list, and the split if the list is a mask with a column
  /// for each.
  func forEachNode(_ body: (_ node: Int, _ place: Int, _ split: Int?) throws -> Void) throws {
    switch contents {
    case .columns(let mask): try forEachMarked(mask, body)
    case .values(let values) where try isMask(values): try values.forEachMarked { try body($0, $0, nil) }
    case .values(let values): try values.forEachNode { try body($0, $1, nil) }
    }
  }

  private func forEachMarked(_ mask: NpyReader, _ body: (Int, Int, Int?) throws -> Void) throws {
    let width = mask.rowWidth
    try mask.forEachInteger { element, mark in
      guard mark != 0 else { return }
      guard mark == 1 else {
        throw GasError(
          expected: "a mask of 0 and 1", found: "\(mark) in row \(element / width), column \(element % width)",
          file: mask.path,
          advice: "save node ids as a vector")
      }
      try body(element / width, element / width, width == 1 ? nil : element % width)
    }
  }

  private func isMask(_ values: any SplitValues) throws -> Bool {
    guard try values.areMarks() else { return false }
    guard values.count == nodes.count else {
      try checkNoMask(values)
      return false
    }
    guard values.count <= 2, !values.areTruths, areIds(values) else { return true }
    inputs.note(
      "\(path): \(Self.text(values)) of 0 and 1 for as many nodes, taken as \(holdsIds ? "node ids" : "a mask, not as node ids")"
    )
    return !holdsIds
  }

  /// Refuses zeros and ones that are a mask of the wrong length: they have to be ids.
  private func checkNoMask(_ values: any SplitValues) throws {
    let repeated = values.areTruths ? nil : repeatedId(values)
    guard !values.areTruths, values.count <= 2, repeated == nil else {
      throw GasError(
        expected: "a mask of \(nodes.count) values, or node ids, each of them once",
        found: "\(Self.text(values)), all of them 0 or 1" + (repeated.map { ", node id \($0) twice" } ?? ""), file: path
      )
    }
    guard values.count > 0, !holdsIds, areIds(values) else { return }
    inputs.note("\(path): \(Self.text(values)) of 0 and 1, taken as node ids; a mask has \(nodes.count)")
  }

  private static func text(_ values: any SplitValues) -> String {
    values.count == 1 ? "1 value" : "\(values.count) values"
  }

  /// Whether the values are ids, each of which occurs once.
  private func areIds(_ values: any SplitValues) -> Bool {
    var found: Set<Int> = []
    try? values.forEachNode { node, _ in found.insert(node) }
    return !found.isEmpty && found.count == values.count
  }

  /// The first id that occurs twice; among zeros and ones it is one of the first three values.
  private func repeatedId(_ values: any SplitValues) -> String? {
    var (found, repeated): (Set<Int>, Int?) = ([], nil)
    try? values.forEachNode { node, _ in
      if repeated == nil && !found.insert(node).inserted { repeated = node }
    }
    return repeated.map(nodes.text)
  }

  /// The error for a node that occurs in the list a second time.
  func repetition(of node: Int, at place: Int) -> GasError {
    let problem = "node id \(nodes.text(node)) stands twice in \(part.key)"
    guard case .values(let values) = contents else { return GasError(problem, file: path) }
    let advice = values.count == nodes.count ? Self.maskAdvice : "name each node once"
    return values.complaint(problem, at: place, advice: advice)
  }
}
