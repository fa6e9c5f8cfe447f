import GasBase
import GasFormats

/// Notices a last row that is no row of the table, but a sum below it: its id is of another kind than all others, or a
/// word for a sum that stands nowhere else.
struct LastRowDoubt {
  /// What an id looks like.
  private enum Kind: String {
    case integer = "whole numbers"
    case code = "ids with digits"
    case word = "ids without digits"

    init(_ id: UnsafeRawBufferPointer) {
      let digits = id.count { 48...57 ~= $0 }
      let isInteger = digits == id.count || digits == id.count - 1 && id.first == UInt8(ascii: "-")
      self = digits == 0 ? .word : isInteger ? .integer : .code
    }
  }

  /// The ids of a column, as far as they were read.
  private struct Column {
    /// How many ids there were before any of another kind.
    var count = 0
    var kind = Kind.integer
    /// The first id of another kind, and what is said if it stays the last of all.
    var sentence: String?
    var isMixed = false
    /// How many ids there were.
    var rowCount = 0
    /// What is said if the word for a sum that was read now stays the last of all; and whether one was read before.
    var sum: String?
    var hasSum = false
  }

  /// Fewer ids do not tell what all have in common.
  private static let leastCount = 3

  private var columns: [Column]

  /// - Parameter columns: how many columns have ids.
  init(columns: Int) { self.columns = Array(repeating: Column(), count: columns) }

  /// Takes the id of a row.
  ///
  /// - Parameters:
  ///   - place: where the id is in the table.
  ///   - number: the number of the column among those that have ids.
  ///   - reader: is at the row.
  mutating func add(_ place: Int, column number: Int, _ reader: CSVReader) {
    noteSum(place, column: number, reader)
    guard !columns[number].isMixed else { return }
    let kind = Kind(reader[place])
    if columns[number].count == 0 { columns[number].kind = kind }
    guard columns[number].sentence == nil, kind != columns[number].kind else {
      columns[number].isMixed = columns[number].sentence != nil
      columns[number].count += 1
      return
    }
    columns[number].sentence =
      Self.beginning(place, reader) + ", and all others have \(columns[number].kind.rawValue); it was taken for a "
      + "node: if it is a sum or a remark, take the row away"
  }

  private static func beginning(_ place: Int, _ reader: CSVReader) -> String {
    "\(reader.name):\(reader.line): the last row has \(reader[place].shown) in column \"\(reader.columns[place].excerpt)\""
  }

  private mutating func noteSum(_ place: Int, column number: Int, _ reader: CSVReader) {
    columns[number].rowCount += 1
    columns[number].sum = nil
    guard SumWords.contain(reader[place]) else { return }
    if !columns[number].hasSum {
      columns[number].sum =
        Self.beginning(place, reader) + ", which no other row has; it was taken for a node: if it is the sum of the "
        + "rows above, take the row away"
    }
    columns[number].hasSum = true
  }

  /// What is said of the last row; `nil` if nothing tells.
  var sentence: String? {
    columns.first { !$0.isMixed && $0.sentence != nil && $0.count >= Self.leastCount }?.sentence
      ?? columns.first { $0.sum != nil && $0.rowCount > Self.leastCount }?.sum
  }
}

/// Words that stand in front of sums, as programs and people write them below tables.
private enum SumWords {
  private static let words: [[UInt8]] = [
    "total", "totals", "grand total", "subtotal", "sub-total", "sum", "summe", "gesamt", "gesamtsumme", "insgesamt",
    "somme", "totale", "totaal", "suma", "soma", "Итого", "итого", "Всего", "всего", "合計", "合计", "总计", "Σ", "∑",
  ].map { Array($0.utf8) }
  /// The bits of the numbers of bytes that words have.
  private static let lengths = words.reduce(UInt64(0)) { $0 | 1 << UInt64($1.count) }

  /// Whether an id is one of them, a colon behind it or not; case matters to letters beyond ASCII alone.
  static func contain(_ id: UnsafeRawBufferPointer) -> Bool {
    let count = id.last == UInt8(ascii: ":") ? id.count - 1 : id.count
    // Nearly all ids end here.
    guard count < 64, lengths >> UInt64(count) & 1 == 1 else { return false }
    return words.contains { word in
      word.count == count && word.indices.allSatisfy { word[$0] == small(id[$0]) }
    }
  }

  private static func small(_ byte: UInt8) -> UInt8 { 65...90 ~= byte ? byte + 32 : byte }
}
