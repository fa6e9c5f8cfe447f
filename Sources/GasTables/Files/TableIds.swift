import GasBase
import GasEdges
import GasFiles
import GasFormats

/// The ids of one kind of nodes: all of them, or, where sources and targets have ids of their own, those of one side.
/// Not thread-safe.
final class TableIds {
  /// The ids of all nodes.
  let all: TextIds
  /// Whether an id that does not occur in the nodes' table becomes a node.
  let mayGrow: Bool
  /// How many of them, from the first on, the table of nodes has; the others were found in edges.
  var tableCount = 0
  /// Stands in front of each id of this side.
  private let prefix: [UInt8]
  private var key: [UInt8] = []

  /// - Parameters:
  ///   - all: the ids of all nodes.
  ///   - side: the name of the side, if each has ids of its own.
  ///   - mayGrow: whether an unknown id becomes a node.
  init(_ all: TextIds, side: String? = nil, mayGrow: Bool) {
    self.all = all
    self.mayGrow = mayGrow
    prefix = side.map { Array("\($0):".utf8) } ?? []
  }

  /// The node of an id; `nil` if it is unknown.
  func node(_ id: UnsafeRawBufferPointer) -> UInt32? {
    guard !prefix.isEmpty else { return id.isEmpty ? nil : all.number(of: id) }
    return id.isEmpty ? nil : withKey(id) { all.number(of: $0) }
  }

  /// The node of an id, as a text; `nil` if it is unknown.
  func node(_ id: String) -> UInt32? {
    var id = id
    return id.withUTF8 { node(UnsafeRawBufferPointer($0)) }
  }

  /// The first id of this side, as its table has it; `nil` if there is none.
  var first: String? {
    guard let first = all.first, first.utf8.starts(with: prefix) else { return nil }
    return String(decoding: first.utf8.dropFirst(prefix.count), as: UTF8.self)
  }

  /// Numbers an id, which must not be empty.
  func add(_ id: UnsafeRawBufferPointer, _ reader: CSVReader) throws -> (number: UInt32, isNew: Bool) {
    guard !prefix.isEmpty else { return try all.add(id, file: reader.name, line: reader.line) }
    return try withKey(id) { try all.add($0, file: reader.name, line: reader.line) }
  }

  private func withKey<R>(_ id: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    key.removeAll(keepingCapacity: true)
    key.append(contentsOf: prefix)
    key.append(contentsOf: id)
    return try key.withUnsafeBytes(body)
  }
}

/// A table with a row for each of some nodes.
struct KeyedTable {
  let file: TableFile
  /// The column of ids.
  let idPlace: Int
  let ids: TableIds
  /// Whether rows of unknown ids are left out.
  let dropsUnknown: Bool
  /// The table of nodes; `nil` if nodes are the ids that edges name.
  let nodes: String?

  /// Reads the table.
  ///
  /// - Parameters:
  ///   - title: what is being done, for the progress line.
  ///   - body: gets the node of each row.
  /// - Returns: how many rows were left out.
  /// - Throws: `GasError` naming row and id if that is unknown; what `body` throws.
  @discardableResult
  func forEachNode(_ title: String, _ body: (_ node: Int, CSVReader) throws -> Void) throws -> Int {
    var droppedCount = 0
    try file.forEachRow(title) { reader in
      if let node = ids.node(reader[idPlace]) { return try body(Int(node), reader) }
      guard dropsUnknown else { throw unknown(reader) }
      droppedCount += 1
    }
    return droppedCount
  }

  private func unknown(_ reader: CSVReader) -> GasError {
    let column = "\"\(reader.columns[idPlace].excerpt)\""
    let problem =
      reader[idPlace].isEmpty
      ? "row \(reader.row) has no id in column \(column)"
      : "id \(reader[idPlace].shown) in row \(reader.row), column \(column), is not that of a node"
    let found = UnknownId(reader, idPlace, ids, knownCount: ids.all.count)
    return GasError(
      problem, file: file.name, at: .line(reader.line),
      advice: found.spellingAdvice(found.isLikeTableId ? nodesName : Self.edgesName)
        ?? "correct it, or " + (nodes == nil ? "take the row out" : "pass --unknown drop to leave such rows out"))
  }

  /// What messages call the table that says which nodes there are.
  var nodesName: String { nodes ?? Self.edgesName }

  private static let edgesName = "the table of edges"

  /// Finds rows of ids that no node has.
  ///
  /// - Returns: how many there are, and an example.
  /// - Throws: `GasError` if the table cannot be read again.
  func unknownIds() throws -> UnknownIdSample {
    var found = UnknownIdSample()
    try file.forEachRow("looking again at") { reader in
      if ids.node(reader[idPlace]) == nil { found.add(reader, idPlace, ids, knownCount: ids.all.count) }
    }
    return found
  }

  /// The error for an id whose row has come before.
  func repetition(_ reader: CSVReader) -> GasError {
    let id = Array(reader[idPlace])
    var first = ""
    try? file.forEachRow("looking again at") { other in
      guard first.isEmpty, other[idPlace].elementsEqual(id) else { return }
      first = " (first in row \(other.row), line \(other.line))"
    }
    let column = "\"\(reader.columns[idPlace].excerpt)\""
    return GasError(
      "id \(reader[idPlace].shown) in row \(reader.row) stands twice in column \(column)\(first)", file: file.name,
      at: .line(reader.line), advice: "keep one row for each id")
  }
}
