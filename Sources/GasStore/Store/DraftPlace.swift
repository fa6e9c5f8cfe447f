import GasBase
import GasFiles

/// What a finished draft may have to replace: a store, or a folder of shards.
protocol Replaceable {
  /// Where it is.
  var path: String { get }
  /// What messages call it.
  var noun: String { get }
  /// A file that is another one as soon as something else has taken the path.
  var mark: String { get }

  /// Checks whether it may be replaced.
  ///
  /// - Returns: locks, so that nothing in it is used while they are held.
  /// - Throws: `GasError` if it may not.
  func check() throws -> [FolderLock]

  /// Checks what is in it, which may have changed since.
  ///
  /// - Parameter place: where it is, which may have lost its name.
  /// - Throws: `GasError` if it may not be replaced.
  func checkContents(at place: String) throws
}

/// The place that a draft is to take, and what stands there. Checks are made at the beginning, so that a name that is
/// taken is reported at once, and again at the end: hours may have passed.
struct DraftPlace {
  private let replaced: any Replaceable
  private let replacesExisting: Bool
  /// What stood there at the beginning; `nil` if nothing did.
  private let found: FileVersion?
  /// How long to wait for another process that has just put something there and still holds its lock.
  private static let longestWaitSeconds = 20.0

  private var path: String { replaced.path }

  /// Checks the place. Also removes what a killed process has left beside it.
  ///
  /// - Parameters:
  ///   - replaced: what may stand there.
  ///   - replacesExisting: whether it is replaced.
  ///   - inputs: files that are needed for the work, none of which may lie in what is replaced.
  /// - Throws: `GasError` if something has the name that may not be replaced.
  init(_ replaced: any Replaceable, replacesExisting: Bool, inputs: [String]) throws {
    self.replaced = replaced
    self.replacesExisting = replacesExisting
    Leftovers.sweep(beside: replaced.path)
    found = FileVersion(replaced.mark)
    guard FileTree.kind(of: path) != nil else { return }
    guard replacesExisting else {
      throw GasError("already exists", file: path, advice: "name another --output, or pass --overwrite")
    }
    _ = try replaced.check()
    if let input = inputs.first(where: { OutputPath.lies($0, in: path) }) {
      throw GasError(
        "lies in the \(replaced.noun) that would be replaced", file: input,
        advice: "copy it elsewhere, or name another --output")
    }
  }

  /// What stands in the place may not be replaced, so that the draft is to be kept beside it.
  private struct Refusal: Error {
    let reason: any Error

    /// Makes a refusal of what some checks throw.
    static func of<Result>(_ checks: () throws -> Result) throws -> Result {
      do { return try checks() } catch { throw Refusal(reason: error) }
    }
  }

  /// Gives the draft its name; or a free one beside it, where what stands in its place has come or changed since this
  /// began: the user knows nothing of that, and what took hours is not thrown away.
  ///
  /// - Parameter draft: what is finished.
  /// - Throws: `GasError` if the disk fails, or if the draft is kept beside its place.
  func publish(_ draft: DraftFolder) throws {
    do {
      try take(draft)
    } catch let refusal as Refusal {
      let place = try draft.publishBeside()
      let reason = refusal.reason as? GasError
      throw GasError(
        reason?.problem ?? "\(refusal.reason)", file: reason?.file ?? path,
        advice: "the new \(replaced.noun) is kept as \(place): remove one of them")
    }
  }

  private func take(_ draft: DraftFolder) throws {
    guard FileTree.kind(of: path) != nil else { return try takeFree(draft) }
    guard replacesExisting else { throw Refusal(reason: GasError("already exists", file: path)) }
    guard let old = try FolderLock.wait(path, seconds: Self.longestWaitSeconds) else {
      throw Refusal(reason: GasError("another process is replacing it", file: path))
    }
    guard found == FileVersion(replaced.mark) else { throw Refusal(reason: newer) }
    let locks = try Refusal.of(replaced.check)
    try withExtendedLifetime((old, locks)) {
      // A run that began in between is seen where the old folder is then, and no run can begin there any more.
      _ = try draft.replace(old) { place in try Refusal.of { try replaced.checkContents(at: place) } }
    }
  }

  private func takeFree(_ draft: DraftFolder) throws {
    do {
      _ = try draft.publish()
    } catch {
      guard draft.isUnnamed, FileTree.kind(of: path) != nil else { throw error }
      throw Refusal(reason: newer)
    }
  }

  private var newer: GasError {
    GasError(
      "another process has put a \(replaced.noun) there since this began, so it is not overwritten", file: path)
  }
}
