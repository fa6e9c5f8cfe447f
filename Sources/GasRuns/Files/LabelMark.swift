import GasBase
import GasStore

/// The kind of labels that weights were trained on, in the metadata of their file. Tensors do not show it: a model of
/// three classes and one of three labels of which a node has any are alike.
package enum LabelMark {
  /// Its key in the metadata; files of earlier versions have none.
  static let key = "labels"

  /// Reads the mark.
  ///
  /// - Parameters:
  ///   - metadata: those of the file.
  ///   - file: the file's path, for messages.
  /// - Returns: the kind; `nil` where the file does not say.
  /// - Throws: `GasError` if it is no kind.
  static func read(_ metadata: [String: String], file: String) throws -> Manifest.Labels.Kind? {
    try metadata[key].map { text in
      guard let kind = Manifest.Labels.Kind(rawValue: text) else {
        throw GasError(
          expected: "metadata \(key) single, multi or values", found: "\"\(text.excerpt)\"", file: file,
          advice: "the file is damaged, or a newer version wrote it")
      }
      return kind
    }
  }

  /// Refuses weights of labels of another kind than a store has.
  ///
  /// - Parameters:
  ///   - trained: what they were trained on; `nil` where that is not known.
  ///   - wanted: what the store has; `nil` for none.
  ///   - file: the file's path, for messages.
  ///   - advice: what to do.
  /// - Throws: `GasError` if they differ.
  package static func check(
    _ trained: Manifest.Labels.Kind?, _ wanted: Manifest.Labels.Kind?, file: String,
    advice: String = "the weights belong to another store"
  ) throws {
    guard let trained, let wanted, trained != wanted else { return }
    throw GasError(
      expected: "weights that predict \(wanted.words), as the labels of the store are",
      found: "those of a model of \(trained.words)", file: file, advice: advice)
  }
}

extension Manifest.Labels.Kind {
  /// What sentences call labels of the kind.
  package var words: String {
    switch self {
    case .single: "classes"
    case .multi: "several labels"
    case .values: "real values"
    }
  }
}
