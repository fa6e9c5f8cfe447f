import GasBase

extension Store {
  /// Returns what the user calls the node of a row: a number, or a name in quotes. For messages about single nodes.
  ///
  /// - Parameter row: a row number.
  /// - Returns: the id as text.
  /// - Throws: `GasError` if a block of the ids is damaged.
  public func originalId(ofRow row: Int) throws -> String {
    switch manifest.idKind {
    case .sequential: return "\(try column(.order).array(row..<row + 1, as: UInt32.self)[0])"
    case .integer: return "\(try column(.ids).array(row..<row + 1, as: Int64.self)[0])"
    case .string:
      let ends = try column(.idOffsets).array(row..<row + 2, as: UInt64.self)
      guard ends[0] <= ends[1], ends[1] <= UInt64(column(.idBytes).rowCount) else {
        throw GasError("id offsets are damaged", file: column(.idOffsets).path, advice: "see gas-stat verify")
      }
      let bytes = try column(.idBytes).array(Int(ends[0])..<Int(ends[1]), as: UInt8.self)
      return "\"\(String(decoding: bytes, as: UTF8.self))\""
    }
  }
}
