import GasFormats

/// Comments in front of all edges between names that could be edges themselves: no blank follows their mark.
struct DoubtfulComments {
  /// A comment, and its line.
  struct Comment {
    var line: Int
    var text: String
  }

  private var comments: [Comment] = []
  /// More are no edges: one of so many would have told.
  private static let mostComments = 4096

  /// The first of them.
  var first: Comment? { comments.first }

  /// Keeps a comment.
  mutating func add(_ text: String, _ line: Int) {
    if comments.count < Self.mostComments { comments.append(Comment(line: line, text: text)) }
  }

  /// The first comment that would be an edge in a layout; `nil` if none would, as one that names the columns.
  func edge(of layout: EdgeLayout) -> Comment? {
    comments.first { comment in
      var text = comment.text
      let columns = text.withUTF8 { layout.cutter.cut(UnsafeRawBufferPointer($0))?.map(\.text) ?? [] }
      guard columns.count == layout.columnCount, columns.count > layout.lastColumn else { return false }
      return !EdgeHeader.areNames(columns[layout.source], columns[layout.target])
    }
  }
}
