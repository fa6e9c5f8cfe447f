import GasBase
import GasFiles

/// Ids as tables write them, numbered in the order in which they appear: whole numbers or names, which only all of
/// them together can tell.
///
/// Until then each is a text, so "7" and "07" are two ids. Kept in scratch files (`StringTable`). Not thread-safe.
package final class TextIds {
  private let table: StringTable
  private let space: Workspace

  /// Starts without ids.
  package init(in space: Workspace) throws {
    self.space = space
    table = try StringTable(in: space)
  }

  /// How many ids there are.
  package var count: Int { table.count }

  /// The number of an id; `nil` if it did not appear.
  package func number(of id: UnsafeRawBufferPointer) -> UInt32? { table.number(of: id) }

  /// The id that appeared first; `nil` if there is none.
  package var first: String? { count == 0 ? nil : String(decoding: table.text(of: 0), as: UTF8.self) }

  /// Numbers an id.
  ///
  /// - Parameters:
  ///   - id: its bytes, at least one.
  ///   - file: what messages call the file.
  ///   - line: where it stands.
  /// - Returns: its number, and whether it is new.
  /// - Throws: `GasError` if it is no UTF-8, or if there are too many.
  package func add(
    _ id: UnsafeRawBufferPointer, file: String, line: Int
  ) throws -> (number: UInt32, isNew: Bool) {
    let (number, isNew) = try table.add(id)
    if isNew { try NameResolver.check(id, file: file, at: .line(line)) }
    guard table.count <= NodeIds.largestCount else { throw NodeIds.tooMany(file: file) }
    return (number, isNew)
  }

  /// The nodes, in the order in which ids appeared: whole numbers if each id is one as it is written.
  package func nodes() throws -> NodeIds {
    guard (0..<count).allSatisfy({ Self.integer(table.text(of: $0)) != nil }) else { return .names(table) }
    let ids: FlatArray<Int64> = try space.zeros(count: count)
    for node in 0..<count { ids[node] = Self.integer(table.text(of: node))! }
    return NodeIds(try IntegerIds(ids, in: space))
  }

  /// The whole number of 64 bits that a text is, if a program would write it so again: without zeros in front, and
  /// without a plus.
  private static func integer(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    let digits = text.first == UInt8(ascii: "-") ? text.dropFirst() : text[...]
    guard 1...19 ~= digits.count, digits.allSatisfy({ 48...57 ~= $0 }) else { return nil }
    guard digits.first != UInt8(ascii: "0") || text.count == 1 else { return nil }
    return Int64(String(decoding: text, as: UTF8.self))
  }
}
