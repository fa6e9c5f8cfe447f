import CLinux
import FoundationEssentials
import GasBase
import Glibc

/// Where commands that only read a store keep scratch files without names: never in a store that may not be written.
public enum ScratchPlace {
  /// The folder that the user named for all scratch files; `nil` where none was. To be set before the process has other
  /// threads.
  nonisolated(unsafe) public private(set) static var named: String?

  /// Keeps scratch files in a folder that the user names.
  ///
  /// - Parameters:
  ///   - folder: the folder.
  ///   - role: what messages call it.
  /// - Throws: `GasError` if it is no folder, or may not be written.
  public static func use(_ folder: String, as role: String) throws {
    guard FileTree.kind(of: folder + "/.") == S_IFDIR else {
      throw GasError("there is no such folder (\(role))", file: folder, advice: "make it, or name another one")
    }
    guard isWritable(folder) else {
      throw GasError("this user may not write into it (\(role))", file: folder, advice: "name another folder")
    }
    named = folder
  }

  /// Chooses the folder that the user named. Without one, it is the first that may be written and whose disk has
  /// enough space: of those of the outputs, then `folders`, then `$TMPDIR` (else `/tmp`) and `/var/tmp`. Of these last
  /// two, one on a disk comes first: files in a tmpfs are memory.
  ///
  /// - Parameters:
  ///   - outputs: files whose folders are tried first; `nil` for outputs that are not written.
  ///   - folders: what is tried next, such as the run's.
  ///   - byteCount: about how much will be written there.
  /// - Returns: the folder; if none has the space, the writable one with most of it, so that the error names the file
  ///   that does not fit.
  /// - Throws: `GasError` if no folder may be written.
  public static func folder(
    beside outputs: [String?], or folders: [String], for byteCount: Int = 0
  ) throws -> String {
    if let named { return named }
    let all = outputs.compactMap { $0.map(AtomicFile.parent) } + folders + shared
    let free = all.filter(isWritable).map { (path: $0, bytes: (try? DiskSpace.freeBytes(at: $0)) ?? 0) }
    if let found = free.first(where: { $0.bytes >= byteCount }) { return found.path }
    if let largest = free.max(by: { $0.bytes < $1.bytes }) { return largest.path }
    throw GasError(
      "no folder for temporary files may be written: \(all.joined(separator: ", "))",
      advice: "name one in the environment variable TMPDIR")
  }

  /// Folders that everybody may write to.
  private static var shared: [String] {
    let named = ProcessInfo.processInfo.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 }
    let folders = [named ?? "/tmp", "/var/tmp"]
    return folders.filter { !isMemory($0) } + folders.filter(isMemory)
  }

  private static func isWritable(_ path: String) -> Bool { access(path, W_OK | X_OK) == 0 }

  private static func isMemory(_ path: String) -> Bool { gas_is_memory(path) != 0 }
}
