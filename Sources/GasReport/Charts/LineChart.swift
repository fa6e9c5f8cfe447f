import GasBase

/// Curves over a common axis.
struct LineChart {
  struct Series {
    let name: String
    let points: [(x: Double, y: Double)]
    var style: Int
    /// Whether a value holds until the next one.
    var isStepped = false
    /// A point that is told by a ring and a word.
    var highlight: (x: Double, y: Double, text: String)?
  }

  /// A line to compare with: its ends, and what it is.
  struct Reference {
    let from: (x: Double, y: Double)
    let to: (x: Double, y: Double)
    let name: String

    /// From (0, 0) to (1, 1).
    static func diagonal(_ name: String) -> Reference { Reference(from: (0, 0), to: (1, 1), name: name) }

    /// The same height from one place to another.
    static func level(_ y: Double, from: Double, to: Double, _ name: String) -> Reference {
      Reference(from: (from, y), to: (to, y), name: name)
    }
  }

  let id: String
  let title: String
  let description: String
  let x: Axis
  let y: Axis
  let series: [Series]
  /// A line to compare with; `nil` for none.
  var reference: Reference?
  let table: DataTable
  var note: String?

  /// How many marks a curve has at most; curves of fewer points have one at each.
  private static let mostMarks = 8

  var chart: Chart {
    let frame = Frame(x: x, y: y)
    let names = series.map { ($0.name, $0.style) }
    let drawing = frame.axes + referenceLine(frame) + series.flatMap { curve($0, frame) } + frame.legend(names)
    return Chart(
      id: id, title: title, description: description,
      size: (frame.width, frame.height + Frame.legendHeight(series.count)), drawing: drawing, table: table, note: note)
  }

  private func referenceLine(_ frame: Frame) -> [Markup] {
    guard let reference else { return [] }
    let (x1, y1) = (frame.x(reference.from.x), frame.y(reference.from.y))
    let (x2, y2) = (frame.x(reference.to.x), frame.y(reference.to.y))
    // Above a level line, or at the upper end of one that rises.
    let label =
      y1 == y2
      ? Drawing.label(reference.name, x2 - 2, y2 - 4, anchor: "end", class: "name")
      : Drawing.label(reference.name, (x1 + x2) / 2 + 8, (y1 + y2) / 2 + 14, class: "name")
    return [Drawing.line("reference", x1, y1, x2, y2), label]
  }

  private func curve(_ series: Series, _ frame: Frame) -> [Markup] {
    let points = series.points.filter { $0.x.isFinite && $0.y.isFinite }.map { (frame.x($0.x), frame.y($0.y)) }
    guard let first = points.first else { return [] }
    var commands = "M\(Drawing.text(first.0)) \(Drawing.text(first.1))"
    for point in points.dropFirst() {
      commands +=
        series.isStepped
        ? "H\(Drawing.text(point.0))V\(Drawing.text(point.1))"
        : "L\(Drawing.text(point.0)) \(Drawing.text(point.1))"
    }
    let step = max(1, (points.count + Self.mostMarks - 1) / Self.mostMarks)
    let marks = stride(from: points.count == 1 ? 0 : step / 2, to: points.count, by: step).map {
      Drawing.mark(series.style, points[$0].0, points[$0].1, size: 2.6)
    }
    let style = series.style % SeriesStyle.count
    return [Drawing.path("line c\(style) d\(style)", commands)] + marks + highlight(series, frame)
  }

  private func highlight(_ series: Series, _ frame: Frame) -> [Markup] {
    guard let highlight = series.highlight, highlight.y.isFinite else { return [] }
    let (x, y) = (frame.x(highlight.x), frame.y(highlight.y))
    let isRight = x > (frame.left + frame.end) / 2
    return [
      Drawing.line("reference", x, frame.ceiling, x, frame.floor),
      Markup("circle", ["class": "ring", "cx": Drawing.text(x), "cy": Drawing.text(y), "r": "5"], []),
      Drawing.label(
        highlight.text, isRight ? x - 6 : x + 6, frame.floor - 8, anchor: isRight ? "end" : "start",
        class: "said"),
    ]
  }
}
