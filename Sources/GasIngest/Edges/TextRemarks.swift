/// What a file of edges says beside its edges, and what was assumed to read it.
struct TextRemarks: Sendable {
  /// Lines that were skipped as comments.
  var commentCount = 0
  /// Whether the file itself says that its edges have a direction, or have none.
  var isDirected: Bool?
  /// How many nodes there are by the file's own word, which its edges need not all name.
  var promisedNodeCount: Int?
  /// Sentences for the report.
  var notes: [String] = []

  mutating func add(_ other: TextRemarks) {
    commentCount += other.commentCount
    notes += other.notes
    if let count = other.promisedNodeCount { promisedNodeCount = max(promisedNodeCount ?? 0, count) }
  }
}
