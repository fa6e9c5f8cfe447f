import GasBase
import Glibc

/// Makes and removes folders. What is made is durable in its parent; links are never followed when things are removed.
public enum FileTree {
  /// Makes a folder if it does not exist, and those above it.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - isDurable: whether the names are synced; false for what need not outlive the process.
  /// - Returns: the paths of the folders that were made, outermost first.
  /// - Throws: `GasError` if a folder cannot be made, or something else has its name.
  @discardableResult
  public static func makeFolders(_ path: String, isDurable: Bool = true) throws -> [String] {
    var status = stat()
    if stat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFDIR else {
        throw GasError("cannot create the folder: a file has this name", file: path, advice: "name another")
      }
      return []
    }
    let parent = AtomicFile.parent(of: path)
    let above = parent == path || parent == "." ? [] : try makeFolders(parent, isDurable: isDurable)
    // Another process may have been faster.
    guard try POSIX.makeFolder(path) else { return above }
    do {
      if isDurable { try POSIX.syncDirectory(parent) }
    } catch {
      removeEmpty(above + [path])
      throw error
    }
    return above + [path]
  }

  /// Makes a folder that must not exist yet.
  ///
  /// - Parameter path: the folder.
  /// - Returns: false if something has its name.
  /// - Throws: `GasError` if it cannot be made.
  public static func makeFolder(_ path: String) throws -> Bool { try POSIX.makeFolder(path) }

  /// Removes a file, or a folder with all that is in it. What is gone already, or goes meanwhile, is no error.
  ///
  /// - Parameter path: the file or folder.
  /// - Throws: `GasError` for the first thing that cannot be removed; what comes after it is removed all the same.
  public static func remove(_ path: String) throws {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      guard errno == ENOENT else { throw POSIX.error("remove", path, errno) }
      return
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { return try POSIX.remove(path) }
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard folder >= 0 else {
      if errno == ENOENT { return }
      throw POSIX.error("remove", path, errno)
    }
    var problem: (any Error)?
    do { try empty(folder, path) } catch { problem = error }
    do { try removeFolder(path, in: AT_FDCWD, named: path) } catch { problem = problem ?? error }
    if let problem { throw problem }
  }

  /// Removes those folders that are empty, the last first.
  static func removeEmpty(_ paths: [String]) {
    for path in paths.reversed() { try? removeFolder(path, in: AT_FDCWD, named: path) }
  }

  /// Removes all that is in a folder.
  ///
  /// - Parameters:
  ///   - descriptor: the open folder, which is closed.
  ///   - path: what messages call it.
  /// - Throws: `GasError` for the first thing that cannot be removed.
  private static func empty(_ descriptor: Int32, _ path: String) throws {
    guard let stream = fdopendir(descriptor) else {
      close(descriptor)
      throw POSIX.error("read the folder", path, errno)
    }
    defer { closedir(stream) }
    var problem: (any Error)?
    for name in names(stream) {
      do { try remove(name, in: descriptor, "\(path)/\(name)") } catch { problem = problem ?? error }
    }
    if let problem { throw problem }
  }

  private static func names(_ stream: OpaquePointer) -> [String] {
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  private static func remove(_ name: String, in folder: Int32, _ path: String) throws {
    let inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    if inner >= 0 {
      var problem: (any Error)?
      do { try empty(inner, path) } catch { problem = error }
      do { try removeFolder(path, in: folder, named: name) } catch { problem = problem ?? error }
      if let problem { throw problem }
      return
    }
    let (result, code) = POSIX.attempt(.init(.remove, path)) { _ in Int(unlinkat(folder, name, 0)) }
    guard result != -1 || code == ENOENT else { throw POSIX.error("remove", path, code) }
  }

  private static func removeFolder(_ path: String, in folder: Int32, named name: String) throws {
    let (result, code) = POSIX.attempt(.init(.removeFolder, path)) { _ in Int(unlinkat(folder, name, AT_REMOVEDIR)) }
    guard result != -1 || code == ENOENT else { throw POSIX.error("remove the folder", path, code) }
  }

  /// The names in a folder, sorted.
  ///
  /// - Parameter path: the folder.
  /// - Returns: all names except `.` and `..`.
  /// - Throws: `GasError` if the folder cannot be read.
  package static func list(_ path: String) throws -> [String] {
    guard let stream = opendir(path) else { throw POSIX.error("read the folder", path, errno) }
    defer { closedir(stream) }
    return names(stream).sorted()
  }

  /// The names in a folder, sorted; none if the folder cannot be read.
  package static func names(in path: String) -> [String] { (try? list(path)) ?? [] }

  /// The kind of the thing that has a name, links not followed: `S_IFREG`, `S_IFDIR` and so on; nil if nothing has it.
  package static func kind(of path: String) -> mode_t? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }

  /// The disk space in bytes of a file, or of a folder with all that is in it; links are not followed.
  package static func diskBytes(_ path: String) -> Int {
    var status = stat()
    guard lstat(path, &status) == 0 else { return 0 }
    let inside = status.st_mode & S_IFMT == S_IFDIR ? names(in: path).map { diskBytes("\(path)/\($0)") } : []
    return Int(status.st_blocks) * 512 + inside.reduce(0, +)
  }
}
