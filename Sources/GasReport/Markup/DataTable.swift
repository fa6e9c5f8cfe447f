import GasBase

/// A table of a page: a caption, names of columns, and rows whose first cell names them.
struct DataTable: Sendable {
  /// A cell.
  enum Cell: Sendable {
    case text(String)
    /// A number, and how people read it.
    case number(Double, String)
    /// Words of a program.
    case code(String)
    /// Nothing is known.
    case missing
  }

  var caption: String
  var columns: [String]
  var rows: [[Cell]]
  /// A sentence below it; `nil` for none.
  var note: String?

  init(_ caption: String, _ columns: [String], _ rows: [[Cell]], note: String? = nil) {
    (self.caption, self.columns, self.rows, self.note) = (caption, columns, rows, note)
  }

  /// Whether a column has texts, which begin at the left.
  private func isText(_ column: Int) -> Bool {
    rows.allSatisfy { row in
      guard column < row.count else { return true }
      switch row[column] {
      case .text, .code: return true
      case .number, .missing: return false
      }
    }
  }

  /// The table, in a box that scrolls where it is wider than the page.
  ///
  /// - Parameter id: a name that nothing else on the page has.
  /// - Returns: the box, and the note below it.
  func markup(id: String) -> Markup {
    let head = Markup(
      "tr",
      columns.enumerated().map { place, name in
        Markup("th", isText(place) ? ["scope": "col", "class": "t"] : ["scope": "col"], [Markup(name)])
      })
    let areTexts = columns.indices.map(isText)
    let body = rows.map { row in
      Markup(
        "tr",
        row.enumerated().map { place, cell in
          place == 0
            ? Markup("th", ["scope": "row"], [cell.markup])
            : Markup("td", areTexts[place] ? ["class": "t"] : [:], [cell.markup])
        })
    }
    let table = Markup(
      "table",
      [
        Markup("caption", ["id": id], [Markup(caption)]), Markup("thead", [head]), Markup("tbody", body),
      ])
    let box = Markup("div", ["class": "scroll", "role": "region", "aria-labelledby": id, "tabindex": "0"], [table])
    return Markup([box] + (note.map { [Markup.paragraph($0, class: "note")] } ?? []))
  }
}

extension DataTable.Cell {
  /// A count, with its thousands apart.
  static func count(_ value: Int) -> DataTable.Cell { .number(Double(value), PageText.count(value)) }

  /// A number, or nothing.
  static func optional(_ value: Double?, _ text: (Double) -> String) -> DataTable.Cell {
    value.map { .number($0, text($0)) } ?? .missing
  }

  fileprivate var markup: Markup {
    switch self {
    case .text(let text): Markup(text)
    case .number(let value, let text): value.isFinite ? .number(value, text) : Markup("–")
    case .code(let text): .code(text)
    case .missing: "–"
    }
  }
}
