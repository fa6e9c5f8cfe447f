import GasFiles
import GasStore

/// The runs that had some names when a command began that may replace them. One that another process makes or changes
/// later is a run that the user did not mean, and stays.
public struct FoundRuns: Sendable {
  private let versions: [String: FileVersion]

  /// Looks which of the runs are there.
  ///
  /// - Parameters:
  ///   - names: the names of runs.
  ///   - store: the store that they are in.
  public init(_ names: [String], in store: Store) {
    versions = Dictionary(
      names.compactMap { name in FileVersion(RunFolder(store: store, name: name).config).map { (name, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// Whether the run that has the name now is the one that was found.
  func has(_ folder: RunFolder) -> Bool { versions[folder.name] == FileVersion(folder.config) }
}
