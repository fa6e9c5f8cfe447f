import GasBase

/// A piece of a page that is well-formed as HTML and as XML. What comes from outside enters as text or as the value of
/// an attribute, and is escaped there; a string literal is text, too.
struct Markup: Sendable, ExpressibleByStringInterpolation {
  /// The piece as it stands in the page.
  let source: String

  private init(source: String) { self.source = source }

  /// Text.
  init(_ text: String) { source = Self.escaped(text) }

  /// Text.
  init(stringLiteral text: String) { self.init(text) }

  /// An element.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - attributes: their names and values.
  ///   - children: what is in it.
  init(_ name: String, _ attributes: KeyValuePairs<String, String>, _ children: [Markup]) {
    let given = attributes.map { " \($0.key)=\"\(Self.escaped($0.value))\"" }.joined()
    let inside = children.map(\.source).joined()
    let end = Self.isBlock(name) ? "\n" : ""
    source =
      Self.voidNames.contains(name) || (inside.isEmpty && Self.shapeNames.contains(name))
      ? "<\(name)\(given)/>\(end)" : "<\(name)\(given)>\(inside)</\(name)>\(end)"
  }

  /// An element without attributes.
  init(_ name: String, _ children: [Markup]) { self.init(name, [:], children) }

  /// A style sheet, which is not escaped: it must have neither `<` nor `&`.
  init(styleSheet text: String) {
    precondition(!text.contains("<") && !text.contains("&"), "a style sheet that is no XML")
    source = "<style>\n\(text)</style>\n"
  }

  /// Pieces that follow each other.
  init(_ pieces: [Markup]) { source = pieces.map(\.source).joined() }

  /// Nothing.
  static let nothing = Markup(source: "")

  /// A number that people read in one form and programs in the other.
  static func number(_ value: Double, _ text: String) -> Markup {
    Markup("data", ["value": "\(value)"], [Markup(text)])
  }

  private static let voidNames: Set<String> = ["meta", "link", "br", "hr", "col"]
  private static let shapeNames: Set<String> = ["path", "line", "rect", "circle", "use"]

  private static func isBlock(_ name: String) -> Bool { !inlineNames.contains(name) }
  private static let inlineNames: Set<String> = [
    "a", "b", "code", "data", "em", "span", "strong", "sub", "sup", "td", "th", "tspan", "abbr", "kbd",
  ]

  /// The text with all that markup is made of escaped. Control characters are shown, not obeyed, and what XML cannot
  /// say at all becomes the replacement character.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.printable().unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case _ where scalar.value & 0xfffe == 0xfffe: result += "\u{fffd}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension Markup {
  /// A paragraph.
  static func paragraph(_ children: [Markup]) -> Markup { Markup("p", children) }
  /// A paragraph.
  static func paragraph(_ text: String, class name: String? = nil) -> Markup {
    name.map { Markup("p", ["class": $0], [Markup(text)]) } ?? Markup("p", [Markup(text)])
  }
  /// Words of a program.
  static func code(_ text: String) -> Markup { Markup("code", [Markup(text)]) }
  /// Words that matter.
  static func strong(_ text: String) -> Markup { Markup("strong", [Markup(text)]) }

  /// A part of the page.
  ///
  /// - Parameters:
  ///   - id: its name in links.
  ///   - level: the level of its heading.
  ///   - title: its heading.
  ///   - children: what is in it.
  /// - Returns: the part, which has the heading's name for those who do not see it.
  static func section(_ id: String, level: Int, _ title: String, _ children: [Markup]) -> Markup {
    Markup(
      "section", ["id": id, "aria-labelledby": id + "-h"],
      [Markup("h\(level)", ["id": id + "-h"], [Markup(title)])] + children)
  }

  /// Something to open, by mouse or by keyboard.
  static func details(_ summary: String, _ children: [Markup]) -> Markup {
    Markup("details", [Markup("summary", [Markup(summary)])] + children)
  }
}
