import GasBase

/// What the comments in front of an edge list say of the graph, as those of SNAP do: `# Directed graph: web.txt` and
/// `# Nodes: 875713 Edges: 5105039`.
package struct EdgeListHeader: Sendable {
  /// A word of a comment, with its line.
  private struct Said<Value: Sendable>: Sendable {
    var value: Value
    var line: Int
  }

  private var isDirected: Said<Bool>?
  private var nodeCount: Said<Int>?
  private var edgeCount: Said<Int>?
  private let file: String
  /// Edges of the file, repeated ones and loops among them.
  var edgesRead = 0

  /// Starts with nothing said.
  init(file: String) { self.file = file }

  /// Looks at a comment in front of the first edge.
  mutating func look(at comment: String, line: Int) {
    let words = comment.drop { "#%".contains($0) || $0.isWhitespace }.lowercased().split(whereSeparator: \.isWhitespace)
    if let word = words.first, word == "directed" || word == "undirected",
      words.contains(where: { $0.hasPrefix("graph") })
    {
      isDirected = isDirected ?? Said(value: word == "directed", line: line)
    }
    nodeCount = nodeCount ?? Self.count("nodes:", words).map { Said(value: $0, line: line) }
    edgeCount = edgeCount ?? Self.count("edges:", words).map { Said(value: $0, line: line) }
  }

  private static func count(_ name: String, _ words: [Substring]) -> Int? {
    guard let place = words.firstIndex(where: { $0.hasPrefix(name) }) else { return nil }
    let number = words[place].count > name.count ? words[place].dropFirst(name.count) : words[safe: place + 1] ?? ""
    return Int(number.filter { $0 != "," })
  }

  /// The sentence for the report if the header says something else than was read.
  ///
  /// - Parameters:
  ///   - nodeCount: the nodes that the edges name; `nil` if the file alone does not decide.
  ///   - isDirected: whether edges have a direction in the store.
  /// - Returns: a sentence; `nil` if nothing contradicts.
  func note(nodeCount: Int?, isDirected: Bool) -> String? {
    var parts: [String] = []
    var line: Int?
    func add(_ place: Int, _ text: String) {
      line = line ?? place
      parts.append(text)
    }
    if let said = self.isDirected, said.value != isDirected {
      add(
        said.line,
        said.value
          ? "that the graph is directed, and its edges go both ways in the store (--directed keeps their directions)"
          : "that the graph is undirected, and its edges go one way in the store, as --directed says")
    }
    if let said = self.nodeCount, let nodeCount, said.value != nodeCount {
      add(said.line, "\(Units.plural(said.value, "node")), and edges name \(nodeCount)")
    }
    if let said = edgeCount, said.value != edgesRead {
      add(said.line, "\(Units.plural(said.value, "edge")), and \(edgesRead) were read")
    }
    return line.map { "\(file):\($0): the header says " + parts.joined(separator: "; ") }
  }
}
