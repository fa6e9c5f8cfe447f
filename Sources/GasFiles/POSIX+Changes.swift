import CLinux
import GasBase
import Glibc

/// The calls that change the disk. Each is reported to `DiskSeam` first.
extension POSIX {
  /// Makes a file that does not exist yet, never through a link.
  static func create(_ path: String) throws -> Int32 {
    let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    return Int32(
      try change("create", .init(.create, path), file: path) { _ in Int(Glibc.open(path, flags, 0o666)) })
  }

  /// Makes a file that has no name, on the disk where `path` would be.
  ///
  /// - Parameters:
  ///   - path: a name in the folder; no file gets it.
  ///   - isToBeNamed: whether `link` will give the file a name.
  /// - Returns: a descriptor; nil if the file system has no such files.
  /// - Throws: `GasError` if the folder cannot be written.
  static func createNameless(for path: String, isToBeNamed: Bool) throws -> Int32? {
    let folder = AtomicFile.parent(of: path)
    let flags = O_RDWR | O_DIRECTORY | O_CLOEXEC | gas_nameless_flag() | (isToBeNamed ? 0 : O_EXCL)
    let (descriptor, code) = attempt(.init(.createNameless, path)) { _ in Int(Glibc.open(folder, flags, 0o666)) }
    if descriptor != -1 { return Int32(descriptor) }
    // A file system or a kernel without such files says one of these; errors of the folder itself come up again when a
    // name is made in it.
    guard [EOPNOTSUPP, EISDIR, EINVAL, ENOENT, ENOTDIR, ENOSYS].contains(code) else {
      throw error("create", path, code)
    }
    return nil
  }

  /// Writes all of `bytes` at an offset.
  static func overwrite(
    _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int, _ path: String
  ) throws {
    var done = 0
    while done < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
      done += try write(descriptor, rest, at: offset + done, path)
    }
  }

  /// Writes some of `bytes` and returns how many.
  static func write(
    _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int, _ path: String
  ) throws -> Int {
    try change(
      "write", .init(.write, path, descriptor: descriptor, offset: offset, bytes: bytes), file: path,
      byteCount: bytes.count
    ) {
      pwrite(descriptor, bytes.baseAddress!, $0, off_t(offset))
    }
  }

  /// Gives a file its size and, where it is `reserved`, the disk space for it, if the file system can do that.
  static func extend(_ descriptor: Int32, to byteCount: Int, reserved: Bool, _ path: String) throws {
    let change = DiskSeam.Change(.extend, path, descriptor: descriptor, offset: byteCount)
    if reserved && byteCount > 0 {
      let (result, code) = attempt(change) { _ in Int(gas_reserve(descriptor, Int64(byteCount))) }
      if result != -1 { return }
      guard code == EOPNOTSUPP || code == ENOSYS else { throw error("extend", path, code) }
    }
    try self.change("extend", change, file: path) { _ in Int(ftruncate(descriptor, off_t(byteCount))) }
  }

  static func sync(_ descriptor: Int32, _ path: String) throws {
    try change("sync", .init(.sync, path, descriptor: descriptor), file: path) { _ in Int(fsync(descriptor)) }
  }

  /// Makes names created in or renamed into a directory durable.
  ///
  /// - Parameter path: the directory.
  /// - Throws: `GasError` if it cannot be opened, or the disk fails.
  package static func syncDirectory(_ path: String) throws {
    let descriptor = try open(path, O_RDONLY | O_DIRECTORY, action: "open the folder")
    defer { close(descriptor) }
    try change("sync the folder", .init(.syncFolder, path, descriptor: descriptor), file: path) { _ in
      Int(fsync(descriptor))
    }
  }

  /// Names a file that has no name. Returns false if something has the name already.
  static func link(_ descriptor: Int32, to path: String) throws -> Bool {
    let source = "/proc/self/fd/\(descriptor)"
    let (result, code) = attempt(.init(.link, source, target: path, descriptor: descriptor)) { _ in
      Int(linkat(AT_FDCWD, source, AT_FDCWD, path, AT_SYMLINK_FOLLOW))
    }
    guard result == -1 else { return true }
    guard code == EEXIST else { throw error("create", path, code) }
    return false
  }

  /// Gives a file another name, in the place of what has it.
  static func rename(_ from: String, to: String) throws {
    try change("rename to \(to)", .init(.rename, from, target: to), file: from) { _ in
      Int(Glibc.rename(from, to))
    }
  }

  /// Gives a file another name. Returns false if something has that name already.
  static func renameNew(_ from: String, to: String) throws -> Bool {
    let (result, code) = attempt(.init(.rename, from, target: to)) { _ in Int(gas_rename_new(from, to)) }
    if result != -1 { return true }
    if code == EEXIST { return false }
    guard code == EINVAL || code == ENOSYS else { throw error("rename to \(to)", from, code) }
    // Where the file system cannot rename so, the file has two names for a moment.
    let (linked, problem) = attempt(.init(.link, from, target: to)) { _ in Int(Glibc.link(from, to)) }
    if linked == -1 && problem == EEXIST { return false }
    guard linked != -1 else { throw error("rename to \(to)", from, problem) }
    try remove(from)
    return true
  }

  /// Swaps two names in one step, so that neither is ever missing. Returns false if the file system cannot do that.
  static func exchange(_ a: String, _ b: String) throws -> Bool {
    let (result, code) = attempt(.init(.exchange, a, target: b)) { _ in Int(gas_exchange_names(a, b)) }
    if result != -1 { return true }
    guard code == EINVAL || code == ENOSYS else { throw error("exchange with \(b)", a, code) }
    return false
  }

  /// Makes a folder that does not exist yet.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - name: what messages call it; its path if nil.
  /// - Returns: false if something has the path.
  /// - Throws: `GasError` if it cannot be made.
  static func makeFolder(_ path: String, named name: String? = nil) throws -> Bool {
    let (result, code) = attempt(.init(.makeFolder, path)) { _ in Int(mkdir(path, 0o777)) }
    guard result == -1 else { return true }
    guard code == EEXIST else { throw error("create the folder", name ?? path, code) }
    return false
  }

  /// Removes a file's name, or a link. What is gone already is no error.
  static func remove(_ path: String) throws {
    let (result, code) = attempt(.init(.remove, path)) { _ in Int(unlink(path)) }
    guard result != -1 || code == ENOENT else { throw error("remove", path, code) }
  }
}
