import GasRuns
import GasStore

extension SplitPart {
  /// What sentences call its nodes.
  var noun: String {
    switch self {
    case .train: "training"
    case .validation: "validation"
    case .test: "test"
    }
  }
}

extension ClassSizes {
  /// The counts of a part; without one, of nodes in none.
  subscript(part: SplitPart?) -> Part { part.map { self[$0] } ?? outside }
}

extension OutputFigures {
  /// What sentences call the nodes that are shown.
  var nodes: String { part.map { $0.noun + " nodes" } ?? "nodes" }

  /// So many of them, that have a label.
  func labelled(_ count: Int) -> String {
    PageText.plural(count, "labelled " + (part.map { $0.noun + " " } ?? "") + "node")
  }
}

extension String {
  /// The words behind a 1 that begins the text.
  var dropOne: String { hasPrefix("1 ") ? String(dropFirst(2)) : self }

  /// The same sentence with a capital at its beginning.
  var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
