import Foundation
import XCTest

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A page of gas-run report, read by a strict parser of XML.
final class ReportTree: NSObject, XMLParserDelegate {
  /// An element, what is in it, and all text below it.
  final class Element {
    let name: String
    let attributes: [String: String]
    var children: [Element] = []
    var text = ""

    init(_ name: String, _ attributes: [String: String]) { (self.name, self.attributes) = (name, attributes) }

    /// This element and all below it, in their order.
    var all: [Element] { [self] + children.flatMap(\.all) }

    func first(_ name: String) -> Element? { all.first { $0.name == name } }

    /// The rows of a table, each the text of its cells.
    var rows: [[String]] {
      all.filter { $0.name == "tr" }.map { row in row.children.map(\.text) }
    }
  }

  /// The whole page.
  let source: String
  private(set) var root = Element("", [:])
  private var open: [Element] = []

  init(_ path: String, line: UInt = #line) throws {
    source = try String(contentsOfFile: path, encoding: .utf8)
    super.init()
    let parser = XMLParser(data: Data(source.utf8))
    parser.delegate = self
    open = [root]
    XCTAssertTrue(
      parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "") in line \(parser.lineNumber)", line: line)
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    let element = Element(name, attributes)
    open[open.count - 1].children.append(element)
    open.append(element)
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    open.removeLast()
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    for element in open { element.text += text }
  }

  /// All elements in their order.
  var all: [Element] { root.all }

  func element(id: String) -> Element? { all.first { $0.attributes["id"] == id } }

  /// The table whose caption has a name.
  func table(_ id: String) -> Element? {
    all.first { $0.name == "table" && $0.children.first?.attributes["id"] == id }
  }

  /// The numbers of a row of a table, as programs read them.
  func numbers(_ table: String, row: String) -> [Double] {
    let found = self.table(table)?.all.first { $0.name == "tr" && ($0.children.first?.text.hasPrefix(row) ?? false) }
    return (found?.all ?? []).filter { $0.name == "data" }.compactMap { $0.attributes["value"].flatMap(Double.init) }
  }
}
