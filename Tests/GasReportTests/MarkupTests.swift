import GasBase
import XCTest

@testable import GasReport

/// Whatever comes from a store stays text.
final class MarkupTests: XCTestCase {
  func testTextAndAttributesAreEscaped() {
    let nasty = "<b onclick=\"x\">&'</b>"
    XCTAssertEqual(
      Markup("p", ["title": nasty], [Markup(nasty)]).source,
      "<p title=\"&lt;b onclick=&quot;x&quot;&gt;&amp;&#39;&lt;/b&gt;\">"
        + "&lt;b onclick=&quot;x&quot;&gt;&amp;&#39;&lt;/b&gt;</p>\n")
    XCTAssertEqual(Markup.code("a\u{1b}[0m\u{202e}b\u{fffe}").source.contains("\u{1b}"), false)
    XCTAssertFalse(Markup("\u{202e}\u{0}\u{7f}").source.unicodeScalars.contains("\u{202e}"))
    XCTAssertEqual(Markup("a\nb\tc\r").source, "a\\nb\\tc\\r")
    XCTAssertEqual(Markup("\u{ffff}\u{fffe}").source, "\u{fffd}\u{fffd}")
  }

  func testElementsWithoutContentsEndAsTheirKindDoes() {
    XCTAssertEqual(Markup("meta", ["charset": "utf-8"], []).source, "<meta charset=\"utf-8\"/>\n")
    XCTAssertEqual(Markup("span", []).source, "<span></span>")
  }

  func testNumbersAsPeopleReadThem() {
    XCTAssertEqual(PageText.count(117_659), "117\u{202f}659")
    XCTAssertEqual(PageText.count(-1000), "−1\u{202f}000")
    XCTAssertEqual(PageText.count(999), "999")
    XCTAssertEqual(PageText.plural(1, "node"), "1 node")
    XCTAssertEqual(PageText.number(0.3), "0.3")
    XCTAssertEqual(PageText.number(1200), "1200")
    XCTAssertEqual(PageText.time(0), "1970-01-01 00:00 UTC")
    XCTAssertEqual(PageText.list(["a", "b", "c"]), "a, b and c")
    XCTAssertEqual(ShellText.command(["gas-run", "a b", "it's", "--lr", "0.01"]), "gas-run 'a b' 'it'\\''s' --lr 0.01")
    XCTAssertEqual(ShellText.command(["a\n'b\\\t\u{1b}", "c"]), "$'a\\n\\'b\\\\\\t\\u001b' c")
  }
}
