import GasBase
import Glibc

/// A file without a name that bytes are set aside in: appended, and read back in any order. It is gone with this
/// object, however the process ends.
///
/// One thread appends; then any number may read.
public final class ScratchFile: @unchecked Sendable {
  /// What messages call the file.
  public let path: String
  /// How many bytes have been appended.
  public var byteCount: Int { writeBehind.position }
  private let descriptor: Int32
  private var writeBehind = WriteBehind()

  /// Makes an empty file.
  ///
  /// - Parameter path: a name inside the folder whose disk takes the bytes. Messages use it, and no file gets it.
  /// - Throws: `GasError` if the file cannot be made.
  public init(creating path: String) throws {
    self.path = path
    descriptor = try POSIX.createScratch(for: path)
  }

  deinit { close(descriptor) }

  /// Appends bytes.
  ///
  /// - Parameter bytes: what to write.
  /// - Returns: where they begin in the file.
  /// - Throws: `GasError` if the disk fails.
  @discardableResult
  public func append(_ bytes: UnsafeRawBufferPointer) throws -> Int {
    let start = byteCount
    try writeBehind.append(bytes, to: descriptor, path)
    return start
  }

  /// Fills `target` with the bytes from `offset` on.
  ///
  /// - Parameters:
  ///   - offset: where to begin.
  ///   - target: memory for bytes that were all appended before.
  /// - Throws: `GasError` if the disk fails.
  public func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws {
    precondition(offset >= 0 && offset + target.count <= byteCount, "only what was appended can be read")
    try POSIX.read(descriptor, into: target, at: offset, path)
  }
}
