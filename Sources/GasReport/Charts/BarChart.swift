import GasBase

/// Columns beside each other, one for each of some intervals.
struct ColumnChart {
  let id: String
  let title: String
  let description: String
  let x: Axis
  let y: Axis
  /// From where to where a column goes on the axis below, and how high it is.
  let columns: [(from: Double, to: Double, height: Double)]
  /// A line from below to above, and what it is.
  var reference: (x: Double, name: String)?
  let table: DataTable
  var note: String?

  var chart: Chart {
    let frame = Frame(x: x, y: y)
    let bars = columns.filter { $0.height > 0 }.map { column in
      let (x1, x2, top) = (frame.x(column.from), frame.x(column.to), frame.y(column.height))
      let gap = x2 - x1 > 6 ? 1.0 : 0.2
      // What is there is seen, if only as a line.
      return Drawing.rectangle("bar", x1 + gap, min(top, frame.floor - 1), x2 - x1 - 2 * gap, max(1, frame.floor - top))
    }
    let line = reference.map { reference in
      [
        Drawing.line("reference", frame.x(reference.x), frame.ceiling, frame.x(reference.x), frame.floor),
        Drawing.label(reference.name, frame.x(reference.x) + 4, frame.ceiling - 3, class: "name"),
      ]
    }
    return Chart(
      id: id, title: title, description: description, size: (frame.width, frame.height),
      drawing: frame.axes + bars + (line ?? []), table: table, note: note)
  }
}

/// Rows of stacked bars, a row for each of some things with names.
struct BarChart {
  struct Row {
    let name: String
    /// The lengths of its pieces.
    let lengths: [Double]
    /// What stands behind it.
    let text: String
  }

  let id: String
  let title: String
  let description: String
  /// What the pieces are, in their order.
  let parts: [String]
  let rows: [Row]
  /// The length that a bar over the whole width has; `nil` for the longest.
  var most: Double?
  let table: DataTable
  var note: String?

  private let width = 400.0
  private let rowHeight = 19.0
  private let left = 120.0
  private let right = 66.0

  init(
    id: String, title: String, description: String, parts: [String], rows: [Row], most: Double? = nil, table: DataTable,
    note: String? = nil
  ) {
    (self.id, self.title, self.description, self.parts) = (id, title, description, parts)
    (self.rows, self.most, self.table, self.note) = (rows, most, table, note)
  }

  var chart: Chart {
    let longest = most ?? max(rows.map { $0.lengths.reduce(0, +) }.max() ?? 1, 1e-300)
    let bars = rows.enumerated().flatMap { place, row in bar(row, y: 4 + Double(place) * rowHeight, longest) }
    let bottom = 8 + Double(rows.count) * rowHeight
    let legend = parts.count > 1 ? keys(y: bottom) : []
    let patterns = parts.count > 1 ? [hatching] : []
    return Chart(
      id: id, title: title, description: description,
      size: (width, bottom + (legend.isEmpty ? 0 : 22)), drawing: patterns + bars + legend, table: table, note: note)
  }

  private func bar(_ row: Row, y: Double, _ longest: Double) -> [Markup] {
    var x = left
    var shapes = [Drawing.label(row.name.excerpt(17), left - 6, y + 12, anchor: "end")]
    for (part, length) in row.lengths.enumerated() where length > 0 {
      let width = max(0.5, length / longest * (self.width - left - right))
      shapes += piece(part, x, y + 2, width)
      x += width
    }
    return shapes + [Drawing.label(row.text, x + 5, y + 12, class: "name")]
  }

  /// Pieces differ in colour and in hatching.
  private func piece(_ part: Int, _ x: Double, _ y: Double, _ width: Double) -> [Markup] {
    let plain = Drawing.rectangle(parts.count > 1 ? "fill c\(part)" : "bar", x, y, width, rowHeight - 6)
    guard part > 0 else { return [plain] }
    let hatch = Markup(
      "rect",
      [
        "x": Drawing.text(x), "y": Drawing.text(y), "width": Drawing.text(width),
        "height": Drawing.text(rowHeight - 6), "fill": "url(#\(id)-p\(part))",
      ], [])
    return [plain, hatch]
  }

  private var hatching: Markup {
    let patterns = (1..<max(2, parts.count)).map { part in
      Markup(
        "pattern",
        [
          "id": "\(id)-p\(part)", "width": "5", "height": "5", "patternUnits": "userSpaceOnUse",
          "patternTransform": "rotate(\(part == 1 ? 45 : -45))",
        ],
        [Drawing.rectangle("hatch", 0, 0, part == 1 ? 1.4 : 2.6, 5)])
    }
    return Markup("defs", patterns)
  }

  private func keys(y: Double) -> [Markup] {
    parts.enumerated().flatMap { place, name in
      let x = left + Double(place) * 92
      return piece(place, x, y + 4, 16) + [Drawing.label(name, x + 21, y + 15)]
    }
  }
}
