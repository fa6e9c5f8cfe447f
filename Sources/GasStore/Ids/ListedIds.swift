import GasBase
import GasFiles
import GasFormats

/// The ids of a list: each of them once, and their order.
///
/// A line in quotes is an id as tables have it (`"a, b"`), or an id with quotes in it: which of both, the store's nodes
/// tell. What is kept lies in scratch files.
final class ListedIds {
  /// The distinct ids, in both readings where there are two.
  let ids: StringTable
  /// The number in `ids` of each listed id, as it is written.
  private let numbers: GrowingArray<UInt32>
  /// The line, or the element of an array, where each of `ids` stands first; `notListed` for what is a second reading.
  private let firstPlaces: GrowingArray<Int>
  /// The number in `ids` of the content of quotes; of other ids their own.
  private let contents: GrowingArray<UInt32>
  private let areIntegers: Bool
  private static let notListed = -1
  private static let quote = UInt8(ascii: "\"")

  /// Starts without ids.
  ///
  /// - Parameters:
  ///   - areIntegers: whether ids are looked up by their digits, so that "007" is 7.
  ///   - space: where they are kept.
  /// - Throws: `GasError` if the disk has no space.
  init(areIntegers: Bool, in space: Workspace) throws {
    self.areIntegers = areIntegers
    ids = try StringTable(in: space)
    numbers = try GrowingArray(in: space)
    firstPlaces = try GrowingArray(in: space)
    contents = try GrowingArray(in: space)
  }

  /// How many ids are listed, repeated ones counted each time.
  var count: Int { numbers.count }

  /// Adds a line of a text.
  func add(line: UnsafeRawBufferPointer, _ place: Int) throws {
    let number = try append(line, place)
    guard let content = Self.content(ofQuoted: line), !content.isEmpty else { return }
    let inside = try content.withUnsafeBytes { try self.number(of: $0, firstAt: Self.notListed) }
    // Not in one statement: `all` would be looked up before the array grows.
    contents.all[Int(number)] = inside
  }

  /// Adds an element of an array.
  func add(element: UnsafeRawBufferPointer, _ place: Int) throws { _ = try append(element, place) }

  private func append(_ id: UnsafeRawBufferPointer, _ place: Int) throws -> UInt32 {
    let number = try number(of: id, firstAt: place)
    try numbers.append(number)
    return number
  }

  private func number(of id: UnsafeRawBufferPointer, firstAt place: Int) throws -> UInt32 {
    let (number, isNew) = try numbered(id)
    if isNew {
      try firstPlaces.append(place)
      try contents.append(number)
    } else if firstPlaces[Int(number)] == Self.notListed {
      firstPlaces.all[Int(number)] = place
    }
    return number
  }

  private func numbered(_ id: UnsafeRawBufferPointer) throws -> (number: UInt32, isNew: Bool) {
    guard areIntegers, let integer = Int64(String(decoding: id, as: UTF8.self)) else { return try ids.add(id) }
    var digits = "\(integer)"
    return try digits.withUTF8 { try ids.add(UnsafeRawBufferPointer($0)) }
  }

  /// The content of a field in quotes, in which two quotes mean one; `nil` for anything else.
  private static func content(ofQuoted line: UnsafeRawBufferPointer) -> [UInt8]? {
    guard line.count > 1, line.first == quote, line.last == quote else { return nil }
    var (content, isSecond) = ([UInt8](), false)
    for byte in line.dropFirst().dropLast() {
      if isSecond && byte != quote { return nil }
      isSecond = byte == quote && !isSecond
      if !isSecond { content.append(byte) }
    }
    return isSecond ? nil : content
  }

  /// The number in `ids` of a listed id, in the reading that is a node's.
  ///
  /// - Parameters:
  ///   - index: the place in the list.
  ///   - isNode: tells whether one of `ids` is that of a node.
  /// - Returns: its number.
  func number(_ index: Int, _ isNode: (Int) -> Bool) -> Int { reading(Int(numbers[index]), isNode) }

  private func reading(_ number: Int, _ isNode: (Int) -> Bool) -> Int {
    let content = Int(contents[number])
    return isNode(content) ? content : number
  }

  /// Finds listed ids of no node.
  ///
  /// - Returns: the first place of the first of them, its number in `ids` without quotes, and how many there are;
  ///   `nil` if all are nodes.
  func unknown(_ isNode: (Int) -> Bool) -> (place: Int, number: Int, count: Int)? {
    var first: Int?
    var count = 0
    for number in 0..<firstPlaces.count
    where firstPlaces[number] != Self.notListed && !isNode(reading(number, isNode)) {
      first = first ?? number
      count += 1
    }
    return first.map { (firstPlaces[$0], Int(contents[$0]), count) }
  }

  /// The first place of an id both of whose readings are nodes; `nil` if there is none.
  func ambiguous(_ isNode: (Int) -> Bool) -> (place: Int, number: Int)? {
    (0..<firstPlaces.count).first { number in
      Int(contents[number]) != number && isNode(number) && isNode(Int(contents[number]))
    }.map { (firstPlaces[$0], $0) }
  }
}
