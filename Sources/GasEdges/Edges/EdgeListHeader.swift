import GasBase

/// What comments say of the edges behind them, as those of SNAP do: `# Directed graph: web.txt` and
/// `# Nodes: 875713 Edges: 5105039`. Where files were joined, each has such a header of its own.
package struct EdgeListHeader: Sendable {
  /// A word of a comment, with its line.
  private struct Said<Value: Sendable>: Sendable {
    var value: Value
    var line: Int
  }

  /// What a comment says of directions.
  private enum Direction: Sendable {
    case directed, undirected
    /// "Directed graph (each unordered pair of nodes is saved once)": SNAP writes it over graphs of both kinds.
    case unclear
  }

  private var directions: [Said<Direction>] = []
  private var nodeCounts: [Said<Int>] = []
  private var edgeCounts: [Said<Int>] = []
  private let file: String
  /// Edges behind the header, up to the next one; repeated ones and loops are among them.
  var edgesRead = 0

  /// So many comments are kept of each kind.
  private static let mostSaid = 8

  /// Starts with nothing said.
  init(file: String) { self.file = file }

  /// Looks at a comment.
  mutating func look(at comment: String, line: Int) {
    let words = Self.words(comment)
    if let direction = Self.direction(words) { Self.add(Said(value: direction, line: line), to: &directions) }
    if let count = Self.count("nodes:", words) { Self.add(Said(value: count, line: line), to: &nodeCounts) }
    if let count = Self.count("edges:", words) { Self.add(Said(value: count, line: line), to: &edgeCounts) }
  }

  /// Whether a comment behind edges begins another header: it says a direction, or counts nodes and edges.
  static func begins(_ comment: String) -> Bool {
    let words = words(comment)
    return direction(words) != nil || count("nodes:", words) != nil && count("edges:", words) != nil
  }

  private static func add<Value>(_ said: Said<Value>, to all: inout [Said<Value>]) {
    if all.count < mostSaid { all.append(said) }
  }

  private static func words(_ comment: String) -> [Substring] {
    comment.drop { "#%".contains($0) || $0.isWhitespace }.lowercased().split(whereSeparator: \.isWhitespace)
  }

  private static func direction(_ words: [Substring]) -> Direction? {
    guard let word = words.first, words.contains(where: { $0.hasPrefix("graph") }) else { return nil }
    switch word {
    case "directed": return words.contains("unordered") ? .unclear : .directed
    case "undirected": return .undirected
    default: return nil
    }
  }

  private static func count(_ name: String, _ words: [Substring]) -> Int? {
    guard let place = words.firstIndex(where: { $0.hasPrefix(name) }) else { return nil }
    let number = words[place].count > name.count ? words[place].dropFirst(name.count) : words[safe: place + 1] ?? ""
    return Int(number.filter { $0 != "," })
  }

  /// The sentence for the report if the header says something else than was read, or something unclear.
  ///
  /// - Parameters:
  ///   - nodeCount: the nodes that the edges name; `nil` if these edges alone do not decide.
  ///   - isDirected: whether edges have a direction in the store.
  /// - Returns: a sentence; `nil` if nothing contradicts.
  func note(nodeCount: Int?, isDirected: Bool) -> String? {
    var parts = directions.compactMap { said in
      Self.text(said.value, isDirected: isDirected).map { Said(value: $0, line: said.line) }
    }
    if let nodeCount {
      for said in nodeCounts where said.value != nodeCount {
        parts.append(Said(value: "\(Units.plural(said.value, "node")), and edges name \(nodeCount)", line: said.line))
      }
    }
    for said in edgeCounts where said.value != edgesRead {
      parts.append(Said(value: "\(Units.plural(said.value, "edge")), and \(edgesRead) were read", line: said.line))
    }
    guard let first = parts.first else { return nil }
    // Of several comments, each says its line.
    let texts = parts.map { $0.line == first.line || isUsual($0.line) ? $0.value : "\($0.value) (line \($0.line))" }
    return "\(file):\(first.line): the header says " + texts.joined(separator: "; ")
  }

  /// Whether no comment that is of the same kind stands in front of this line.
  private func isUsual(_ line: Int) -> Bool {
    [directions.first?.line, nodeCounts.first?.line, edgeCounts.first?.line].contains(line)
  }

  /// What is said of directions if it differs from the store; `nil` if it does not.
  private static func text(_ said: Direction, isDirected: Bool) -> String? {
    switch said {
    case .directed where !isDirected:
      "that the graph is directed, and its edges go both ways in the store (--directed keeps their directions)"
    case .undirected where isDirected:
      "that the graph is undirected, and its edges go one way in the store, as --directed says"
    case .unclear where !isDirected:
      "\"directed\" and \"each unordered pair\", as SNAP does over graphs of both kinds, and edges go both ways in the store "
        + "(--directed keeps their directions; where the file has each edge in both, the graph is the same)"
    default: nil
    }
  }
}
