import GasBase
import Glibc

/// An existing file that gets longer: a log. Not thread-safe.
public final class GrowingFile {
  /// The name that the file was opened by.
  public let path: String
  /// The size of the file in bytes.
  public private(set) var byteCount: Int
  private let descriptor: Int32

  /// Opens a file for appending.
  ///
  /// - Parameter path: an existing file.
  /// - Throws: `GasError` if the file does not exist or cannot be written.
  public init(opening path: String) throws {
    self.path = path
    (descriptor, byteCount) = try POSIX.openRegular(path, O_RDWR)
  }

  deinit { close(descriptor) }

  /// Whether the file still has its name, and ends with what was appended.
  public var isInPlace: Bool {
    var (own, named) = (stat(), stat())
    return fstat(descriptor, &own) == 0 && stat(path, &named) == 0 && own.st_ino == named.st_ino
      && own.st_dev == named.st_dev && Int(own.st_size) == byteCount
  }

  /// Appends bytes.
  ///
  /// - Parameter bytes: what to write.
  /// - Throws: `GasError` if the disk fails; a part may have been written then.
  public func append(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try POSIX.overwrite(descriptor, $0, at: byteCount, path) }
    byteCount += bytes.count
  }

  /// Drops what was appended behind an offset, with what of a failed `append` was written.
  ///
  /// - Parameter offset: the size that the file gets, at most that which it has.
  /// - Throws: `GasError` if the disk fails.
  public func cut(to offset: Int) throws {
    precondition(offset <= byteCount, "a log is cut, and not made longer")
    try POSIX.extend(descriptor, to: offset, reserved: false, path)
    byteCount = offset
  }

  /// Returns when all that was appended is on the disk.
  ///
  /// - Throws: `GasError` if the disk fails.
  public func sync() throws { try POSIX.sync(descriptor, path) }
}
