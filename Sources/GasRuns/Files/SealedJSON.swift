import FoundationEssentials
import GasBase
import GasFiles

/// A JSON object in a file of its own, with an `EmbeddedChecksum` beside its other keys.
enum SealedJSON {
  /// The largest file that is read. It is beyond any run's; a larger one is none of a run's files.
  private static let largestBytes = 256 << 20

  /// Encodes an object, with its checksum, as one line or formatted.
  ///
  /// - Parameters:
  ///   - contents: encodes as a JSON object.
  ///   - formatting: how the text looks; its keys are sorted always.
  /// - Returns: the file's bytes.
  /// - Throws: `EncodingError` if a number cannot be written in JSON.
  static func bytes(_ contents: some Encodable, _ formatting: JSONEncoder.OutputFormatting = []) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting.union([.sortedKeys])
    var bytes = [UInt8](try encoder.encode(Sealed(contents: contents))) + Array("\n".utf8)
    EmbeddedChecksum.seal(&bytes)
    return bytes
  }

  /// Writes a file that does not have its name yet.
  static func ready(
    _ contents: some Encodable, at path: String, _ formatting: JSONEncoder.OutputFormatting = []
  ) throws -> ReadyFile {
    let bytes = try bytes(contents, formatting)
    return try AtomicFile.ready(path) { try $0.write(bytes) }
  }

  /// Reads a file and compares it with its checksum.
  ///
  /// - Parameters:
  ///   - path: the file's path.
  ///   - advice: what to do where the file was changed on purpose.
  /// - Returns: the file, and whether it has a checksum; files of earlier versions have none.
  /// - Throws: `GasError` if the file cannot be read, is no JSON object, or is not as it was written.
  static func read(_ path: String, advice: String) throws -> (data: Data, isSealed: Bool) {
    let file = try MappedFile(opening: path)
    guard file.byteCount <= largestBytes else {
      throw GasError("not what gas-run writes: it has \(file.byteCount) bytes", file: path)
    }
    let data = Data(file.bytes)
    let declared: EmbeddedChecksum
    do {
      declared = try JSONNumber.decode(EmbeddedChecksum.self, from: data)
    } catch {
      throw GasError("not what gas-run writes", file: path, advice: "the file is damaged")
    }
    return (data, try declared.check([UInt8](data), file: path, advice: advice))
  }

  /// The contents and the checksum as keys of one object.
  private struct Sealed<Contents: Encodable>: Encodable {
    let contents: Contents

    func encode(to encoder: any Encoder) throws {
      try contents.encode(to: encoder)
      try EmbeddedChecksum.blank.encode(to: encoder)
    }
  }
}
