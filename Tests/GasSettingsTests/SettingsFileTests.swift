import Foundation
import GasBase
import TestSupport
import XCTest

@testable import GasSettings

/// Files of settings that are none, or were made to take memory and time: one short line, at once.
final class SettingsFileTests: XCTestCase {
  private func assertRefused(_ text: String, says: String?, line: UInt = #line) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("settings.yaml")
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    let clock = ContinuousClock.now
    XCTAssertThrowsError(try RunSettings.resolve(configFile: path, flags: [:]), line: line) { error in
      XCTAssertTrue(error is GasError && "\(error)".contains(says ?? "\(error)"), "\(error)".excerpt, line: line)
      XCTAssertLessThan("\(error)".utf8.count, path.utf8.count + 900, line: line)
    }
    XCTAssertLessThan(clock.duration(to: .now), .seconds(20), line: line)
  }

  func testBombs() throws {
    let levels = (1...9).map {
      "l\($0): &l\($0) [" + Array(repeating: "*l\($0 - 1)", count: 9).joined(separator: ",") + "]"
    }
    try assertRefused("l0: &l0 x\n" + levels.joined(separator: "\n"), says: "settings have no aliases")
    // A library that expands them, while it parses keys, would not come to an end.
    let keys = (1...9).map {
      "l\($0): &l\($0) {? [" + Array(repeating: "*l\($0 - 1)", count: 9).joined(separator: ",") + "] : 1}"
    }
    try assertRefused("l0: &l0 x\n" + keys.joined(separator: "\n"), says: "where a name should")
    try assertRefused(#"{"a":&a [1],"b":*a}"#, says: "settings have no aliases")
    try assertRefused("model: " + String(repeating: "g", count: 50 << 20), says: "expected at most 1.0 MiB, found more")
    for text in [
      "preset: " + String(repeating: "g", count: 1_000_000),
      "val-store: " + String(repeating: "g", count: 1_000_000), String(repeating: "g", count: 1_000_000) + ": 1",
      "class-weights: " + String(repeating: "g", count: 1_000_000) + ".npy", String(repeating: "]", count: 200_000),
      String(repeating: "[", count: 200_000), String(repeating: "{a: ", count: 200_000),
      "lr: " + String(repeating: "9", count: 200_000), "aggregators: " + String(repeating: "x,", count: 200_000),
      "aggregators: [" + String(repeating: "x,", count: 10_000) + "x]",
      "lr: {a: " + String(repeating: "x", count: 10_000) + "}",
      "\"" + String(repeating: "x", count: 200_000), "# comment\n\"lr\n", "lr: !!binary x", "lr: !!set {a, b}",
      String(repeating: "a\u{301}", count: 100_000) + ": 1",
    ] { try assertRefused(text, says: nil) }
    try assertRefused(
      "class-weights: [" + String(repeating: "1,", count: 30_000) + "1]", says: "more than 20000 values")
  }

  func testMarksInTextAreNoAliases() throws {
    let folder = try TemporaryFolder()
    for text in [
      "# &a and b\nval-store: \"R &D\"\n", "# * a\nlr: 0.5 # *b", "# only a comment\n", "", "val-store: a&b*c",
    ] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file("a.yaml")))
      XCTAssertNoThrow(try RunSettings.resolve(configFile: folder.file("a.yaml"), flags: [:]), text)
    }
  }

  func testNumbersAtTheEnds() throws {
    let integers = [
      "layers", "hidden", "epochs", "heads", "max-steps", "patience", "threads", "evaluate-every", "split",
    ]
    for key in integers + ["batch-partitions", "halo-windows", "schedule-step", "schedule-patience", "seed"] {
      for value in [
        "-9223372036854775808", "-9223372036854775809", "18446744073709551616", "1e300", ".nan", ".inf", "-.inf", "-1",
      ] {
        try assertRefused("\(key): \(value)", says: key)
      }
    }
    for key in ["lr", "dropout", "alpha", "weight-decay", "clip", "edge-dropout", "checkpoint-seconds", "lipschitz"] {
      for value in [".nan", "-.inf", "-1", "-1e-300", "1e999"] { try assertRefused("\(key): \(value)", says: key) }
    }
  }
}
