import CLinux
import FoundationEssentials
import GasBase
import Glibc

/// Where commands that only read a store keep scratch files without names: never in a store that may not be written.
public enum ScratchPlace {
  /// Chooses the first folder that may be written and whose disk has enough space: of those of the outputs, then
  /// `folders`, then `$TMPDIR` (else `/tmp`) and `/var/tmp`. Of these last two, one on a disk comes first: files in a
  /// tmpfs are memory.
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
