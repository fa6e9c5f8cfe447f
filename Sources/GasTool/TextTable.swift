import GasBase

/// Rows of text in columns: the first is aligned to the left, the others to the right. What would end a line inside of
/// a cell is escaped.
public struct TextTable: CustomStringConvertible {
  private let rows: [[String]]

  /// Makes a table of rows, which may have different numbers of cells.
  public init(_ rows: [[String]]) {
    self.rows = rows.map { row in row.map { $0.printable() } }
  }

  /// The lines of the table, without a line feed at the end.
  public var description: String {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? "  " + cell + space : space + cell
      }
      return cells.joined(separator: "  ")
    }.joined(separator: "\n")
  }
}
