import GasBase
import GasStore

/// One part of a split, or of several, as the user gives it: ids of nodes, or a mask over all nodes.
struct SplitList {
  enum Contents {
    case array(NpyReader)
    /// Text with one id a line.
    case text
  }

  let path: String
  let part: SplitPart
  let contents: Contents
  /// The split it belongs to; `nil` if it is for all, or for one a column.
  let split: Int?
  let nodeCount: Int
  let inputs: InputLog

  init(opening path: String, part: SplitPart, nodeCount: Int, _ inputs: InputLog) throws {
    let array = NumPy.isArray(path) ? try NpyReader(opening: path) : nil
    try self.init(array, path: path, part: part, split: nil, nodeCount: nodeCount, inputs)
    if let array { inputs.record(path: path, array.fileChecksum()) }
  }

  private init(
    _ array: NpyReader?, path: String, part: SplitPart, split: Int?, nodeCount: Int, _ inputs: InputLog
  ) throws {
    self.path = path
    self.part = part
    contents = array.map { .array($0) } ?? .text
    self.split = split
    self.nodeCount = nodeCount
    self.inputs = inputs
    if let array { try checkShape(array) }
  }

  /// The arrays of a `--splits` file: `train_0`, `val_0`, `test_0`, `train_1`, …, or `train`, `val`, `test` alone.
  static func all(in path: String, nodeCount: Int, _ inputs: InputLog) throws -> [SplitList] {
    let archive = try NpzReader(opening: path)
    inputs.record(path: path, archive.fileChecksum())
    func list(_ name: String, _ part: SplitPart, _ split: Int?) throws -> SplitList? {
      guard archive.has(name) else { return nil }
      let array = try archive.array(name)
      return try SplitList(array, path: array.path, part: part, split: split, nodeCount: nodeCount, inputs)
    }
    var lists = try SplitPart.allCases.compactMap { try list($0.key, $0, nil) }
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
        expected: "arrays train_0, val_0, test_0, …", found: archive.names.joined(separator: ", "), file: path)
    }
    throw GasError(expected: "arrays train_0, val_0, test_0, … without gaps", found: "\"\(other)\"", file: path)
  }

  private var isMask: Bool {
    guard case .array(let array) = contents else { return false }
    return array.type == .bool || array.type == .uint8 || array.shape.count == 2
  }

  var splitCount: Int {
    if let split { return split + 1 }
    guard case .array(let array) = contents, isMask else { return 1 }
    return array.rowWidth
  }

  private func checkShape(_ array: NpyReader) throws {
    let isRight =
      isMask
      ? (1...2).contains(array.shape.count) && array.rowCount == nodeCount && !array.type.isText && !array.type.isFloat
        && array.rowWidth > 0 && (split == nil || array.shape.count == 1)
      : array.shape.count == 1 && !array.type.isFloat
    guard isRight else {
      throw GasError(
        expected: "a vector of node ids, or a mask of \(nodeCount) rows",
        found: "\(array.type.descr) of shape \(array.header.shapeText)", file: path)
    }
  }

  /// Calls `body` with each node of the part, and the split if the list is a mask with one column for each.
  func forEachNode(_ nodes: NodeIds, _ body: (Int, _ split: Int?) throws -> Void) throws {
    switch contents {
    case .text: try forEachLine(nodes, body)
    case .array(let array) where isMask: try forEachMarked(array, body)
    case .array(let array) where array.type.isText: try forEachName(array, nodes, body)
    case .array(let array): try forEachId(array, nodes, body)
    }
  }

  private func forEachMarked(_ array: NpyReader, _ body: (Int, Int?) throws -> Void) throws {
    let width = array.rowWidth
    try array.forEachInteger { element, mark in
      guard mark != 0 else { return }
      guard mark == 1 else {
        throw GasError(
          expected: "a mask of 0 and 1", found: "\(mark) in row \(element / width)", file: path,
          advice: "save node ids as int64 to tell them from a mask")
      }
      try body(element / width, array.shape.count == 1 ? nil : element % width)
    }
  }

  private func forEachId(_ array: NpyReader, _ nodes: NodeIds, _ body: (Int, Int?) throws -> Void) throws {
    if case .names = nodes {
      throw GasError(expected: "names of nodes, or a mask", found: array.type.descr, file: path)
    }
    try array.forEachInteger { element, id in
      guard let node = nodes.node(id) else {
        throw GasError("element \(element): \(nodes.problem(id))", file: path)
      }
      try body(Int(node), nil)
    }
  }

  private func forEachName(_ array: NpyReader, _ nodes: NodeIds, _ body: (Int, Int?) throws -> Void) throws {
    guard case .names(let table) = nodes else {
      throw GasError(expected: "integer node ids", found: array.type.descr, file: path)
    }
    for element in 0..<array.elementCount {
      var name = try array.string(at: element)
      guard let node = name.withUTF8({ table.number(of: UnsafeRawBufferPointer($0)) }) else {
        throw GasError("element \(element): node id \"\(name)\" is unknown", file: path)
      }
      try body(Int(node), nil)
    }
  }

  private func forEachLine(_ nodes: NodeIds, _ body: (Int, Int?) throws -> Void) throws {
    try IdList.forEachLine(path, inputs) { text, line in
      if case .names(let table) = nodes {
        guard let node = table.number(of: text) else {
          throw GasError("node id \(text.shown) is unknown", file: path, at: .line(line))
        }
        return try body(Int(node), nil)
      }
      guard let id = Int64(String(decoding: text, as: UTF8.self)) else {
        throw GasError(expected: "a node id", found: text.shown, file: path, at: .line(line))
      }
      guard let node = nodes.node(id) else { throw GasError(nodes.problem(id), file: path, at: .line(line)) }
      try body(Int(node), nil)
    }
  }
}
