import GasBase
import GasFiles
import GasFormats

/// Nodes that a file lists by their original ids, in its order. A node may stand there several times.
///
/// What is kept is as long as the list and lies in scratch files; the store's ids are walked over once, in the memory
/// of one partition.
public final class NodeList {
  /// The file.
  public let path: String
  /// How many nodes are listed, repeated ones counted each time.
  public var count: Int { listed.count }
  /// The partitions that own the listed nodes, ascending.
  public private(set) var partitions: [Int] = []
  private let listed: ListedIds
  private let isText: Bool
  /// 1 + the place in original order of each distinct id; 0 for an id of no node.
  private let places: FlatArray<UInt32>
  /// How many nodes are listed, repeated ones counted once.
  package private(set) var distinctCount = 0
  /// 1 + the number of each distinct id that is a node's as it is listed; 0 for others.
  private let orders: FlatArray<UInt32>
  /// The places of the listed nodes, ascending, above the number of each in the lower 32 bits.
  private let sorted: FlatArray<UInt64>

  /// Memory for looking ids up, which goes to the disk beyond it.
  private static let memoryBytes = 256 << 20

  /// Reads a list and finds its nodes.
  ///
  /// - Parameters:
  ///   - path: text with an id a line, in quotes as tables have them or without, `-` for standard input, or a `.npy`
  ///     vector of integers or strings.
  ///   - store: the store whose ids they are.
  ///   - folder: the folder whose disk takes scratch files.
  /// - Throws: `GasError` if the file cannot be read or lists nothing, or names the first id that no node has.
  public init(reading path: String, of store: Store, scratchIn folder: String) throws {
    self.path = path
    let space = Workspace(scratch: try ScratchFolder(at: folder), memoryBytes: Self.memoryBytes)
    let hasNames = store.manifest.idKind == .string
    listed = try ListedIds(areIntegers: !hasNames, in: space)
    isText = !path.hasSuffix(".npy")
    if isText {
      try LineReader(opening: path).forEachLine(listed.add(line:_:))
    } else {
      try Self.forEachElement(path, listed.add(element:_:))
    }
    guard listed.count > 0 else {
      throw GasError(expected: "ids of nodes, one a line", found: "none", file: path)
    }
    places = try space.zeros(count: listed.ids.count)
    orders = try space.zeros(count: listed.ids.count)
    sorted = try space.zeros(count: listed.ids.count)
    try find(in: store, hasNames)
    try checkAllAreFound(hasNames, store)
    numberNodes()
    try sort(in: folder)
  }

  /// The number of a listed node: how many other nodes are listed before it first is.
  package func number(_ index: Int) -> Int { Int(orders[listed.number(index, isNode)]) - 1 }

  /// The number of the node at a place in original order; `nil` if it is not listed.
  package func number(at place: Int) -> Int? {
    let first = (0..<distinctCount).partitioningIndex { sorted[$0] >> 32 >= place }
    guard first < distinctCount, sorted[first] >> 32 == place else { return nil }
    return Int(UInt32(truncatingIfNeeded: sorted[first]))
  }

  /// Takes what was looked up out of resident memory.
  package func release() { sorted.release(0..<sorted.count) }

  private func isNode(_ number: Int) -> Bool { places[number] > 0 }

  /// Appends a listed id as a field of a row.
  ///
  /// - Parameters:
  ///   - index: the place in the list.
  ///   - text: the row so far.
  ///   - format: how fields are written.
  package func appendId(_ index: Int, to text: inout [UInt8], as format: DelimitedText) {
    format.append(listed.ids.text(of: listed.number(index, isNode)), to: &text)
  }

  private static func forEachElement(
    _ path: String, _ body: (UnsafeRawBufferPointer, _ element: Int) throws -> Void
  ) throws {
    let array = try NpyReader(opening: path)
    try array.checkHoldsIds()
    for range in (0..<array.elementCount).chunks(ofCount: 1 << 16) {
      let integers = array.type.isText ? [] : try array.integers(range)
      for element in range {
        var id = try array.type.isText ? array.string(at: element) : "\(integers[element - range.lowerBound])"
        try id.withUTF8 { try body(UnsafeRawBufferPointer($0), element) }
      }
      array.release(range)
    }
  }

