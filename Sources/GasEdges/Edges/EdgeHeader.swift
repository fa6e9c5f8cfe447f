/// Usual names of columns in edge lists.
enum EdgeHeader {
  private static let pairs: Set<[String]> = [
    ["source", "target"], ["source", "destination"], ["source", "dest"], ["source", "dst"], ["source", "sink"],
    ["src", "dst"], ["src", "dest"], ["src", "tgt"], ["src", "target"], ["from", "to"], ["head", "tail"],
    ["tail", "head"], ["u", "v"], ["i", "j"], ["subject", "object"], ["subj", "obj"], ["node1", "node2"],
    ["nodea", "nodeb"], ["node", "neighbor"], ["node", "neighbour"], ["id1", "id2"], ["vertex1", "vertex2"],
    ["user1", "user2"], ["entity1", "entity2"], ["protein1", "protein2"], ["sender", "receiver"],
    ["sender", "recipient"], ["start", "end"], ["parent", "child"], ["follower", "followee"], ["citing", "cited"],
  ]

  /// Whether two columns have usual names for an edge's ends, in any case, with or without "id" or "node".
  static func areNames(_ source: String, _ target: String) -> Bool {
    pairs.contains([plain(source), plain(target)])
  }

  private static let weights: Set<String> = ["weight", "weights", "w", "score", "rating", "value", "strength", "count"]

  /// Whether a column has a usual name for weights.
  static func isWeight(_ name: String) -> Bool { weights.contains(name.lowercased()) }

  private static func plain(_ name: String) -> String {
    var name = name.lowercased().filter { $0.isLetter || $0.isNumber }
    for ending in ["id", "node", "name", "vertex"] where name.count > ending.count && name.hasSuffix(ending) {
      name = String(name.dropLast(ending.count))
    }
    return name
  }
}
