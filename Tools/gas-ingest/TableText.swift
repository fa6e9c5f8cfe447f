import GasBase
import GasIngest

/// What was decided about tables, as text for people.
struct TableText {
  private(set) var lines: [String] = []

  /// The most columns and classes that are listed.
  private static let (longestColumns, longestClasses) = (40, 12)

  init(_ report: TableReport) {
    for (number, column) in report.columns.prefix(Self.longestColumns).enumerated() {
      lines.append((number == 0 ? "columns      " : "             ") + Self.text(column))
    }
    let more = report.columns.count - Self.longestColumns
    if more > 0 { lines.append("             … \(more) more (--json)") }
    if let classes = report.classes, classes.count <= Self.longestClasses,
      classes != classes.indices.map(String.init)
    {
      lines.append("classes      " + classes.enumerated().map { "\($0) = \($1.excerpt)" }.joined(separator: ", "))
    }
    var left: [String] = []
    if report.droppedEdges > 0 { left.append("\(Units.plural(report.droppedEdges, "edge")) of unknown nodes") }
    if report.droppedLabels > 0 { left.append("\(Units.plural(report.droppedLabels, "label")) of unknown nodes") }
    if !left.isEmpty { lines.append("left out     " + left.joined(separator: ", ")) }
    if report.addedNodes > 0 {
      lines.append("added        \(Units.plural(report.addedNodes, "node")) without a row in the table of nodes")
    }
  }

  private static func text(_ column: TableReport.Column) -> String {
    var text = "\(column.name.excerpt): " + (column.kind == "none" ? "left out" : column.kind)
    if column.kind == "category" || column.kind == "hash" {
      text += ", \(Units.plural(column.features, "feature"))"
    }
    if let reason = column.reason { text += " (\(reason))" }
    if column.gaps > 0 && column.kind != "none" { text += ", \(Units.plural(column.gaps, "gap"))" }
    if column.strangers > 0 {
      text += ", \(column.strangers) of categories that the other store does not know"
    }
    return text
  }
}
