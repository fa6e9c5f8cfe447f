import ArgumentParser
import GasFiles
import GasStore

extension CompletionKind {
  /// The names of the runs in the folder that the line names with `--runs`, else of all stores that stand in it.
  package static let runNames = CompletionKind.custom { words, _, _ in
    let named = folders(namedIn: words)
    let folders = named.isEmpty ? words.filter(Manifest.isThere(inStore:)).map { $0 + "/runs" } : named
    return folders.flatMap(runNames(in:))
  }

  /// What follows `--runs`. bash takes a sign of equality for a word of its own.
  private static func folders(namedIn words: [String]) -> [String] {
    let flag = "--runs"
    let joined = words.filter { $0.hasPrefix(flag + "=") }.map { String($0.dropFirst(flag.count + 1)) }
    return joined
      + words.indices.filter { words[$0] == flag }.compactMap { words[($0 + 1)...].first { $0 != "=" } }
  }

  private static func runNames(in folder: String) -> [String] {
    FileTree.names(in: folder).filter {
      !$0.hasPrefix(".") && !Leftovers.isLeftoverName($0) && FileAccess.isThere("\(folder)/\($0)/config.json")
    }
  }
}
