import GasBase

/// Text formats for graphs that are not edge lists and cannot be read: a message names each, and what to do instead.
package enum GraphLanguages {
  private static let convert = "convert it, e.g. with networkx: nx.write_edgelist(g, f, delimiter=\"\\t\", data=False)"

  /// Refuses such a format.
  ///
  /// - Parameters:
  ///   - head: the beginning of the text.
  ///   - file: what messages call the file.
  /// - Throws: `GasError` that names the format.
  package static func refuse(_ head: [UInt8], file: String) throws {
    let start = head.withUnsafeBytes(TextHead.start)
    guard let name = name(start, TextHead(head)) else { return }
    throw GasError(
      expected: "an edge list, Matrix Market or METIS", found: name, file: file, at: .line(1), advice: convert)
  }

  private static func name(_ start: String, _ head: TextHead) -> String? {
    switch start {
    case _ where isMarkup(start): return start.contains("gexf") ? "GEXF" : start.contains("graphml") ? "GraphML" : "XML"
    case _ where isJSON(start) || isRowOfJSON(head): return "JSON"
    case _ where ["*vertices", "*network", "*arcs", "*edges", "*node", "*tie"].contains(where: start.hasPrefix):
      return "a Pajek network"
    case _ where start.hasPrefix("nodedef>"): return "a GDF graph"
    case _ where start.hasPrefix("@relation"): return "an ARFF table"
    case _ where start.hasPrefix(">>graph6<<") || start.hasPrefix(">>sparse6<<"): return "graph6"
    default: break
    }
    let words = start.split(whereSeparator: { $0.isWhitespace || "[{=".contains($0) }).map(String.init)
    if isGML(start, words) { return "GML" }
    if words.count > 1, words[0] == "dl" && (words[1].hasPrefix("n") || words[1].hasPrefix("nr")) && start.contains("=")
    {
      return "a UCINET network (DL)"
    }
    if isDot(start, words) { return "a Graphviz graph" }
    return isDIMACS(head) ? "a DIMACS graph" : nil
  }

  private static func isMarkup(_ start: String) -> Bool {
    ["<?xml", "<graphml", "<gexf", "<!--", "<svg"].contains(where: start.hasPrefix)
  }

  /// Whether the text is an object, or an array of objects, arrays or strings.
  private static func isJSON(_ start: String) -> Bool {
    guard let first = start.first, "{[".contains(first),
      let next = start.dropFirst().first(where: { !$0.isWhitespace })
    else { return false }
    return first == "{" ? "\"}".contains(next) : "{[\"".contains(next)
  }

  /// Whether a line is an array of numbers, or a part of one with an array a line.
  private static func isRowOfJSON(_ head: TextHead) -> Bool {
    guard let line = head.lines.first, line.hasPrefix("["), ["]", "],"].contains(where: line.hasSuffix) else {
      return false
    }
    return line.dropFirst().allSatisfy { $0.isNumber || $0.isWhitespace || "[],.-+eE".contains($0) }
  }

  private static func isGML(_ start: String, _ words: [String]) -> Bool {
    guard let graph = words.firstIndex(of: "graph"), graph == 0 || words[0] == "creator" || words[0] == "version" else {
      return false
    }
    let rest = start[start.firstRange(of: "graph")!.upperBound...]
    return graph == 0 ? rest.first(where: { !$0.isWhitespace }) == "[" : rest.contains("[")
  }

  private static func isDot(_ start: String, _ words: [String]) -> Bool {
    let words = words.first == "strict" ? words.dropFirst() : words[...]
    guard let first = words.first, ["graph", "digraph"].contains(first), let brace = start.firstIndex(of: "{") else {
      return false
    }
    return start[..<brace].split(whereSeparator: \.isWhitespace).count <= 3
  }

  /// Recognises comments `c …`, followed by a line `p PROBLEM NODES EDGES`.
  private static func isDIMACS(_ head: TextHead) -> Bool {
    guard let line = head.lines.first(where: { !$0.hasPrefix("c ") && $0 != "c" }) else { return false }
    let words = line.split(whereSeparator: \.isWhitespace)
    return words.count == 4 && words[0] == "p" && Int(words[1]) == nil && Int(words[2]) != nil && Int(words[3]) != nil
  }
}
