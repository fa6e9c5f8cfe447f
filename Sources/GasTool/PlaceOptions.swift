import ArgumentParser
import GasBase
import GasFiles
import GasStore

/// Where the runs of a store lie, where that is not in the store.
public struct RunsOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder of the store's runs, where they do not lie in the store, which then need not be writable.",
      valueName: "DIR"), completion: .directory)
  var runs: String?

  /// Makes the option with its default, as the argument parser asks for.
  public init() {}

  /// Opens a store with its runs.
  ///
  /// - Parameters:
  ///   - path: the store.
  ///   - use: what it is opened for.
  ///   - isChecked: whether the bytes of a small store are checked (`StoreOpener`).
  ///   - makesRuns: whether the folder of the runs need not be there.
  /// - Returns: the store.
  /// - Throws: `GasError` if it is no store, is damaged, or has no such folder of runs.
  public func store(
    _ path: String, for use: StoreOpener.Use = .graph, isChecked: Bool = true, makesRuns: Bool = false
  ) throws -> Store {
    try StoreOpener.open(path, runs: folder(makesRuns: makesRuns), for: use, isChecked: isChecked)
  }

  /// The folder that was named, without slashes at its end; `nil` where none was.
  ///
  /// - Parameter makesRuns: whether it need not be there.
  /// - Returns: its path.
  /// - Throws: `GasError` if it is not there, or is no folder.
  public func folder(makesRuns: Bool = false) throws -> String? {
    guard let runs else { return nil }
    guard runs.contains(where: { $0 != "/" }) else {
      throw GasError("--runs names no folder that runs may lie in", advice: "name another one")
    }
    let path = String(runs.reversed().drop { $0 == "/" }.reversed())
    if FileAccess.isThere(path + "/.") { return path }
    try FileAccess.checkIsSeen(path + "/.")
    let isTaken = FileAccess.isThere(path)
    guard isTaken || !makesRuns else { return path }
    throw GasError(
      isTaken ? "is no folder (--runs)" : "there is no such folder (--runs)", file: path,
      advice: isTaken ? "name a folder" : "gas-run train with the same --runs makes it")
  }
}

/// Where scratch files go.
public struct ScratchOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder for temporary files. Default: beside what is written, or as said above.", valueName: "DIR"),
    completion: .directory)
  var scratch: String?

  /// Makes the option with its default, as the argument parser asks for.
  public init() {}

  /// Keeps scratch files where it was asked for. To be called before the work begins.
  ///
  /// - Throws: `GasError` if that is no folder, or may not be written.
  public func use() throws { if let scratch { try ScratchPlace.use(scratch, as: "--scratch") } }
}
