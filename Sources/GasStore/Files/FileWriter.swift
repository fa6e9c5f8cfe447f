import Foundation
import GasBase

/// Writes a new file front to back through a buffer. Not thread-safe.
///
/// A large file is sent to the disk as it grows and does not stay in the page cache (`WriteBehind`).
///
/// A writer that is dropped before `close` leaves a file behind that its owner (`AtomicFile`, `StoreWriter`) removes.
public final class FileWriter {
  public let path: String
  public private(set) var byteCount = 0
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  private var writeBehind = WriteBehind()
  /// What has been written of the file; the buffer comes after it.
  private var position = 0
  private static let bufferBytes = 1 << 20

  public init(creating path: String) throws {
    self.path = path
    descriptor = try POSIX.open(path, O_RDWR | O_CREAT | O_EXCL, action: "create")
    buffer.reserveCapacity(Self.bufferBytes)
  }

  deinit {
    if descriptor >= 0 { Foundation.close(descriptor) }
  }

  public func write(_ bytes: UnsafeRawBufferPointer) throws {
    byteCount += bytes.count
    if buffer.count + bytes.count > Self.bufferBytes { try flush() }
    if bytes.count >= Self.bufferBytes {
      try writeAll(bytes)
    } else {
      buffer.append(contentsOf: bytes)
    }
  }

  public func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try write($0) }
  }

  public func write(_ text: String) throws {
    try write(Array(text.utf8))
  }

  /// Overwrites bytes that were written before, as headers want once lengths are known.
  public func overwrite(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
    precondition(offset + bytes.count <= byteCount, "only what is there can be overwritten")
    try flush()
    try POSIX.overwrite(descriptor, bytes, at: offset, path)
  }

  public func pad(to offset: Int) throws {
    try write([UInt8](repeating: 0, count: max(0, offset - byteCount)))
  }

  /// Lengthens the file with zeros and, where `reserves`, sets disk space aside for them.
  ///
  /// Whoever maps the file writes to it later, and a disk that is full by then has no other answer than to kill the process.
  public func extend(to byteCount: Int, reserves: Bool = true) throws {
    try flush()
    let isReserved = try reserves && POSIX.reserve(descriptor, byteCount: byteCount, path)
    if !isReserved { try POSIX.call("extend", path) { Int(ftruncate(descriptor, off_t(byteCount))) } }
    self.byteCount = byteCount
  }

  public func close(sync: Bool = true) throws {
    guard descriptor >= 0 else { return }
    try flush()
    if sync { try POSIX.call("sync", path) { Int(fsync(descriptor)) } }
    let closing = descriptor
    descriptor = -1
    // Some file systems report a failed write only here. After EINTR the descriptor is gone all the same.
    if Foundation.close(closing) == -1 && errno != EINTR { throw POSIX.error("close", path, errno) }
  }

  private func flush() throws {
    try buffer.withUnsafeBytes { try writeAll($0) }
    buffer.removeAll(keepingCapacity: true)
  }

  private func writeAll(_ bytes: UnsafeRawBufferPointer) throws {
    var done = 0
    while done < bytes.count {
      let count = min(bytes.count - done, WriteBehind.windowBytes)
      let written = try POSIX.call("write", path) {
        Foundation.write(descriptor, bytes.baseAddress! + done, count)
      }
      done += written
      position += written
      try writeBehind.advance(descriptor, to: position, path)
    }
  }
}
