import GasBase

/// The space that a chart is drawn in: axes with their marks around it, a legend below.
struct Frame {
  let x: Axis
  let y: Axis
  var width = 400.0
  var height = 250.0
  var left = 50.0
  private let right = 12.0
  private let top = 26.0
  private let bottom = 38.0

  init(x: Axis, y: Axis, width: Double = 400, height: Double = 250) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
    left = 14 + 6.6 * Double(y.ticks.map { y.label($0).count }.max() ?? 3)
  }

  func x(_ value: Double) -> Double { left + x.place(value) * (width - left - right) }
  func y(_ value: Double) -> Double { height - bottom - y.place(value) * (height - top - bottom) }

  var floor: Double { height - bottom }
  var ceiling: Double { top }
  var end: Double { width - right }

  /// Lines across, marks and titles of both axes.
  var axes: [Markup] {
    let across = y.ticks.flatMap { tick in
      [
        Drawing.line("grid", left, y(tick), end, y(tick)),
        Drawing.label(y.label(tick), left - 6, y(tick) + 4, anchor: "end"),
      ]
    }
    let marks = x.ticks.flatMap { tick in
      [
        Drawing.line("axis", x(tick), floor, x(tick), floor + 4),
        Drawing.label(x.label(tick), x(tick), floor + 16, anchor: anchor(tick)),
      ]
    }
    return across + [Drawing.line("axis", left, floor, end, floor)] + marks + [
      Drawing.label(y.title, 2, 13, class: "name"),
      Drawing.label(x.title, end, height - 4, anchor: "end", class: "name"),
    ]
  }

  /// Marks at an end stay inside of the picture.
  private func anchor(_ tick: Double) -> String {
    x(tick) > end - 8 && x.label(tick).count > 3 ? "end" : "middle"
  }

  /// The height of a legend.
  static func legendHeight(_ count: Int) -> Double { count > 1 ? 8 + 18 * Double((count + 1) / 2) : 0 }

  /// The names of series below the frame, in two columns.
  func legend(_ series: [(name: String, style: Int)]) -> [Markup] {
    guard series.count > 1 else { return [] }
    return series.enumerated().flatMap { place, entry in
      let x = 8 + Double(place % 2) * (width / 2)
      let y = height + 14 + 18 * Double(place / 2)
      return [
        Drawing.line("line c\(entry.style) d\(entry.style)", x, y - 4, x + 30, y - 4),
        Drawing.mark(entry.style, x + 15, y - 4),
        Drawing.label(entry.name.excerpt(22), x + 36, y),
      ]
    }
  }
}
