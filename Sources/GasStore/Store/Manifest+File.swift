import Foundation
import GasBase

extension Manifest {
  /// The file's text, its own checksum filled in.
  func encoded() throws -> String {
    var blank = self
    blank.checksum = Self.noChecksum
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(blank), as: UTF8.self) + "\n"
    let checksum = Checksum.text(Checksum.crc32(Array(text.utf8)))
    return text.replacingFirst(Self.checksumField(Self.noChecksum), with: Self.checksumField(checksum))
  }

  /// Reads and checks a manifest: version first, then checksum, then contents.
  public init(reading path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw GasError("cannot be read", file: path, advice: "is this a store? gas-ingest makes one")
    }
    struct Preamble: Decodable {
      let formatVersion: Int
      let checksum: String
    }
    let decoder = JSONDecoder()
    func decode<T: Decodable>(_ type: T.Type) throws -> T {
      do {
        return try decoder.decode(type, from: data)
      } catch let error as DecodingError {
        throw GasError(
          "not a manifest: \(Self.explain(error))", file: path, advice: "the file is damaged or not a store's")
      }
    }
    let preamble = try decode(Preamble.self)
    guard preamble.formatVersion <= Self.currentVersion else {
      throw GasError(
        expected: "format version \(Self.currentVersion) or lower", found: "\(preamble.formatVersion)", file: path,
        advice: "use a newer release of gas")
    }
    let text = String(decoding: data, as: UTF8.self)
    let blank = text.replacingFirst(Self.checksumField(preamble.checksum), with: Self.checksumField(Self.noChecksum))
    let found = Checksum.text(Checksum.crc32(Array(blank.utf8)))
    guard found == preamble.checksum else {
      throw GasError(
        expected: "manifest checksum \(preamble.checksum)", found: found, file: path, at: .offset(0),
        advice: "the file was damaged or edited")
    }
    self = try decode(Manifest.self)
    if let problem = partitions.problem(nodeCount: nodeCount, edgeCount: edgeCount) {
      throw GasError("bad partition table: \(problem)", file: path)
    }
  }

  private static func checksumField(_ checksum: String) -> String {
    "\"checksum\" : \"\(checksum)\""
  }

  private static func explain(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, _): "no \"\(key.stringValue)\""
    case .typeMismatch(_, let context), .valueNotFound(_, let context): context.debugDescription
    case .dataCorrupted(let context): context.debugDescription
    @unknown default: "\(error)"
    }
  }
}

extension String {
  func replacingFirst(_ old: String, with new: String) -> String {
    guard let range = range(of: old) else { return self }
    return replacingCharacters(in: range, with: new)
  }
}
