import GasBase
import GasFiles
import GasFormats

/// Turns the names of nodes into numbers: those of a list, or new ones as names appear.
package struct NameResolver {
  let table: StringTable
  /// The file that lists all names; `nil` if others may appear.
  let list: String?

  /// Resolves names by a table, to which new names are added unless `list` says where all of them come from.
  package init(table: StringTable, list: String?) {
    self.table = table
    self.list = list
  }

  func number(of name: UnsafeRawBufferPointer, file: String, at position: GasError.Position?) throws -> UInt32 {
    if let list {
      guard let number = table.number(of: name) else {
        throw GasError("node id \(name.shown) is not in \(list)", file: file, at: position)
      }
      return number
    }
    let (number, isNew) = try table.add(name)
    if isNew { try Self.check(name, file: file, at: position) }
    guard table.count <= NodeIds.largestCount else { throw NodeIds.tooMany(file: file) }
    return number
  }

  /// Checks that bytes are a name.
  ///
  /// - Parameters:
  ///   - name: the bytes.
  ///   - file: what messages call the file.
  ///   - position: where the name is.
  /// - Throws: `GasError` if the bytes are not UTF-8, or begin with the mark that some editors put in front of a file,
  ///   which is inside of one where files were joined.
  static func check(_ name: UnsafeRawBufferPointer, file: String, at position: GasError.Position?) throws {
    guard String(validating: name, as: UTF8.self) != nil else {
      throw GasError(
        expected: "a node id in UTF-8", found: name.shown, file: file, at: position, advice: TextEncoding.advice(file))
    }
    guard !name.starts(with: LineReader.byteOrderMark) else {
      let rest = UnsafeRawBufferPointer(rebasing: name.dropFirst(LineReader.byteOrderMark.count))
      throw GasError(
        expected: "a node id", found: "a byte order mark and \(rest.shown)", file: file, at: position,
        advice: "files were joined that begin with it: take it away, sed 's/\\xef\\xbb\\xbf//g'")
    }
  }
}
