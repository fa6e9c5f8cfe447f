import GasBase
import GasYAML
import TestSupport
import XCTest

@testable import GasSettings

/// What words of a YAML file mean, and what is no file of settings.
final class YAMLWordTests: XCTestCase {
  func testWords() {
    let words: [(String, PlainValue)] = [
      ("", .null), ("~", .null), ("null", .null), ("true", .bool(true)), ("Yes", .bool(true)), ("OFF", .bool(false)),
      ("0", .integer(0)), ("-12", .integer(-12)), ("+3", .integer(3)), ("0x1F", .integer(31)), ("0o17", .integer(15)),
      ("1.5", .number(1.5)), ("2.", .number(2)), (".5", .number(0.5)), ("1e-3", .number(0.001)),
      ("1E+2", .number(100)), ("9223372036854775808", .number(0x1p63)), ("-.inf", .number(-.infinity)),
      // Two versions of YAML read these differently.
      ("010", .text("010")), ("1:30", .text("1:30")), ("1_000", .text("1_000")),
      ("nan", .text("nan")), ("inf", .text("inf")), ("0x", .text("0x")), ("0x-1", .text("0x-1")), ("--1", .text("--1")),
      ("1e", .text("1e")), (".", .text(".")), ("1.5.2", .text("1.5.2")), ("yES", .text("yES")), ("0b1", .text("0b1")),
      ("2026-01-01", .text("2026-01-01")),
    ]
    for (word, value) in words { XCTAssertEqual(SmallYAML.value(of: word), value, word) }
  }

  private func settings(_ text: String) throws -> RunSettings {
    let folder = try TemporaryFolder()
    try text.write(toFile: folder.file("settings.yaml"), atomically: true, encoding: .utf8)
    return try RunSettings.resolve(configFile: folder.file("settings.yaml"), flags: [:])
  }

  func testFilesOfSettings() throws {
    let text = "---\nmodel: 'gcn'\n\"epochs\": !!int 7\nlr: 1\nseed: 3 # here\nbatch-norm: yes\nclip: ~\n...\n"
    let settings = try settings(text)
    XCTAssertEqual(settings.model, "gcn")
    XCTAssertEqual([settings.epochs, Int(settings.seed)], [7, 3])
    XCTAssertEqual(settings.learningRate, 1)
    XCTAssertTrue(settings.batchNorm)
    XCTAssertNil(settings.clip)
  }

  /// Windows' editors put one in front.
  func testByteOrderMark() throws {
    let settings = try settings("\u{FEFF}epochs: 7\nmodel: gcn\n")
    XCTAssertEqual(settings.epochs, 7)
    XCTAssertEqual(settings.model, "gcn")
  }

  func testWhatIsRefused() {
    let refused = [
      ("epochs: 1\n---\nepochs: 2\n", "settings.yaml:2: not YAML: a second document begins"),
      ("? [a]\n: 1\n", "settings.yaml:1: not YAML: a list or table stands where a name should"),
      ("epochs: !!binary eA==\n", "settings.yaml:1: not YAML: the tag tag:yaml.org,2002:binary does not suit"),
      ("epochs: !!int x\n", "does not suit \"x\""), ("epochs: '7'\n", "expected epochs to be a whole number, found 7"),
      ("epochs: 010\n", "expected epochs to be a whole number, found 010"),
      ("a: " + String(repeating: "[", count: 65) + String(repeating: "]", count: 65), "more than 64 levels"),
      ("a: \"\\q\"\n", "settings.yaml:1: not YAML: found unknown escape character"),
    ]
    for (text, says) in refused {
      XCTAssertThrowsError(try settings(text), text) { XCTAssertTrue("\($0)".contains(says), "\($0)") }
    }
  }
}
