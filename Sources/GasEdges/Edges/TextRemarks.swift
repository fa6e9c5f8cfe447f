/// What a file of edges says besides its edges, and what was assumed in reading it.
package struct TextRemarks: Sendable {
  /// Lines that were skipped as comments.
  package var commentCount = 0
  /// Whether the file itself says that its edges have a direction, or have none; `nil` if it does not say.
  package var isDirected: Bool?
  /// How many nodes the file says there are; its edges need not name all of them.
  var promisedNodeCount: Int?
  /// Sentences for the report.
  package var notes: [String] = []

  mutating func add(_ other: TextRemarks) {
    commentCount += other.commentCount
    notes += other.notes
    if let count = other.promisedNodeCount { promisedNodeCount = max(promisedNodeCount ?? 0, count) }
  }
}
