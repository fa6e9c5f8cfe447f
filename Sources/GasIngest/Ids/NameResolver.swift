import GasBase

/// Turns the names of nodes into numbers: those of a list, or new ones as names appear.
struct NameResolver {
  let table: StringTable
  /// Where the names come from, if no others are allowed.
  let list: String?

  func number(of name: UnsafeRawBufferPointer, file: String, at position: GasError.Position?) throws -> UInt32 {
    if let list {
      guard let number = table.number(of: name) else {
        throw GasError("node id \(name.shown) is not in \(list)", file: file, at: position)
      }
      return number
    }
    let (number, isNew) = try table.add(name)
    guard !isNew || String(validating: name, as: UTF8.self) != nil else {
      throw GasError(expected: "a node id in UTF-8", found: name.shown, file: file, at: position)
    }
    guard table.count <= NodeIds.largestCount else { throw NodeIds.tooMany(file: file) }
    return number
  }
}
