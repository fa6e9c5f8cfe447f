import GasBase

/// A table as a picture: the greater a number, the darker its square.
struct HeatMap {
  let id: String
  let title: String
  let description: String
  /// What rows and columns are.
  let axes: (rows: String, columns: String)
  /// The names of rows and columns; empty for numbers along the axes.
  let names: [String]
  /// Shares from 0 to 1, row by row, as many as names squared.
  let shades: [[Double]]
  /// What stands in the squares; empty where there is no room.
  let texts: [[String]]
  let table: DataTable
  var note: String?

  private let width = 400.0

  init(
    id: String, title: String, description: String, axes: (rows: String, columns: String), names: [String],
    shades: [[Double]], texts: [[String]] = [], table: DataTable, note: String? = nil
  ) {
    (self.id, self.title, self.description, self.axes) = (id, title, description, axes)
    (self.names, self.shades, self.texts, self.table, self.note) = (names, shades, texts, table, note)
  }

  var chart: Chart {
    let longest = Double(names.map { min(14, $0.count) }.max() ?? 1)
    // Names of columns lean to the right, beyond the last square.
    let (left, top, right) = (max(46, 14 + 6.4 * longest), 24 + 5.4 * longest, 8 + 3.6 * longest)
    let side = min(64, (width - left - right) / Double(max(1, shades.count)))
    var shapes: [Markup] = []
    for (row, values) in shades.enumerated() {
      let y = top + Double(row) * side
      shapes.append(
        Drawing.label(names[row].excerpt(14), left - 6, y + side / 2 + 4, anchor: "end", class: smallText(side)))
      for (column, value) in values.enumerated() {
        let x = left + Double(column) * side
        shapes.append(square(x, y, side, value))
        guard !texts.isEmpty else { continue }
        shapes.append(
          Drawing.label(
            texts[row][column], x + side / 2, y + side / 2 + 4, anchor: "middle", class: value > 0.55 ? "over" : "cell")
        )
      }
    }
    for (column, name) in names.enumerated() {
      let x = left + (Double(column) + 0.5) * side + 3
      shapes.append(
        Markup(
          "text",
          [
            "class": smallText(side), "text-anchor": "start",
            "transform": "translate(\(Drawing.text(x)) \(Drawing.text(top - 5))) rotate(-55)",
          ], [Markup(name.excerpt(14))]))
    }
    shapes.append(Drawing.label(axes.columns + " →", width - 4, 12, anchor: "end", class: "name"))
    shapes.append(Drawing.label(axes.rows + " ↓", 2, top - 5, class: "name"))
    let height = top + side * Double(shades.count) + 6
    return Chart(
      id: id, title: title, description: description, size: (width, height), drawing: shapes, table: table, note: note)
  }

  private func smallText(_ side: Double) -> String { side < 15 ? "small" : "" }

  private func square(_ x: Double, _ y: Double, _ side: Double, _ value: Double) -> Markup {
    Markup(
      "rect",
      [
        "class": "heat", "x": Drawing.text(x), "y": Drawing.text(y), "width": Drawing.text(side),
        "height": Drawing.text(side), "fill-opacity": value > 0 ? Units.decimals(max(0.04, value), 2) : "0",
      ], [])
  }
}
