import GasBase
import GasFormats

/// Messages about a first line that does not fit: advice is made of the line itself, and shows the edge that it would
/// give.
struct EdgeLayoutText {
  private let columns: [TextColumn]
  private let next: [TextColumn]?
  private let separator: ColumnSeparator
  private let format: EdgeFormat
  /// The number of the line.
  private let line: Int

  init(_ columns: [TextColumn], _ next: [TextColumn]?, _ separator: ColumnSeparator, _ format: EdgeFormat, line: Int) {
    self.line = line
    self.columns = columns
    self.next = next
    self.separator = separator
    self.format = format
  }

  private var expected: String { format.isWeighted ? "three columns" : "two columns" }

  private func shown(_ place: Int) -> String { String(columns[place].text.prefix(40)) }
  private func edge(_ source: Int, _ target: Int) -> String { "\(shown(source)) → \(shown(target))" }

  /// Advice about comments behind edges, as `networkx.read_edgelist` takes them.
  static func adviceAboutComments(_ rest: ArraySlice<TextColumn>) -> String? {
    guard rest.contains(where: { $0.bytes.first == UInt8(ascii: "#") }) else { return nil }
    return "take comments behind edges away: sed 's/#.*//' FILE | gas-ingest - …"
  }

  var tooMany: EdgeLayout.Problem {
    if !format.hasStringIds, let advice = Self.adviceAboutComments(columns.dropFirst(2)) {
      return .init(expected: expected, advice: advice)
    }
    if let next, next.count != columns.count {
      return .init(
        expected: "\(expected), and the next line to have as many (it has \(next.count))",
        advice: "write lists of neighbours as pairs, or pass --skip-lines \(line) if the line says sizes or names")
    }
    let choices = self.choices
    let others = choices.isEmpty ? "" : ": " + choices.joined(separator: " or ")
    let hint =
      switch separator {
      case .blanks where format.hasStringIds: ", or --separator if names have blanks"
      case .tab where columns.contains { $0.bytes.isEmpty }: ", or --separator blanks if two tabs are as good as one"
      default: ""
      }
    return .init(
      expected: expected,
      advice: "of \(columns.count) separated by \(separator), say which to take with "
        + "--columns SOURCE,TARGET[,WEIGHT]\(others)\(hint)")
  }

  /// Flags that would take the line for an edge, and for which edge.
  private var choices: [String] {
    // A name cut in two would make an edge of its halves.
    guard !format.hasStringIds || separator != .blanks else { return [] }
    func isEdge(_ places: Int...) -> Bool { format.hasStringIds || places.allSatisfy { columns[$0].integer != nil } }
    let isNamed = format.hasStringIds && columns[2].number == nil
    let isWeight = columns[2].number != nil && (next.map { $0[2].number != nil } ?? true)
    let weight = " of weight \(shown(2))"
    if format.isWeighted {
      guard isNamed else { return isEdge(0, 1) && isWeight ? ["--ignore-extra-columns (\(edge(0, 1))\(weight))"] : [] }
      return columns[3].number == nil ? [] : ["--columns 1,3,4 (\(edge(0, 2)) of weight \(shown(3)))"]
    }
    if isNamed { return ["--columns 1,3 (\(edge(0, 2)))", "--columns 1,2 (\(edge(0, 1)))"] }
    return [
      isEdge(0, 1) && isWeight ? "--weighted (\(edge(0, 1))\(weight))" : nil,
      isEdge(0, 1) ? "--ignore-extra-columns (\(edge(0, 1)) alone)" : nil,
      !format.hasStringIds && isEdge(0, 2) ? "--columns 1,3 (\(edge(0, 2)))" : nil,
    ].compactMap { $0 }
  }

  /// The problem of a line with too many columns if they have names.
  var tooManyNamed: EdgeLayout.Problem { .init(expected: expected, advice: namedAdvice) }

  /// The problem of columns with names of which the first are not those of an edge.
  var misplaced: EdgeLayout.Problem {
    .init(
      expected: format.isWeighted
        ? "source, target and weight in the first three columns" : "source and target in the first two columns",
      advice: namedAdvice)
  }

  private var namedAdvice: String {
    let ends = Self.ends(names) ?? (hasRowNumbers ? (1, 2) : (0, 1))
    let pair = "\(names[ends.0]),\(names[ends.1])"
    let numbers = columns.indices.filter {
      $0 != ends.0 && $0 != ends.1 && !(hasRowNumbers && $0 == 0) && next?[safe: $0]?.number != nil
    }
    guard let number = numbers.first(where: { EdgeHeader.isWeight(names[$0]) }) ?? numbers.first else {
      return "pass --columns \(pair.shellWord)"
    }
    let weighted = "--columns \((pair + "," + names[number]).shellWord)"
    let isWanted = format.isWeighted && EdgeHeader.isWeight(names[number])
    return isWanted
      ? "pass \(weighted)" : "pass --columns \(pair.shellWord), or \(weighted) if \(names[number]) is the weight"
  }

  private var names: [String] { columns.map(\.text) }

  /// Whether other columns than the first have usual names for an edge's ends.
  var hasOtherOrder: Bool {
    if let ends = Self.ends(names), ends != (0, 1) { return true }
    if hasRowNumbers { return true }
    guard format.isWeighted, columns.count > 3, !EdgeHeader.isWeight(names[2]) else { return false }
    return names[3...].contains(where: EdgeHeader.isWeight)
  }

  /// Whether the first column is named like that of pandas's row numbers, which has no name.
  private var hasRowNumbers: Bool { columns.count > 2 && ["", "Unnamed: 0"].contains(names[0]) }

  /// Whether a name follows the two that are read.
  var hasNameBehind: Bool { columns[safe: 2].map { !$0.bytes.isEmpty && $0.number == nil } ?? false }

  var hasKnownNames: Bool { Self.ends(names) != nil }

  private static func ends(_ names: [String]) -> (Int, Int)? {
    for source in names.indices {
      for target in names.indices where source != target && EdgeHeader.areNames(names[source], names[target]) {
        return (source, target)
      }
    }
    return nil
  }

  var tooFew: EdgeLayout.Problem {
    if let chosen = format.columns {
      return .init(
        expected: "columns \(chosen.all.map(\.text).joined(separator: ", "))",
        advice:
          "there are \(columns.count), separated by \(separator): pass --separator if they are separated otherwise"
      )
    }
    let line = columns.map(\.text).joined()
    let other = ["|", ":", "::"].last { line.contains($0) }
    let ids = format.hasStringIds ? "two node ids" : "two integer node ids"
    return .init(
      expected: format.isWeighted ? "two node ids and a finite weight" : ids,
      advice: other.map { "pass --separator '\($0)' if that separates columns" })
  }

  func noColumn(_ name: String, isRepeated: Bool) -> EdgeLayout.Problem {
    .init(
      expected: "\(isRepeated ? "one" : "a") column called \"\(name)\"",
      advice: "name columns as this line does, or by number")
  }
}

extension Array {
  subscript(safe place: Int) -> Element? { indices.contains(place) ? self[place] : nil }
}

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
