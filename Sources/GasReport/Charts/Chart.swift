import GasBase

/// A picture with its name, a sentence for those who do not see it, and the table of its numbers.
struct Chart {
  /// A name that nothing else on the page has.
  let id: String
  let title: String
  /// What is to be seen, in a sentence or two.
  let description: String
  let size: (width: Double, height: Double)
  let drawing: [Markup]
  let table: DataTable
  /// A sentence below the picture; `nil` for none.
  var note: String?

  /// The picture as a figure, its numbers behind it.
  var figure: Markup {
    let picture = Markup(
      "svg",
      [
        "viewBox": "0 0 \(Drawing.text(size.width)) \(Drawing.text(size.height))", "role": "img",
        "aria-labelledby": "\(id)-t \(id)-d",
      ],
      [
        Markup("title", ["id": id + "-t"], [Markup(title)]), Markup("desc", ["id": id + "-d"], [Markup(description)]),
      ] + drawing)
    return Markup(
      "figure", ["id": id],
      [Markup("figcaption", [Markup(title)]), picture]
        + (note.map { [Markup.paragraph($0, class: "note")] } ?? [])
        + [Markup.details("Numbers: \(table.caption)", [table.markup(id: id + "-c")])])
  }
}

/// Shapes of SVG in the units of the picture.
enum Drawing {
  /// A coordinate, to a tenth.
  static func text(_ value: Double) -> String {
    let text = Units.decimals(value, 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  static func line(_ name: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> Markup {
    Markup("line", ["class": name, "x1": text(x1), "y1": text(y1), "x2": text(x2), "y2": text(y2)], [])
  }

  static func rectangle(_ name: String, _ x: Double, _ y: Double, _ width: Double, _ height: Double) -> Markup {
    Markup(
      "rect",
      ["class": name, "x": text(x), "y": text(y), "width": text(max(0, width)), "height": text(max(0, height))],
      [])
  }

  static func label(_ content: String, _ x: Double, _ y: Double, anchor: String = "start", class name: String = "")
    -> Markup
  {
    Markup(
      "text",
      name.isEmpty
        ? ["x": text(x), "y": text(y), "text-anchor": anchor]
        : ["class": name, "x": text(x), "y": text(y), "text-anchor": anchor],
      [Markup(content)])
  }

  static func path(_ name: String, _ commands: String) -> Markup { Markup("path", ["class": name, "d": commands], []) }

  /// A mark whose shape tells its series, too.
  static func mark(_ series: Int, _ x: Double, _ y: Double, size: Double = 3) -> Markup {
    let (s, name) = (size, "mark c\(series % SeriesStyle.count)")
    func at(_ dx: Double, _ dy: Double) -> String { "\(text(x + dx)) \(text(y + dy))" }
    switch series % 4 {
    case 0: return Markup("circle", ["class": name, "cx": text(x), "cy": text(y), "r": text(s)], [])
    case 1: return rectangle(name, x - s, y - s, 2 * s, 2 * s)
    case 2: return path(name, "M\(at(0, -s * 1.3))L\(at(s * 1.2, s))L\(at(-s * 1.2, s))Z")
    default: return path(name, "M\(at(0, -s * 1.4))L\(at(s * 1.4, 0))L\(at(0, s * 1.4))L\(at(-s * 1.4, 0))Z")
    }
  }
}

/// How series are told apart: by colour, by the pattern of the line, and by the shape of its marks.
enum SeriesStyle {
  /// How many there are.
  static let count = 8
}
