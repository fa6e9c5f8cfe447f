import Foundation
import GasBase

/// Where tests get between the program and the disk: every change of the disk is told here before it is made.
///
/// An observer can record changes, make them fail as a disk would, cut a write short, or let none happen any more, which is what a
/// process that was killed looks like to the disk. Outside of tests there is none, and the seam costs a comparison.
///
/// What a store into a mapping changes is not told before its pages are synced. Calls that only read are not told either.
public enum DiskSeam {
  /// The kinds of change.
  public enum Operation: String, Sendable, CaseIterable {
    /// A new file gets its name; a new file that has none.
    case create, createNameless
    case write
    /// A file gets longer, by `ftruncate` or with its disk space.
    case extend
    /// The contents of a file, or the names in a folder, are made durable.
    case sync, syncFolder
    /// `path` is the old name and `target` the new one.
    case link, rename, exchange
    /// A file's name goes, or an empty folder.
    case remove, removeFolder
    case makeFolder
  }

  /// A change that is about to happen.
  public struct Change: @unchecked Sendable {
    public let operation: Operation
    /// The file's name where it has one, otherwise what it is called in messages.
    public let path: String
    /// The new name of `link` and `rename`, the other one of `exchange`.
    public var target: String?
    /// The open file of `write`, `extend`, `sync` and of `link` for a file without a name; −1 for others.
    public var descriptor: Int32 = -1
    /// Where a write begins, −1 at the end of what is there; how long a file becomes.
    public var offset = 0
    /// What is written; valid only while the observer is asked.
    public let bytes: UnsafeRawBufferPointer

    init(
      _ operation: Operation, _ path: String, target: String? = nil, descriptor: Int32 = -1, offset: Int = 0,
      bytes: UnsafeRawBufferPointer = .init(start: nil, count: 0)
    ) {
      self.operation = operation
      self.path = path
      self.target = target
      self.descriptor = descriptor
      self.offset = offset
      self.bytes = bytes
    }
  }

  /// What becomes of a change.
  public enum Answer: Sendable {
    case happens
    /// Of a write only so many bytes happen, one at least; the program has to go on with the rest.
    case happensInPart(byteCount: Int)
    /// Nothing happens, and the call fails with this `errno`.
    case fails(Int32)
  }

  /// Asked before every change, from whatever thread makes it. To be set while nothing else runs.
  nonisolated(unsafe) public static var observer: (@Sendable (Change) -> Answer)?

  /// Told of every change that has happened, with what the call returned: of a write the number of bytes. To be set while nothing else runs.
  nonisolated(unsafe) public static var witness: (@Sendable (Change, Int) -> Void)?
}

extension POSIX {
  /// Makes a call that changes the disk, unless the seam has it fail; tries again on `EINTR`.
  ///
  /// - Parameter body: gets the number of bytes to write; returns −1 and sets `errno` where it fails.
  /// - Returns: what the call returned, or −1 and the error's number.
  static func attempt(
    _ change: @autoclosure () -> DiskSeam.Change, byteCount: Int = 0, _ body: (Int) -> Int
  ) -> (result: Int, code: Int32) {
    guard DiskSeam.observer != nil || DiskSeam.witness != nil else { return call(byteCount, body) }
    return watched(change(), byteCount, body)
  }

  private static func watched(
    _ change: DiskSeam.Change, _ byteCount: Int, _ body: (Int) -> Int
  ) -> (result: Int, code: Int32) {
    var count = byteCount
    switch DiskSeam.observer?(change) ?? .happens {
    case .happens: break
    case .happensInPart(let part): count = min(count, max(1, part))
    case .fails(let code): return (-1, code)
    }
    let outcome = call(count, body)
    if outcome.result != -1 { DiskSeam.witness?(change, outcome.result) }
    return outcome
  }

  private static func call(_ count: Int, _ body: (Int) -> Int) -> (result: Int, code: Int32) {
    while true {
      let result = body(count)
      if result != -1 { return (result, 0) }
      let code = errno
      if code != EINTR { return (-1, code) }
    }
  }

  /// The same, with an error that says what could not be done to which file.
  @discardableResult
  static func change(
    _ action: String, _ change: @autoclosure () -> DiskSeam.Change, file path: String, byteCount: Int = 0,
    _ body: (Int) -> Int
  ) throws -> Int {
    let (result, code) = attempt(change(), byteCount: byteCount, body)
    guard result != -1 else { throw error(action, path, code) }
    return result
  }
}
