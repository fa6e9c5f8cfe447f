import GasBase
import GasFiles
import Glibc

/// A text that goes to a file, packed or not, or to standard output. A terminal gets no control characters. Not
/// thread-safe.
package final class TextOutput {
  private enum Target {
    case file(FileWriter)
    case standardOutput
  }

  private let target: Target
  private let packer: Deflater?
  private lazy var isTerminal = isatty(STDOUT_FILENO) == 1

  /// Makes a file that gets its name when it is ready.
  ///
  /// - Parameters:
  ///   - path: the name.
  ///   - isPacked: whether the text is packed by gzip.
  /// - Throws: `GasError` if the file cannot be made.
  package init(drafting path: String, isPacked: Bool) throws {
    target = .file(try FileWriter(drafting: path))
    packer = isPacked ? Deflater() : nil
  }

  /// Writes to standard output.
  package init() {
    (target, packer) = (.standardOutput, nil)
  }

  /// Appends text.
  ///
  /// - Parameter bytes: the text in UTF-8.
  /// - Throws: `GasError` if the disk fails, and what `StandardStreams.write` throws.
  package func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { bytes in
      guard let packer else { return try put(bytes) }
      try packer.pack(bytes, isLast: false, to: put)
    }
  }

  /// Ends the text, and waits until all of it is on the disk.
  ///
  /// - Parameter replaces: what the file will take the place of.
  /// - Returns: the file, to be published; `nil` for standard output.
  /// - Throws: `GasError` if the disk fails.
  package func ready(replaces: Replacement) throws -> ReadyFile? {
    if let packer { try packer.pack(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true, to: put) }
    guard case .file(let writer) = target else { return nil }
    return try writer.ready(replaces: replaces)
  }

  private func put(_ bytes: UnsafeRawBufferPointer) throws {
    switch target {
    case .file(let writer): try writer.write(bytes)
    case .standardOutput where isTerminal:
      let text = String(decoding: bytes, as: UTF8.self).printable(keepsLines: true)
      try Array(text.utf8).withUnsafeBytes { try StandardStreams.write($0) }
    case .standardOutput: try StandardStreams.write(bytes)
    }
  }
}
