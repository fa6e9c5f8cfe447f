import GasBase

/// How often pairs of numbers occur, as squares over two axes.
struct GridChart {
  let id: String
  let title: String
  let description: String
  let x: Axis
  let y: Axis
  /// The limits of the squares along either axis.
  let limits: [Double]
  /// How often each pair occurs: a row for each square of the upright axis, from below.
  let counts: [[Int]]
  let table: DataTable
  var note: String?

  var chart: Chart {
    let frame = Frame(x: x, y: y, height: 360)
    let most = Double(counts.joined().max() ?? 1)
    var squares: [Markup] = []
    for (row, values) in counts.enumerated() {
      for (column, count) in values.enumerated() where count > 0 {
        let (x1, x2) = (frame.x(limits[column]), frame.x(limits[column + 1]))
        let (y1, y2) = (frame.y(limits[row + 1]), frame.y(limits[row]))
        // The root shows few beside many.
        let shade = max(0.08, (Double(count) / most).squareRoot())
        squares.append(
          Markup(
            "rect",
            [
              "class": "heat", "x": Drawing.text(x1), "y": Drawing.text(y1), "width": Drawing.text(x2 - x1),
              "height": Drawing.text(y2 - y1), "fill-opacity": Units.decimals(shade, 2),
            ], []))
      }
    }
    let (low, high) = (limits[0], limits[limits.count - 1])
    let line = [
      Drawing.line("reference", frame.x(low), frame.y(low), frame.x(high), frame.y(high)),
      Drawing.label("predicted = true", frame.x(low) + 8, frame.ceiling + 10, class: "name"),
    ]
    return Chart(
      id: id, title: title, description: description, size: (frame.width, frame.height),
      drawing: frame.axes + squares + line, table: table, note: note)
  }
}
