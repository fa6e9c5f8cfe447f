/// What a file of edges says beside its edges, and what was assumed to read it.
package struct TextRemarks: Sendable {
  /// Lines that were skipped as comments.
  package var commentCount = 0
  /// Whether the file itself says that its edges have a direction, or have none.
  package var isDirected: Bool?
  /// How many nodes there are by the file's own word, which its edges need not all name.
  var promisedNodeCount: Int?
  /// Sentences for the report.
  package var notes: [String] = []

  mutating func add(_ other: TextRemarks) {
    commentCount += other.commentCount
    notes += other.notes
    if let count = other.promisedNodeCount { promisedNodeCount = max(promisedNodeCount ?? 0, count) }
  }
}
