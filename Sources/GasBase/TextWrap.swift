/// Lines with a label that a terminal has no room for, broken between words.
///
/// The terminal itself breaks all others: sentences, rows of tables, and commands, which people copy.
public struct TextWrap {
  private let columns: Int

  /// Labels of commands.
  private static let commands = ["next", "command", "ingest", "train"]
  private static let longestLabel = 20
  /// So much room is left for words, or lines stay as they are.
  private static let leastRoom = 20

  /// - Parameter columns: the columns of the terminal.
  public init(columns: Int) { self.columns = columns }

  /// The text, where what follows a label is aligned with what stands behind the label.
  public func wrapped(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.count <= columns || Self.isKept(line) ? String(line) : wrapped(line)
    }.joined(separator: "\n")
  }

  private static func isKept(_ line: Substring) -> Bool {
    let isRow = line.hasPrefix("  ") && !line.hasPrefix("   ")
    return isRow || commands.contains { line.hasPrefix($0 + "  ") }
  }

  private func wrapped(_ line: Substring) -> String {
    let indent = Self.indent(of: line)
    guard indent > 0, indent + Self.leastRoom <= columns else { return String(line) }
    let margin = String(repeating: " ", count: indent)
    var lines = [String(line.prefix(indent))]
    var isEmpty = true
    for word in line.dropFirst(indent).split(separator: " ") {
      let last = lines[lines.count - 1]
      if !isEmpty && last.count + 1 + word.count > columns {
        lines.append(margin + word)
      } else {
        lines[lines.count - 1] = last + (isEmpty ? "" : " ") + word
      }
      isEmpty = false
    }
    return lines.joined(separator: "\n")
  }

  /// Where the text behind a label begins, or behind a margin; 0 where a line has neither.
  private static func indent(of line: Substring) -> Int {
    let label = line.prefix(longestLabel)
    guard let gap = label.firstRange(of: "  ") else { return 0 }
    return line.distance(from: line.startIndex, to: line[gap.lowerBound...].firstIndex { $0 != " " } ?? gap.lowerBound)
  }
}
