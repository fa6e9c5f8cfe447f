import FoundationEssentials
import GasBase
import GasFiles

extension TableEncoding {
  /// The most bytes of the file.
  private static let largestFileBytes = 64 << 20

  /// The file's text.
  func encoded() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }

  /// Reads and checks the encoding of a store.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - entry: what the store's manifest says of it.
  /// - Throws: `GasError` if it cannot be read, or is not as it was written.
  init(reading path: String, _ entry: Manifest.SmallFileEntry) throws {
    let data = try SmallFile.read(path, limit: Self.largestFileBytes)
    let found = Manifest.SmallFileEntry(Array(data))
    guard found == entry else {
      throw GasError(
        expected: "\(entry.byteCount) bytes with checksum \(entry.checksum)",
        found: "\(found.byteCount) with \(found.checksum)", file: path, at: .offset(0),
        advice: "the file was damaged or edited")
    }
    do {
      self = try JSONDecoder().decode(TableEncoding.self, from: data)
    } catch {
      throw GasError("is no encoding of tables: \("\(error)".excerpt)", file: path)
    }
    if let problem { throw GasError(problem, file: path) }
  }
}

extension Store {
  /// How the store's tables were encoded; `nil` if it was not made of tables.
  ///
  /// - Throws: `GasError` if the file is damaged.
  public func tableEncoding() throws -> TableEncoding? {
    try manifest.tableEncoding.map { try TableEncoding(reading: "\(path)/\(TableEncoding.fileName)", $0) }
  }
}
