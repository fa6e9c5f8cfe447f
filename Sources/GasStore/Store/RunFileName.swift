/// The names of files in the folder of a run (docs/format.md, "A run").
public enum RunFileName {
  static let plain: Set = [
    "config.json", "metrics.jsonl", "checkpoint.safetensors", "model.safetensors", "refresh.json", "histories.json",
  ]

  /// Whether a file with this name belongs to a run.
  public static func isOne(_ name: String) -> Bool { plain.contains(name) || isHistory(name) }

  /// Whether a file with this name is a history or its clock: `history-1.gascol`, `pushed-1.gascol`.
  public static func isHistory(_ name: String) -> Bool {
    guard name.hasSuffix(".gascol"), let prefix = ["history-", "pushed-"].first(where: name.hasPrefix) else {
      return false
    }
    let number = name.dropFirst(prefix.count).dropLast(".gascol".count)
    return !number.isEmpty && number.utf8.allSatisfy { (48...57).contains($0) }
  }
}
