import GasBase
import Glibc

/// Lets tests get between the program and the disk: every change of the disk is reported here before it is made.
///
/// An observer can record changes, make them fail as a disk would, cut a write short, or stop all further changes,
/// which is what a killed process looks like to the disk. Outside of tests there is none, and the seam costs a
/// comparison.
///
/// What a store into a mapping changes is reported only when its pages are synced. Calls that only read are not
/// reported.
public enum DiskSeam {
  /// The kinds of change.
  public enum Operation: String, Sendable, CaseIterable {
    /// A new file gets its name; a new file is made that has none.
    case create, createNameless
    case write
    /// A file gets longer, by `ftruncate` or with its disk space.
    case extend
    /// The contents of a file, or the names in a folder, are made durable.
    case sync, syncFolder
    /// `path` is the old name and `target` the new one.
    case link, rename, exchange
    /// A file's name is removed, or an empty folder.
    case remove, removeFolder
    case makeFolder
  }

  /// A change that is about to happen.
  public struct Change: @unchecked Sendable {
    /// The kind of change.
    public let operation: Operation
    /// The file's name if it has one, otherwise what messages call it.
    public let path: String
    /// The new name for `link` and `rename`, the other name for `exchange`.
    public var target: String?
    /// The open file for `write`, `extend`, `sync`, and for `link` if the file has no name; −1 for others.
    public var descriptor: Int32 = -1
    /// Where a write begins, or how long a file becomes.
    public var offset = 0
    /// What is written; valid only while the observer is called.
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

  /// What happens to a change.
  public enum Answer: Sendable {
    case happens
    /// Only so many bytes of a write are written, one at least; the program has to go on with the rest.
    case happensInPart(byteCount: Int)
    /// Nothing happens, and the call fails with this `errno`.
    case fails(Int32)
  }

  /// Called before every change, on the thread that makes it. To be set while nothing else runs.
  nonisolated(unsafe) public static var observer: (@Sendable (Change) -> Answer)?

  /// Called after every change that has happened, with what the call returned: the number of bytes for a write. To be
  /// set while nothing else runs.
  nonisolated(unsafe) public static var witness: (@Sendable (Change, Int) -> Void)?
}

extension POSIX {
  /// Makes a call that changes the disk, unless the seam has it fail; tries again on `EINTR`.
  ///
  /// - Parameters:
  ///   - change: what the call changes.
  ///   - byteCount: how many bytes are to be written.
  ///   - body: makes the call with the number of bytes to write; returns −1 and sets `errno` if it fails.
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

  /// Makes a call that changes the disk, as `attempt` does.
  ///
  /// - Parameters:
  ///   - action: what is being done, for the message.
  ///   - change: what the call changes.
  ///   - path: what the message calls the file.
  ///   - byteCount: how many bytes are to be written.
  ///   - body: makes the call with the number of bytes to write; returns −1 and sets `errno` if it fails.
  /// - Returns: what the call returned.
  /// - Throws: `GasError` that says what could not be done to which file.
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
