import Foundation
import GasFiles

/// A disk on which something happens at one of the changes, counted from 0. Crash loops are made of it.
public final class DiskScript: @unchecked Sendable {
  /// The thing that happens.
  public enum Event: Sendable {
    /// As if the process were killed before the change: neither this one nor any later one reaches the disk, cleaning
    /// up included.
    case dies
    /// This change alone fails with an `errno`.
    case fails(Int32)
    /// A write of which one byte happens.
    case shortens
  }

  private let lock = NSLock()
  private let event: Event
  private let isWanted: @Sendable (DiskSeam.Change) -> Bool
  private var countdown: Int
  private var reached: DiskSeam.Operation?

  /// Whether the file system has files without names; to be set before `run`.
  public var hasNamelessFiles = true

  /// The change at which it happened; nil if there were not so many.
  public var operation: DiskSeam.Operation? { lock.withLock { reached } }

  /// Makes a disk on which `event` happens at change `index` of those that are wanted.
  public init(
    _ event: Event, at index: Int, where isWanted: @escaping @Sendable (DiskSeam.Change) -> Bool = { _ in true }
  ) {
    self.event = event
    self.isWanted = isWanted
    countdown = index
  }

  /// Runs `body` on that disk.
  public func run<Result>(_ body: () throws -> Result) rethrows -> Result {
    DiskSeam.observer = { [self] in answer($0) }
    defer { DiskSeam.observer = nil }
    return try body()
  }

  private func answer(_ change: DiskSeam.Change) -> DiskSeam.Answer {
    lock.withLock {
      if reached != nil {
        if case .dies = event { return .fails(EIO) }
        return .happens
      }
      if change.operation == .createNameless && !hasNamelessFiles { return .fails(EOPNOTSUPP) }
      guard isWanted(change) else { return .happens }
      countdown -= 1
      guard countdown < 0 else { return .happens }
      reached = change.operation
      switch event {
      case .dies: return .fails(EIO)
      case .fails(let code): return .fails(code)
      case .shortens: return .happensInPart(byteCount: 1)
      }
    }
  }
}
