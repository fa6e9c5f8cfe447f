import Foundation

/// A disk as it may be when the power has failed, written to a folder.
public struct LostPower {
  /// What stands below the folder that was recorded.
  public let path: String
  /// How many things the program had said to be done (`DiskRecord.mark`).
  public let markCount: Int
  /// How many changes had been made, and which of those that were not synced the disk has; for messages.
  public let label: String
}

extension DiskRecord {
  /// Fails the power after each of the changes, with all ways in which the disk may have taken what was not synced that `DiskModel` knows, and
  /// some drawn ones. Disks that are alike are looked at once.
  ///
  /// - Parameters:
  ///   - ignored: files that do not matter.
  ///   - body: looks at a disk, which it may change.
  /// - Returns: how many were looked at.
  public func replay(
    ignoring ignored: (String) -> Bool = { _ in false }, _ body: (LostPower) throws -> Void
  ) throws -> Int {
    let folder = try TemporaryFolder()
    var disk = before
    var known = Set<Int>()
    for moment in 0...events.count {
      if moment > 0 { disk.apply(events[moment - 1]) }
      let markCount = marks.count { $0 <= moment }
      let drawn = (0..<Self.drawnCount).map { DiskModel.Chance.drawn(seed: UInt64(moment * Self.drawnCount + $0)) }
      for chance in [.none, .all, .contents, .names] + drawn {
        let tree = disk.afterPowerLoss(chance).tree
        guard known.insert(Self.hash(tree.filter { !ignored($0.key) }, markCount)).inserted else { continue }
        let path = folder.file("disk")
        try? FileManager.default.removeItem(atPath: path)
        try Self.write(tree, to: path)
        let label = "the power fails after \(moment) of \(events.count) changes, \(chance)"
        try body(LostPower(path: path, markCount: markCount, label: label))
      }
    }
    return known.count
  }

  private static let drawnCount = 4

  private static func write(_ tree: [String: Data?], to path: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    // Folders come before what is in them.
    for (name, bytes) in tree.sorted(by: { $0.key < $1.key }) {
      if let bytes {
        try bytes.write(to: URL(fileURLWithPath: "\(path)/\(name)"))
      } else {
        try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: false)
      }
    }
  }

  private static func hash(_ tree: [String: Data?], _ markCount: Int) -> Int {
    var hasher = Hasher()
    hasher.combine(markCount)
    for (name, bytes) in tree.sorted(by: { $0.key < $1.key }) {
      hasher.combine(name)
      hasher.combine(bytes?.count)
      bytes?.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
    return hasher.finalize()
  }
}
