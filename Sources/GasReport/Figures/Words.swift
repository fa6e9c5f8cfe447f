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

extension String {
  /// The same sentence with a capital at its beginning.
  var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
