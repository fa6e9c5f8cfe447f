import Foundation
import GasBase

/// A file without a name that bytes are set aside in: appended, and read back in any order. It is gone with this
/// object, however the process ends.
///
/// One thread appends; then any number may read.
public final class ScratchFile: @unchecked Sendable {
  /// What messages call the file.
  public let path: String
  /// How many bytes were appended.
  public private(set) var byteCount = 0
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
    var done = 0
    while done < bytes.count {
      let count = min(bytes.count - done, WriteBehind.windowBytes)
      let part = UnsafeRawBufferPointer(rebasing: bytes[done..<done + count])
      done += try POSIX.write(descriptor, part, at: start + done, path)
      byteCount = start + done
      try writeBehind.advance(descriptor, to: byteCount, path)
    }
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
    var done = 0
    while done < target.count {
      let count = try POSIX.call("read", path) {
        pread(descriptor, target.baseAddress! + done, target.count - done, off_t(offset + done))
      }
      guard count > 0 else { throw GasError("the file has become shorter", file: path, at: .offset(offset + done)) }
      done += count
    }
  }
}
