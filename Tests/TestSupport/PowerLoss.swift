import Foundation

/// A disk as it may be when the power has failed, written to a folder.
public struct LostPower {
  /// The folder with what was below the one that was recorded.
  public let path: String
  /// The number of things that the program had said to be done (`DiskRecord.mark`).
  public let markCount: Int
}

extension DiskRecord {
  /// A thing that a program may do wrong.
  public enum Neglect: CaseIterable {
    /// It syncs no file; no folder; files only when they have their names.
    case contents, names, order
  }

  /// The same as if the program had neglected something: what a test that replays it has to find out.
  public func neglecting(_ neglect: Neglect) -> DiskRecord {
    let record = DiskRecord(self)
    switch neglect {
    case .contents: record.drop { if case .sync = $0 { true } else { false } }
    case .names: record.drop { if case .syncFolder = $0 { true } else { false } }
    case .order: record.delaySyncs()
    }
    return record
  }

  /// The result of a replay.
  public struct Replay {
    /// A line for each disk that was not as it should be.
    public fileprivate(set) var problems: [String] = []
    /// The number of disks that were looked at.
    public fileprivate(set) var diskCount = 0
  }

  /// Fails the power after each of the changes, with all ways that `DiskModel` knows in which the disk may have taken
  /// what was not synced, and some drawn ones. Disks that are alike are looked at once.
  ///
  /// - Parameters:
  ///   - ignored: files that do not matter.
  ///   - endsEarly: whether one problem is enough.
  ///   - problem: tells what is wrong with a disk, which it may change. An error that it throws is a problem as well.
  /// - Returns: the problems that were found.
  /// - Throws: the file system's errors.
  public func replay(
    ignoring ignored: (String) -> Bool, endsEarly: Bool = false, _ problem: (LostPower) throws -> String?
  ) throws -> Replay {
    let folder = try TemporaryFolder()
    var (replay, disk, known) = (Replay(), before, Set<Int>())
    for moment in 0...events.count {
      if moment > 0 { disk.apply(events[moment - 1]) }
      let markCount = marks.count { $0 <= moment }
      for chance in Self.chances(moment) {
        let tree = disk.afterPowerLoss(chance).tree
        guard known.insert(Self.hash(tree.filter { !ignored($0.key) }, markCount)).inserted else { continue }
        let path = folder.file("disk-\(known.count)")
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Self.write(tree, to: path)
        replay.diskCount += 1
        guard let found = Self.text({ try problem(LostPower(path: path, markCount: markCount)) }) else { continue }
        replay.problems.append("power fails after \(moment) of \(events.count) changes, \(chance): \(found)")
        if endsEarly { return replay }
      }
    }
    return replay
  }

  private static func text(_ problem: () throws -> String?) -> String? {
    do { return try problem() } catch { return "\(error)" }
  }

  private static func chances(_ moment: Int) -> [DiskModel.Chance] {
    [.none, .all, .contents, .names] + (0..<drawnCount).map { .drawn(seed: UInt64(moment * drawnCount + $0)) }
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
