import CLinux
import Foundation
import GasBase

/// The one place where system calls are made: retries on EINTR, turns `errno` into a `GasError` that names the file.
enum POSIX {
  @discardableResult
  static func call(_ action: String, _ path: String, _ body: () -> Int) throws -> Int {
    while true {
      let result = body()
      if result != -1 { return result }
      let code = errno
      if code == EINTR { continue }
      throw error(action, path, code)
    }
  }

  static func error(_ action: String, _ path: String, _ code: Int32) -> GasError {
    let advice: String? =
      switch code {
      case ENOSPC, EDQUOT: "free some space and run again"
      case EACCES, EPERM: "check the permissions"
      case ENOENT: "check the path"
      default: nil
      }
    return GasError("cannot \(action): \(String(cString: strerror(code)))", file: path, advice: advice)
  }

  static func open(_ path: String, _ flags: Int32, action: String) throws -> Int32 {
    Int32(try call(action, path) { Int(Foundation.open(path, flags | O_CLOEXEC, 0o666)) })
  }

  /// Opens what has to be a regular file: a pipe that nobody writes to, or a device, is refused and not waited for.
  ///
  /// - Returns: a descriptor and the file's size.
  static func openRegular(_ path: String, _ flags: Int32) throws -> (descriptor: Int32, byteCount: Int) {
    let descriptor = try open(path, flags | O_NONBLOCK, action: "open")
    do {
      return (descriptor, try size(of: descriptor, path))
    } catch {
      close(descriptor)
      throw error
    }
  }

  static func size(of descriptor: Int32, _ path: String) throws -> Int {
    var status = stat()
    try call("look at", path) { Int(fstat(descriptor, &status)) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw GasError(expected: "a regular file", found: kind(status.st_mode), file: path)
    }
    return Int(status.st_size)
  }

  private static func kind(_ mode: mode_t) -> String {
    switch mode & S_IFMT {
    case S_IFDIR: "a folder"
    case S_IFIFO: "a pipe"
    case S_IFSOCK: "a socket"
    default: "a device"
    }
  }

  /// Reads all of a small regular file.
  ///
  /// - Throws: `GasError` if it is none, longer than `limit`, or cannot be read.
  static func contents(of path: String, atMost limit: Int) throws -> [UInt8] {
    let (descriptor, byteCount) = try openRegular(path, O_RDONLY)
    defer { close(descriptor) }
    guard byteCount <= limit else {
      throw GasError(expected: "a file of at most \(limit) bytes", found: "\(byteCount)", file: path)
    }
    return try [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      while count < byteCount {
        let read = try call("read", path) {
          Foundation.read(descriptor, buffer.baseAddress! + count, byteCount - count)
        }
        if read == 0 { break }
        count += read
      }
    }
  }

  /// Gives a file its size and the disk space for it.
  ///
  /// - Returns: false where the file system cannot do that.
  static func reserve(_ descriptor: Int32, byteCount: Int, _ path: String) throws -> Bool {
    guard byteCount > 0 else { return false }
    while gas_reserve(descriptor, Int64(byteCount)) == -1 {
      let code = errno
      if code == EINTR { continue }
      guard code == EOPNOTSUPP || code == ENOSYS else { throw error("extend", path, code) }
      return false
    }
    return true
  }

  /// Writes all of `bytes` at an offset.
  static func overwrite(
    _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int, _ path: String
  ) throws {
    var done = 0
    while done < bytes.count {
      done += try call("write", path) {
        pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
      }
    }
  }

  /// Starts writing changed pages to the disk; where `waits`, returns when they are there.
  ///
  /// A file system that cannot do that goes on as it would have: it is a matter of memory, not of contents.
  static func writeBack(_ descriptor: Int32, _ range: Range<Int>, waits: Bool, _ path: String) throws {
    while gas_write_back(descriptor, Int64(range.lowerBound), Int64(range.count), waits ? 1 : 0) == -1 {
      let code = errno
      if code == EINTR { continue }
      // A failed write is said here once; the sync at the end would not say it again.
      guard code == ENOSYS || code == EINVAL || code == ESPIPE || code == EOPNOTSUPP else {
        throw error("write", path, code)
      }
      return
    }
  }

  /// Gives a range's disk space back, where the file system can.
  static func freeSpace(_ descriptor: Int32, _ range: Range<Int>) {
    _ = gas_free_space(descriptor, Int64(range.lowerBound), Int64(range.count))
  }

  /// Takes clean pages of a file out of the page cache.
  static func dropPages(_ descriptor: Int32, _ range: Range<Int>) {
    _ = posix_fadvise(descriptor, off_t(range.lowerBound), off_t(range.count), POSIX_FADV_DONTNEED)
  }

  /// Makes names created in or renamed into a directory durable.
  static func syncDirectory(_ path: String) throws {
    let descriptor = try open(path, O_RDONLY | O_DIRECTORY, action: "open the folder")
    defer { close(descriptor) }
    try call("sync the folder", path) { Int(fsync(descriptor)) }
  }

  static func rename(_ from: String, to: String) throws {
    try call("rename to \(to)", from) { Int(Foundation.rename(from, to)) }
  }

  /// Swaps two names in one step, so that neither is ever missing.
  ///
  /// - Returns: false where the file system cannot do that.
  static func exchange(_ a: String, _ b: String) throws -> Bool {
    if gas_exchange_names(a, b) == 0 { return true }
    guard errno == EINVAL || errno == ENOSYS else { throw error("exchange with \(b)", a, errno) }
    return false
  }
}
