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
  public var count: Int { numbers.count }
  /// The partitions that own the listed nodes, ascending.
  public private(set) var partitions: [Int] = []
  /// The distinct ids.
  private let ids: StringTable
  /// The number in `ids` of each listed id.
  private let numbers: GrowingArray<UInt32>
  /// The line, or the element of an array, where a distinct id stands first.
  private let firstPlaces: GrowingArray<Int>
  private let isText: Bool
  /// 1 + the place in original order of each distinct id; 0 for an id of no node.
  private let places: FlatArray<UInt32>
  /// The places of the distinct ids, ascending, above the number of each in the lower 32 bits.
  private let sorted: FlatArray<UInt64>

  /// Memory for looking ids up, which goes to the disk beyond it.
  private static let memoryBytes = 256 << 20

  /// Reads a list and finds its nodes.
  ///
  /// - Parameters:
  ///   - path: text with an id a line, `-` for standard input, or a `.npy` vector of integers or strings.
  ///   - store: the store whose ids they are.
  ///   - folder: the folder whose disk takes scratch files.
  /// - Throws: `GasError` if the file cannot be read or lists nothing, or names the first id that no node has.
  public init(reading path: String, of store: Store, scratchIn folder: String) throws {
    self.path = path
    let space = Workspace(scratch: try ScratchFolder(at: folder), memoryBytes: Self.memoryBytes)
    ids = try StringTable(in: space)
    numbers = try GrowingArray(in: space)
    firstPlaces = try GrowingArray(in: space)
    isText = !path.hasSuffix(".npy")
    let hasNames = store.manifest.idKind == .string
    let add = { [ids, numbers, firstPlaces] (id: UnsafeRawBufferPointer, place: Int) in
      let (number, isNew) = try Self.add(id, to: ids, asInteger: !hasNames)
      try numbers.append(number)
      if isNew { try firstPlaces.append(place) }
    }
    if isText { try LineReader(opening: path).forEachLine(add) } else { try Self.forEachElement(path, add) }
    guard numbers.count > 0 else {
      throw GasError(expected: "ids of nodes, one a line", found: "none", file: path)
    }
    places = try space.zeros(count: ids.count)
    sorted = try space.zeros(count: ids.count)
    try find(in: store, hasNames)
    try checkAllAreFound(hasNames)
    try sort(in: folder)
  }

  /// How many nodes are listed, repeated ones counted once.
  package var distinctCount: Int { ids.count }

  /// The number of a listed node: how many other nodes are listed before it first is.
  package func number(_ index: Int) -> Int { Int(numbers[index]) }

  /// The number of the node at a place in original order; `nil` if it is not listed.
  package func number(at place: Int) -> Int? {
    let first = (0..<sorted.count).partitioningIndex { sorted[$0] >> 32 >= place }
    return first < sorted.count && sorted[first] >> 32 == place ? Int(UInt32(truncatingIfNeeded: sorted[first])) : nil
  }

  /// Takes what was looked up out of resident memory.
  package func release() { sorted.release(0..<sorted.count) }

  /// Appends a listed id as a field of a row.
  ///
  /// - Parameters:
  ///   - index: the place in the list.
  ///   - text: the row so far.
  ///   - format: how fields are written.
  package func appendId(_ index: Int, to text: inout [UInt8], as format: DelimitedText) {
    format.append(ids.text(of: Int(numbers[index])), to: &text)
  }

  /// Integers are looked up by their digits, so that "007" is 7.
  private static func add(
    _ id: UnsafeRawBufferPointer, to ids: StringTable, asInteger: Bool
  ) throws -> (number: UInt32, isNew: Bool) {
    guard asInteger, let integer = Int64(String(decoding: id, as: UTF8.self)) else { return try ids.add(id) }
    var digits = "\(integer)"
    return try digits.withUTF8 { try ids.add(UnsafeRawBufferPointer($0)) }
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
      guard let number = ids.number(of: id) else { return }
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

  private func sort(in folder: String) throws {
    let space = Workspace(scratch: try ScratchFolder(at: folder), memoryBytes: Workspace.smallestMemoryBytes)
    let sorter = ExternalSorter<Listed>(keyBits: UInt64.bitWidth, in: space)
    for number in 0..<ids.count { try sorter.append(Listed(key: UInt64(places[number] - 1) << 32 | UInt64(number))) }
    var count = 0
    try sorter.forEachSorted { part in
      for listed in part {
        sorted[count] = listed.key
        count += 1
      }
    }
    release()
  }

  private func checkAllAreFound(_ hasNames: Bool) throws {
    guard let first = (0..<places.count).first(where: { places[$0] == 0 }) else { return }
    let unknown = (first..<places.count).count { places[$0] == 0 }
    let id = UnsafeRawBufferPointer(ids.text(of: first)).shown
    let more = unknown > 1 ? ", nor are \(unknown - 1) others" : ""
    let isHeader = isText && firstPlaces[first] == 1 && unknown == 1 && !hasNames
    throw GasError(
      isText
        ? "\(id) is no node of the store\(more)"
        : "element \(firstPlaces[first]): \(id) is no node of the store\(more)",
      file: path, at: isText ? .line(firstPlaces[first]) : nil,
      advice: isHeader ? "if the line names the column, take it away" : "gas-run infer --ids writes all ids")
  }
}

/// The place of a listed node, above its number.
private struct Listed: SortRecord {
  let key: UInt64
}
