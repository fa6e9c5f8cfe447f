import ArgumentParser
import GasFiles
import GasStore

extension CompletionKind {
  /// The names of the runs of all stores that stand in the line.
  package static let runNames = CompletionKind.custom { words, _, _ in words.flatMap(runNames(inStore:)) }

  private static func runNames(inStore path: String) -> [String] {
    guard Manifest.isThere(inStore: path) else { return [] }
    return FileTree.names(in: path + "/runs").filter { !$0.hasPrefix(".") && !Leftovers.isLeftoverName($0) }.sorted()
  }
}
