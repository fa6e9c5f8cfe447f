import GasBase
import Glibc

/// Writes a new file front to back through a buffer. Not thread-safe.
///
/// A large file is sent to the disk as it grows and does not stay in the page cache (`WriteBehind`).
///
/// A draft that is dropped before it is published is gone; a file that was created under its name stays, for its
/// folder's owner to remove.
public final class FileWriter {
  /// The name that the file has or is to get.
  public let path: String
  /// The size of the file so far, in bytes.
  public private(set) var byteCount = 0
  private var descriptor: Int32
  /// Owns the descriptor if the file does not have its name yet.
  private let draft: DraftFile?
  private var buffer: [UInt8] = []
  /// Has written all that is not in the buffer.
  private var writeBehind = WriteBehind()
  private static let bufferBytes = 1 << 20

  /// Makes a file under its own name, inside a folder that is itself not finished.
  ///
  /// - Parameter path: a free name.
  /// - Throws: `GasError` if the file cannot be made.
  public init(creating path: String) throws {
    self.path = path
    draft = nil
    descriptor = try POSIX.create(path)
    buffer.reserveCapacity(Self.bufferBytes)
  }

  /// Makes a file that gets its name when it is `ready`.
  ///
  /// - Parameter path: the name.
  /// - Throws: `GasError` if the file cannot be made.
  package init(drafting path: String) throws {
    self.path = path
    let draft = try DraftFile(for: path)
    self.draft = draft
    descriptor = draft.descriptor
    buffer.reserveCapacity(Self.bufferBytes)
  }

  deinit {
    if draft == nil && descriptor >= 0 { Glibc.close(descriptor) }
  }

  /// Appends bytes.
  ///
  /// - Parameter bytes: what to write.
  /// - Throws: `GasError` if the disk fails.
  public func write(_ bytes: UnsafeRawBufferPointer) throws {
    byteCount += bytes.count
    if buffer.count + bytes.count > Self.bufferBytes { try flush() }
    if bytes.count >= Self.bufferBytes {
      try writeBehind.append(bytes, to: descriptor, path)
    } else {
      buffer.append(contentsOf: bytes)
    }
  }

  /// Appends bytes.
  ///
  /// - Parameter bytes: what to write.
  /// - Throws: `GasError` if the disk fails.
  public func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try write($0) }
  }

  /// Appends text as UTF-8.
  ///
  /// - Parameter text: what to write.
  /// - Throws: `GasError` if the disk fails.
  public func write(_ text: String) throws {
    try write(Array(text.utf8))
  }

  /// Overwrites bytes that were written before, such as a header once lengths are known.
  ///
  /// - Parameters:
  ///   - bytes: what to write.
  ///   - offset: where they go in the file; they end inside of what was written.
  /// - Throws: `GasError` if the disk fails.
  public func overwrite(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
    precondition(offset + bytes.count <= byteCount, "only what is there can be overwritten")
    try flush()
    try POSIX.overwrite(descriptor, bytes, at: offset, path)
  }

  /// Appends zeros up to an offset; none if the file is that long already.
  ///
  /// - Parameter offset: the size that the file gets.
  /// - Throws: `GasError` if the disk fails.
  public func pad(to offset: Int) throws {
    try write([UInt8](repeating: 0, count: max(0, offset - byteCount)))
  }

  /// Appends zeros that take no disk space, where the file system has holes. More has to be written behind them.
  ///
  /// - Parameter count: how many bytes.
  /// - Throws: `GasError` if the disk fails.
  func skip(_ count: Int) throws {
    try flush()
    writeBehind.skip(count)
    byteCount += count
  }

  /// Lengthens the file with zeros.
  ///
  /// A file that is mapped is written to later, and if the disk is full by then, the process is killed: so disk space
  /// is reserved now.
  ///
  /// - Parameters:
  ///   - byteCount: the size that the file gets.
  ///   - reserves: whether disk space for it is set aside.
  /// - Throws: `GasError` if the disk fails or is too full.
  public func extend(to byteCount: Int, reserves: Bool = true) throws {
    try flush()
    try POSIX.extend(descriptor, to: byteCount, reserved: reserves, path)
    self.byteCount = byteCount
  }

  /// Waits until a draft's bytes are on the disk, so that nothing but the name is missing.
  ///
  /// - Parameter replaces: what the file will take the place of.
  /// - Returns: the file, to be published.
  /// - Throws: `GasError` if the disk fails.
  package func ready(replaces: Replacement = .anything) throws -> ReadyFile {
    guard let draft else { preconditionFailure("\(path) has its name") }
    try sync()
    return ReadyFile(draft: draft, replaces: replaces)
  }

  private func sync() throws {
    try flush()
    try POSIX.sync(descriptor, path)
  }

  /// Removes a draft.
  package func discard() { draft?.discard() }

  /// Maps the draft as it is now, for reading and writing.
  ///
  /// - Returns: the mapping.
  /// - Throws: `GasError` if the disk fails or the file cannot be mapped.
  package func mapped() throws -> MappedFile {
    try flush()
    return try MappedFile(sharing: descriptor, path)
  }

  /// Syncs and closes a file that was created under its own name. A second call does nothing.
  ///
  /// - Throws: `GasError` if the disk fails.
  public func close() throws {
    precondition(draft == nil, "a draft is published")
    guard descriptor >= 0 else { return }
    try sync()
    let closing = descriptor
    descriptor = -1
    // Some file systems report a failed write only here. After EINTR the descriptor is gone all the same.
    if Glibc.close(closing) == -1 && errno != EINTR { throw POSIX.error("close", path, errno) }
  }

  private func flush() throws {
    try buffer.withUnsafeBytes { try writeBehind.append($0, to: descriptor, path) }
    buffer.removeAll(keepingCapacity: true)
  }
}
