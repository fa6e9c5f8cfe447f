import CLinux
import GasBase
import Glibc

/// System calls that retry on EINTR and turn `errno` into a `GasError` that names the file. Nearly all of the program's
/// are made here.
package enum POSIX {
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
      case EACCES, EPERM: barrier(to: path) ?? "check the permissions"
      case ENOENT: "check the path"
      default: nil
      }
    return GasError("cannot \(action): \(String(cString: strerror(code)))", file: path, advice: advice)
  }

  /// What keeps this user from reading a file: a folder above it, or the file itself; `nil` if neither does.
  private static func barrier(to path: String) -> String? {
    let parts = path.split(separator: "/")
    for count in 1..<max(1, parts.count) {
      let folder = (path.hasPrefix("/") ? "/" : "") + parts[..<count].joined(separator: "/")
      if access(folder, X_OK) != 0 && errno == EACCES {
        return "this user may not look into \(folder): ask its owner for access"
      }
    }
    return access(path, R_OK) != 0 && errno == EACCES ? "this user may not read it: ask its owner for access" : nil
  }

  /// Opens an existing file; `POSIX.create` makes files.
  static func open(_ path: String, _ flags: Int32, action: String) throws -> Int32 {
    Int32(try call(action, path) { Int(Glibc.open(path, flags | O_CLOEXEC)) })
  }

  /// Opens a file that has to be regular: a pipe that nobody writes to, or a device, is refused and not waited for.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - flags: `O_RDONLY` or `O_RDWR`, and others.
  /// - Returns: a descriptor and the file's size.
  /// - Throws: `GasError` if the file cannot be opened or is not regular.
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

  /// Fills `target` with the bytes from an offset on.
  static func read(
    _ descriptor: Int32, into target: UnsafeMutableRawBufferPointer, at offset: Int, _ path: String
  ) throws {
    var done = 0
    while done < target.count {
      let count = try call("read", path) {
        pread(descriptor, target.baseAddress! + done, target.count - done, off_t(offset + done))
      }
      guard count > 0 else { throw GasError("the file has become shorter", file: path, at: .offset(offset + done)) }
      done += count
    }
  }

  private static func kind(_ mode: mode_t) -> String {
    switch mode & S_IFMT {
    case S_IFDIR: "a folder"
    case S_IFIFO: "a pipe"
    case S_IFSOCK: "a socket"
    default: "a device"
    }
  }

  /// Starts to write changed pages of a range to the disk; if `waits`, returns when they are there.
  ///
  /// Where the file system cannot do that, nothing is done: it saves memory and changes no contents.
  static func writeBack(_ descriptor: Int32, _ range: Range<Int>, waits: Bool, _ path: String) throws {
    while gas_write_back(descriptor, Int64(range.lowerBound), Int64(range.count), waits ? 1 : 0) == -1 {
      let code = errno
      if code == EINTR { continue }
      // A failed write is reported here once; the sync at the end would not report it again.
      guard code == ENOSYS || code == EINVAL || code == ESPIPE || code == EOPNOTSUPP else {
        throw error("write", path, code)
      }
      return
    }
  }

  /// Gives the disk space of a range back, where the file system can.
  static func freeSpace(_ descriptor: Int32, _ range: Range<Int>) {
    _ = gas_free_space(descriptor, Int64(range.lowerBound), Int64(range.count))
  }

  /// Takes clean pages of a file out of the page cache.
  static func dropPages(_ descriptor: Int32, _ range: Range<Int>) {
    _ = posix_fadvise(descriptor, off_t(range.lowerBound), off_t(range.count), POSIX_FADV_DONTNEED)
  }
}
