/// A compression format: one or more self-contained pieces, one after the other. An instance unpacks one file.
///
/// Not thread-safe.
protocol Packing: AnyObject, SendableMetatype {
  /// What messages call the format, and one of its pieces.
  static var name: String { get }
  static var piece: String { get }
  /// The endings of the format's file names.
  static var endings: [String] { get }
  /// The program that writes what is in a file to its standard output.
  static var command: String { get }

  /// Whether data that begin with these bytes are of this format.
  static func starts(_ bytes: UnsafeRawBufferPointer) -> Bool
  /// Whether a piece may begin with this byte: more may not have been read yet.
  static func mayStart(_ byte: UInt8) -> Bool

  /// Starts at the beginning of a file.
  ///
  /// - Parameter memoryBytes: how much memory unpacking may take.
  init(memoryBytes: Int)
  /// Unpacks as much as the input gives and the output takes; without input, what is still inside.
  func unpack(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Inflater.Step
  /// Starts over, for the next piece.
  func reset()
}

/// The compression formats that can be read.
package enum Packings {
  private static let all: [any Packing.Type] = [
    GzipPacking.self, ZstdPacking.self, Bzip2Packing.self, XzPacking.self,
  ]

  static func unpacker(startingWith bytes: UnsafeRawBufferPointer, _ memoryBytes: Int) -> (any Packing)? {
    all.first { $0.starts(bytes) }?.init(memoryBytes: memoryBytes)
  }

  static func unpacker(forEndingOf path: String, _ memoryBytes: Int) -> (any Packing)? {
    all.first { $0.endings.contains(where: path.hasSuffix) }?.init(memoryBytes: memoryBytes)
  }

  /// The format of data that begin with these bytes, for messages.
  static func name(startingWith bytes: UnsafeRawBufferPointer) -> String? { all.first { $0.starts(bytes) }?.name }

  /// Whether a file's name says that it is a tar archive, packed or not.
  static func isTar(endingOf path: String) -> Bool {
    plainName(of: path).hasSuffix(".tar") || [".tgz", ".tbz", ".tbz2", ".txz", ".tzst"].contains(where: path.hasSuffix)
  }

  /// A command that writes what is in a packed file to its standard output.
  ///
  /// - Parameter path: the file.
  /// - Returns: the command; `nil` if the name is not that of a packed file.
  static func command(unpacking path: String) -> String? {
    let kind = all.first { $0.endings.contains(where: path.hasSuffix) }
    let program = isTar(endingOf: path) ? "tar -xOf" : kind?.command
    return program.map { "\($0) \(path.shellWord)" }
  }

  /// A path without the ending of a packed file.
  package static func plainName(of path: String) -> String {
    let ending = all.flatMap { $0.endings }.first(where: path.hasSuffix) ?? ""
    return String(path.dropLast(ending.count))
  }
}

/// gzip, RFC 1952.
final class GzipPacking: Packing {
  static let name = "gzip"
  static let piece = "member"
  static let endings = [".gz", ".tgz"]
  static let command = "zcat"
  private let inflater = Inflater(format: .gzip)

  /// Starts at the beginning of a file.
  ///
  /// - Parameter memoryBytes: not used: gzip takes 40 KiB.
  init(memoryBytes: Int) {}

  static func starts(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.starts(with: [0x1f, 0x8b]) }
  static func mayStart(_ byte: UInt8) -> Bool { byte == 0x1f }

  func unpack(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Inflater.Step {
    inflater.inflate(input, into: output)
  }

  func reset() { inflater.reset() }
}
