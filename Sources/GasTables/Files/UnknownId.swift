import GasBase
import GasFormats

/// An id that no node has, and the row that names it.
struct UnknownId {
  /// The id as the table has it.
  private let id: String
  /// Whether its bytes are UTF-8.
  private let isText: Bool
  private let column: String
  private let row: Int
  private let file: String
  private let line: Int
  /// The id of a node that may be meant: the same in another spelling; `nil` if none is known.
  let likeness: String?
  /// Whether that node is in the table of nodes, and not in edges alone.
  let isLikeTableId: Bool

  /// Remembers the field of a row.
  ///
  /// - Parameters:
  ///   - reader: is at the row.
  ///   - place: the column of the id.
  ///   - ids: the ids of nodes.
  ///   - knownCount: how many of them, from the first on, may be meant.
  init(_ reader: CSVReader, _ place: Int, _ ids: TableIds, knownCount: Int) {
    id = String(decoding: reader[place], as: UTF8.self)
    isText = String(validating: reader[place], as: UTF8.self) != nil
    (column, row, file, line) = (reader.columns[place], reader.row, reader.name, reader.line)
    let other = Self.spellings(of: id).lazy.compactMap { other in ids.node(other).map { (other, Int($0)) } }
      .first { $0.1 < knownCount }
    likeness = other?.0
    isLikeTableId = other.map { $0.1 < ids.tableCount } ?? false
  }

  /// The error for a table of which no row is left.
  ///
  /// - Parameters:
  ///   - what: what a row of it is: "edge" or "label".
  ///   - count: how many rows were left out.
  ///   - ids: the ids of nodes.
  ///   - nodes: what messages call the table of nodes.
  /// - Returns: the error, with an example and what to do.
  func error(leavingOutEvery what: String, _ count: Int, _ ids: TableIds, _ nodes: String) -> GasError {
    GasError(
      "--unknown drop left out every \(what) (\(count)): each names an id that \(nodes) does not have, such as \(found) "
        + "in row \(row), column \"\(column.excerpt)\"", file: file, at: .line(line), advice: advice(ids, nodes))
  }

  /// What is said where some rows were left out, or ids became nodes.
  ///
  /// - Parameters:
  ///   - what: what was done, and with how many.
  ///   - nodes: what messages call the table of nodes.
  /// - Returns: a sentence with an example.
  func note(_ what: String, _ nodes: String) -> String {
    "\(file):\(line): \(what) of ids that \(nodes) does not have, such as \(found) in row \(row), column "
      + "\"\(column.excerpt)\""
      + (spellingAdvice(nodes).map { "; \($0)\(isText ? " if they are the same" : "")" } ?? "")
  }

  /// What to do if a node has the id in another spelling, or the table another encoding; `nil` if neither is known.
  func spellingAdvice(_ nodes: String) -> String? {
    guard isText else { return "ids are text in UTF-8, and this one is not; \(TextEncoding.advice(file))" }
    return likeness.map { "\(nodes) has \"\($0.excerpt)\": write ids alike in both tables" }
  }

  private var found: String { id.isEmpty ? "an empty one" : "\"\(id.excerpt)\"" }

  private func advice(_ ids: TableIds, _ nodes: String) -> String {
    if let advice = spellingAdvice(nodes) { return advice }
    let example = ids.first.map { ", such as \"\($0.excerpt)\"," } ?? ""
    return "is --id the column of ids\(example) that this table names? Ids are the same only if they are written alike"
  }

  /// So many zeros may stand in front of a number.
  private static let zeroCount = 20
  /// Longer ids are texts, and have no other spellings.
  private static let longestCount = 256

  /// An id as other programs may write it: in other letters, with or without blanks, zeros in front of a number or a
  /// decimal point.
  private static func spellings(of id: String) -> [String] {
    guard id.utf8.count <= longestCount else { return [] }
    let plain = id.trimmed
    var all = [plain, plain.lowercased(), plain.uppercased(), plain.capitalized, " \(plain)", "\(plain) "]
    all += plain.normalForms
    if let number = wholeNumber(plain) {
      all += ["\(number)", "\(number).0"] + padded("\(number)")
    }
    return all + [plain, plain.lowercased(), plain.uppercased()].flatMap(padded)
  }

  /// The whole number that a text is, if it is so small that a decimal point does not round it.
  private static func wholeNumber(_ text: String) -> Int64? {
    if let number = Int64(text) { return number }
    guard let number = Double(text), number.magnitude < 0x1p53 else { return nil }
    return Int64(exactly: number)
  }

  /// The text with more zeros, or none, in front of the digits at its end. Behind a decimal point they would make
  /// another number.
  private static func padded(_ text: String) -> [String] {
    let digits = text.reversed().prefix { $0.isASCII && $0.isNumber }.count
    let stem = String(text.dropLast(digits))
    guard digits > 0, stem.last != ".", stem.last != "," else { return [] }
    let significant = text.suffix(digits).drop { $0 == "0" }
    let number = significant.isEmpty ? "0" : String(significant)
    return (0...zeroCount).map { stem + String(repeating: "0", count: $0) + number }
  }
}

/// The rows of a table that name ids which no node has: how many there are, and an example. The memory is the same
/// however many there are.
struct UnknownIdSample {
  /// How many rows name one.
  private(set) var count = 0
  /// The first of the rows that were looked at whose id a node has in another spelling, or else the first of all.
  private(set) var example: UnknownId?

  /// So many rows are looked at.
  private static let lookedAtCount = 256

  /// Counts a row.
  ///
  /// - Parameters:
  ///   - reader: is at the row.
  ///   - place: the column of the id.
  ///   - ids: the ids of nodes.
  ///   - knownCount: how many of them, from the first on, may be meant.
  mutating func add(_ reader: CSVReader, _ place: Int, _ ids: TableIds, knownCount: Int) {
    count += 1
    guard count <= Self.lookedAtCount, example?.likeness == nil else { return }
    let id = UnknownId(reader, place, ids, knownCount: knownCount)
    if example == nil || id.likeness != nil { example = id }
  }
}
