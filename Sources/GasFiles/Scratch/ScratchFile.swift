import Foundation
import GasBase

/// A file without a name, to set bytes aside in: appended to, read back in any order, and gone with its handle however the process
/// ends.
///
/// One thread appends; then any number may read.
public final class ScratchFile: @unchecked Sendable {
  public let path: String
  public var byteCount: Int { writeBehind.position }
  private let descriptor: Int32
  private var writeBehind = WriteBehind()

  /// - Parameter path: a name inside the folder whose disk takes the bytes; messages use it, and nothing gets it.
  public init(creating path: String) throws {
    self.path = path
    descriptor = try POSIX.createScratch(for: path)
  }

  deinit { close(descriptor) }

  /// - Returns: where the bytes begin.
  @discardableResult
  public func append(_ bytes: UnsafeRawBufferPointer) throws -> Int {
    let start = byteCount
    try writeBehind.append(bytes, to: descriptor, path)
    return start
  }

  /// Fills `target` with the bytes from `offset` on.
  public func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws {
    precondition(offset >= 0 && offset + target.count <= byteCount, "only what was appended can be read")
    try POSIX.read(descriptor, into: target, at: offset, path)
  }
}
