import Foundation
import GasBase

/// Writes a new file front to back through a buffer. Not thread-safe.
///
/// A large file is sent to the disk as it grows and does not stay in the page cache (`WriteBehind`).
///
/// A draft that is dropped before it is published is gone; a file that was created under its name stays, for its folder's owner to
/// remove.
public final class FileWriter {
  public let path: String
  public private(set) var byteCount = 0
  private var descriptor: Int32
  /// Owns the descriptor where the file has not got its name yet.
  private let draft: DraftFile?
  private var buffer: [UInt8] = []
  /// Has written all that is not in the buffer.
  private var writeBehind = WriteBehind()
  private static let bufferBytes = 1 << 20

  /// Makes a file under its own name, inside a folder that is itself not finished.
  public init(creating path: String) throws {
    self.path = path
    draft = nil
    descriptor = try POSIX.create(path)
    buffer.reserveCapacity(Self.bufferBytes)
  }

  /// Makes a file that gets its name when it is `ready`.
  package init(drafting path: String) throws {
    self.path = path
    let draft = try DraftFile(for: path)
    self.draft = draft
    descriptor = draft.descriptor
    buffer.reserveCapacity(Self.bufferBytes)
  }

  deinit {
    if draft == nil && descriptor >= 0 { Foundation.close(descriptor) }
  }

  public func write(_ bytes: UnsafeRawBufferPointer) throws {
    byteCount += bytes.count
    if buffer.count + bytes.count > Self.bufferBytes { try flush() }
    if bytes.count >= Self.bufferBytes {
      try writeBehind.append(bytes, to: descriptor, path)
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
    try POSIX.extend(descriptor, to: byteCount, reserved: reserves, path)
    self.byteCount = byteCount
  }

  /// Waits until a draft's bytes are on the disk, so that nothing but the name is missing.
  ///
  /// - Parameter replaces: whether the file will take the place of what has its name.
  package func ready(replaces: Bool = true) throws -> ReadyFile {
    guard let draft else { preconditionFailure("\(path) has its name") }
    try sync()
    return ReadyFile(draft: draft, replaces: replaces)
  }

  private func sync() throws {
    try flush()
    try POSIX.sync(descriptor, path)
  }

  /// Gives a draft up.
  package func discard() { draft?.discard() }

  /// The draft as bytes in memory, its full size and all.
  package func mapped() throws -> MappedFile {
    try flush()
    return try MappedFile(sharing: descriptor, path)
  }

  public func close() throws {
    precondition(draft == nil, "a draft is published")
    guard descriptor >= 0 else { return }
    try sync()
    let closing = descriptor
    descriptor = -1
    // Some file systems report a failed write only here. After EINTR the descriptor is gone all the same.
    if Foundation.close(closing) == -1 && errno != EINTR { throw POSIX.error("close", path, errno) }
  }

  private func flush() throws {
    try buffer.withUnsafeBytes { try writeBehind.append($0, to: descriptor, path) }
    buffer.removeAll(keepingCapacity: true)
  }
}
