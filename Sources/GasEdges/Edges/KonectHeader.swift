import GasBase
import GasFormats

/// The comments in front of the edges in a file of KONECT: `% KIND WEIGHTS`, and often `% EDGES LEFT RIGHT`.
///
/// Format: Kunegis, "Handbook of Network Analysis: The KONECT Project", file formats; Network Repository has kept these
/// lines.
struct KonectHeader {
  enum Kind: String {
    /// Edges between two kinds of nodes, each numbered from 1.
    case bip
    /// Edges with a direction.
    case asym
    /// Edges without a direction.
    case sym
  }

  struct Counts {
    var edges: Int64
    var left: Int64
    var right: Int64
    /// The line with the counts.
    var line: Int
  }

  let kind: Kind
  let weights: String?
  let line: Int
  let counts: Counts?

  private static let weightKinds: Set<String> = [
    "unweighted", "positive", "posweighted", "signed", "multisigned", "weighted", "multiweighted", "multiposweighted",
    "dynamic", "multi",
  ]

  /// Reads the comments; `nil` if none of them is such a header.
  init?(_ head: TextHead) {
    for (place, comment) in head.comments.enumerated() {
      let words = Self.words(comment.text)
      guard let kind = words.first.flatMap(Kind.init(rawValue:)),
        words.count <= 2 || Self.weightKinds.contains(words[1])
      else { continue }
      self.kind = kind
      weights = words.count > 1 ? words[1] : nil
      line = comment.line
      counts = head.comments.dropFirst(place + 1).first.flatMap { Self.counts($0.text, $0.line) }
      return
    }
    return nil
  }

  private static func words(_ comment: String) -> [String] {
    comment.drop { $0 == "%" || $0 == "#" || $0.isWhitespace }.lowercased().split(whereSeparator: \.isWhitespace)
      .map(String.init)
  }

  /// Reads counts; a single one is that of the edges.
  private static func counts(_ comment: String, _ line: Int) -> Counts? {
    let numbers = words(comment).map { Int64($0) ?? -1 }
    guard numbers.count == 3, numbers.allSatisfy({ 0...(1 << 40) ~= $0 }) else { return nil }
    return Counts(edges: numbers[0], left: numbers[1], right: numbers[2], line: line)
  }
}
