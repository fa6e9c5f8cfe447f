/// What labels say about a node.
public enum LabelKind: String, CaseIterable, Sendable {
  /// One of several classes.
  case classes
  /// Any number of labels.
  case multiLabel = "multi-label"
  /// Real values, one or several.
  case regression
}
