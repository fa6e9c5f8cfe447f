import CLinux
import GasBase
import Glibc

/// A file that is being written and has no name yet, or a random one where the file system has no files without names.
/// Nobody sees half of it under its own name, and nobody else can take its temporary one. It is gone with this object;
/// if the process was killed, its free lock shows that it is a leftover (`Leftovers`).
///
/// Not thread-safe, but several threads may write to the descriptor.
final class DraftFile {
  /// The name that the file is to get.
  let path: String
  let descriptor: Int32
  private var name: String?
  private var isOpen = true

  /// Makes the file.
  ///
  /// - Parameter path: the name that it is to get.
  /// - Throws: `GasError` if the folder does not exist or cannot be written.
  init(for path: String) throws {
    self.path = path
    if let nameless = try Self.nameless(for: path) {
      descriptor = nameless
    } else {
      let temporary = TemporaryName.make(for: path)
      descriptor = try Unfinished.guarded {
        let descriptor = try Self.created(temporary, for: path)
        Unfinished.add(temporary)
        return descriptor
      }
      name = temporary
    }
    // A file without a name may still get a temporary one on its way to its own. A process that cannot lock leaves its
    // leftovers.
    _ = flock(descriptor, LOCK_EX | LOCK_NB)
  }

  deinit {
    discard()
    close(descriptor)
  }

  /// Makes a file without a name.
  ///
  /// - Parameter path: where its name will be.
  /// - Returns: a descriptor; nil if there is no such file to be had, or if it could not be named, which goes by way of
  ///   /proc.
  /// - Throws: `GasError` if the folder cannot be written.
  private static func nameless(for path: String) throws -> Int32? {
    guard let descriptor = try POSIX.createNameless(for: path, isToBeNamed: true) else { return nil }
    guard access("/proc/self/fd/\(descriptor)", F_OK) == 0 else {
      close(descriptor)
      return nil
    }
    return descriptor
  }

  /// Creates the temporary file. Messages call it by its final name, which the user knows.
  private static func created(_ temporary: String, for path: String) throws -> Int32 {
    let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let (descriptor, code) = POSIX.attempt(.init(.create, temporary)) { _ in Int(open(temporary, flags, 0o666)) }
    guard descriptor != -1 else { throw POSIX.error("create", path, code) }
    return Int32(descriptor)
  }

  /// Gives the file its name. Its contents have to be synced before, and its folder afterwards.
  ///
  /// - Parameter replaces: what it may take the place of.
  /// - Throws: `GasError` if something has the name that is not to be replaced, or if the disk fails.
  func takeName(replaces: Replacement) throws {
    precondition(isOpen, "\(path) has been published or discarded")
    try Unfinished.guarded {
      guard try takeFreeName(path) else {
        guard replaces.isAllowed else {
          throw GasError("already exists", file: path, advice: "name another, or remove it first")
        }
        return try replaceWhatIsThere()
      }
    }
    isOpen = false
  }

  /// Gives the file a free name beside its own. Its folder has to be synced afterwards.
  ///
  /// - Returns: its path.
  /// - Throws: `GasError` if the disk fails.
  func takeNameBeside() throws -> String {
    precondition(isOpen, "\(path) has been published or discarded")
    return try Unfinished.guarded {
      var number = 1
      while !(try takeFreeName(TemporaryName.beside(path, number: number))) { number += 1 }
      isOpen = false
      return TemporaryName.beside(path, number: number)
    }
  }

  private func takeFreeName(_ place: String) throws -> Bool {
    guard let name else { return try POSIX.link(descriptor, to: place) }
    guard try POSIX.renameNew(name, to: place) else { return false }
    settled()
    return true
  }

  private func replaceWhatIsThere() throws {
    if name == nil {
      let temporary = TemporaryName.make(for: path)
      guard try POSIX.link(descriptor, to: temporary) else { throw GasError("already exists", file: temporary) }
      name = temporary
      Unfinished.add(temporary)
    }
    try POSIX.rename(name!, to: path)
    settled()
  }

  private func settled() {
    if let name { Unfinished.finished(name) }
    name = nil
  }

  /// Removes the file, unless it was published. This is also done when the object goes.
  func discard() {
    guard isOpen else { return }
    isOpen = false
    if let name { try? POSIX.remove(name) }
    settled()
  }
}

extension POSIX {
  /// Makes a file that never has a name, except for a moment where the file system has no files without names.
  ///
  /// - Parameter path: a free name on the disk that is to take it.
  /// - Returns: the file's descriptor.
  /// - Throws: `GasError` if the file cannot be made.
  static func createScratch(for path: String) throws -> Int32 {
    if let descriptor = try createNameless(for: path, isToBeNamed: false) { return descriptor }
    return try Unfinished.guarded {
      let temporary = TemporaryName.make(for: path)
      let descriptor = try create(temporary)
      do {
        try remove(temporary)
      } catch {
        close(descriptor)
        throw error
      }
      return descriptor
    }
  }
}
