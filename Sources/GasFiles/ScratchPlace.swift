import CLinux
import Foundation
import GasBase

/// Where work that only reads a store keeps files without names while it goes on: never in a store that may not be written.
public enum ScratchPlace {
  /// The first of the folders of the outputs, then of some others, then of `$TMPDIR` (else `/tmp`) and `/var/tmp`, that may be written and whose disk has the room. Of the last
  /// two one on a disk comes first: what lies in a tmpfs is memory.
  ///
  /// - Parameters:
  ///   - outputs: files beside which it is tried first, those of them that are written at all.
  ///   - folders: what is tried next, such as that of the run.
  ///   - byteCount: what will be written there, about.
  /// - Returns: the folder; where none has the room, the writable one with most of it, so that the file that does not fit is named.
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

  /// Where everybody may have files.
  private static var shared: [String] {
    let named = ProcessInfo.processInfo.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 }
    let folders = [named ?? "/tmp", "/var/tmp"]
    return folders.filter { !isMemory($0) } + folders.filter(isMemory)
  }

  private static func isWritable(_ path: String) -> Bool { access(path, W_OK | X_OK) == 0 }

  private static func isMemory(_ path: String) -> Bool { gas_is_memory(path) != 0 }
}
