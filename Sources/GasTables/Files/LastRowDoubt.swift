import GasBase
import GasFormats

/// Notices a last row that is no row of the table, but a sum below it: its id is of another kind than all others.
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
    guard !columns[number].isMixed else { return }
    let kind = Kind(reader[place])
    if columns[number].count == 0 { columns[number].kind = kind }
    guard columns[number].sentence == nil, kind != columns[number].kind else {
      columns[number].isMixed = columns[number].sentence != nil
      columns[number].count += 1
      return
    }
    columns[number].sentence =
      "\(reader.name):\(reader.line): the last row has \(reader[place].shown) in column "
      + "\"\(reader.columns[place].excerpt)\", and all others have \(columns[number].kind.rawValue); it was taken for a "
      + "node: if it is a sum or a remark, take the row away"
  }

  /// What is said of the last row; `nil` if nothing tells.
  var sentence: String? {
    columns.first { !$0.isMixed && $0.sentence != nil && $0.count >= Self.leastCount }?.sentence
  }
}
