import Foundation
import GasBase
import GasFiles

/// What the kernel keeps of files.
public enum PageCache {
  /// Whether a path is on a disk that lets go of pages: memory has no disk, and containers' layers do not pass the
  /// wish on.
  public static func canBeLeft(_ path: String) throws -> Bool {
    let mounts = try String(contentsOfFile: "/proc/self/mounts", encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: " ").map(String.init)
    }
    let mount = mounts.filter { $0[1] == "/" || path.hasPrefix($0[1] + "/") }.max { $0[1].count < $1[1].count }
    return ["ext4", "xfs", "btrfs"].contains(mount?[2])
  }

  /// How much of a file is in the page cache.
  public static func residentBytes(_ path: String) throws -> Int {
    let file = try MappedFile(opening: path)
    var states = [UInt8](repeating: 0, count: dividedUp(file.byteCount, by: MappedFile.pageBytes))
    let found = mincore(UnsafeMutableRawPointer(mutating: file.bytes.baseAddress), file.byteCount, &states)
    precondition(found == 0, "the kernel does not tell what it keeps")
    return states.reduce(0) { $0 + Int($1 & 1) } * MappedFile.pageBytes
  }
}