  private func find(in store: Store, _ hasNames: Bool) throws {
    var owners = Set<Int>()
    func note(_ id: UnsafeRawBufferPointer, _ row: Int, _ place: Int) {
      guard let number = listed.ids.number(of: id) else { return }
      places[Int(number)] = UInt32(place) + 1
      owners.insert(store.partitions.owner(of: row))
    }
    if hasNames {
      try IdWalk(store).forEachName { row, place, name in note(UnsafeRawBufferPointer(name), row, place) }
    } else {
      try IdWalk(store).forEachInteger { row, place, id in
        var digits = "\(id)"
        digits.withUTF8 { note(UnsafeRawBufferPointer($0), row, place) }
      }
    }
    partitions = owners.sorted()
  }

  private func numberNodes() {
    for index in 0..<count {
      let id = listed.number(index, isNode)
      guard orders[id] == 0 else { continue }
      distinctCount += 1
      orders[id] = UInt32(distinctCount)
    }
  }

  private func sort(in folder: String) throws {
    let space = Workspace(scratch: try ScratchFolder(at: folder), memoryBytes: Workspace.smallestMemoryBytes)
    let sorter = ExternalSorter<Listed>(keyBits: UInt64.bitWidth, in: space)
    for id in 0..<orders.count where orders[id] > 0 {
      try sorter.append(Listed(key: UInt64(places[id] - 1) << 32 | UInt64(orders[id] - 1)))
    }
    var count = 0
    try sorter.forEachSorted { part in
      for listed in part {
        sorted[count] = listed.key
        count += 1
      }
    }
    release()
  }

  private func checkAllAreFound(_ hasNames: Bool, _ store: Store) throws {
    if let (place, number) = listed.ambiguous(isNode) {
      throw GasError(
        "\(listed.ids[number]) may be two nodes: one has these quotes in its id, and one is written without them",
        file: path, at: .line(place),
        advice: "write the second without quotes, and the first as tables have it: quotes doubled, between two others")
    }
    guard let (place, number, unknown) = listed.unknown(isNode) else { return }
    let bytes = UnsafeRawBufferPointer(listed.ids.text(of: number))
    let id = bytes.shown
    let more = unknown > 1 ? ", nor are \(unknown - 1) others" : ""
    let oneBased = unknown == 1 ? oneBasedAdvice(number, store) : nil
    let isHeader = isText && place == 1 && unknown == 1 && !hasNames && oneBased == nil
    throw GasError(
      isText
        ? "\(id) is no node of the store\(more)"
        : "element \(place): \(id) is no node of the store\(more)",
      file: path, at: isText ? .line(place) : nil,
      advice: isHeader
        ? "if the line names the column, take it away"
        : String(validating: bytes, as: UTF8.self) == nil
          ? TextEncoding.advice(path)
          : oneBased ?? "gas-run infer --ids writes all ids")
  }

  /// What to do if the only unknown id is the number of nodes, and ids are counted from 0 in the store and from 1 in
  /// the list; `nil` if they are not.
  private func oneBasedAdvice(_ number: Int, _ store: Store) -> String? {
    func isListed(_ id: Int) -> Bool {
      var id = "\(id)"
      return id.withUTF8 { listed.ids.number(of: UnsafeRawBufferPointer($0)) != nil }
    }
    let count = store.nodeCount
    guard store.manifest.idKind == .sequential, listed.ids[number] == "\(count)", isListed(1), !isListed(0) else {
      return nil
    }
    return "the ids look 1-based: they go from 1 to \(count), and those of the store from 0 to \(count - 1)"
  }
}

/// The place of a listed node, above its number.
private struct Listed: SortRecord {
  let key: UInt64
}
