/// The first line of a METIS graph: `n m [fmt [ncon]]`.
///
/// Format: METIS manual, version 5, section 4.1.1. The digits of `fmt` say whether vertices have sizes, vertices have
/// weights (`ncon` each, one if that is left out) and edges have weights.
struct MetisHeader {
  let nodeCount: Int
  let edgeCount: Int
  /// How many numbers come before each node's neighbours.
  let skippedNumbers: Int
  let hasEdgeWeights: Bool
  /// No file has more of anything, and twice that does not overflow.
  private static let largestNumber = 1 << 56

  /// Reads a header; `nil` if the line is none.
  init?(_ line: String) {
    let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
    guard 2...4 ~= words.count, let nodes = Int(words[0]), let edges = Int(words[1]),
      nodes > 0, 0...Self.largestNumber ~= edges
    else { return nil }
    let format = words.count > 2 ? words[2] : "0"
    guard format.count <= 3, format.allSatisfy({ $0 == "0" || $0 == "1" }) else { return nil }
    let flags = Array(String(repeating: "0", count: 3 - format.count) + format).map { $0 == "1" }
    var weightCount = flags[1] ? 1 : 0
    if words.count == 4 {
      guard let count = Int(words[3]), 0...Self.largestNumber ~= count, flags[1] || count == 0 else { return nil }
      // METIS takes 0 for 1.
      if count > 0 { weightCount = count }
    }
    nodeCount = nodes
    edgeCount = edges
    skippedNumbers = (flags[0] ? 1 : 0) + weightCount
    hasEdgeWeights = flags[2]
  }
}
