import Foundation
import TestSupport
import XCTest

/// Compares what the tools print with `--json` with the schema that the output names.
enum OutputCheck {
  nonisolated(unsafe) private static var known: [String: JSONSchema] = [:]

  /// The schema of a name, as `gas-run schema` prints it.
  static func schema(_ name: String) throws -> JSONSchema {
    if let schema = known[name] { return schema }
    let printed = try Tool.run.start(["schema", name], in: "/").wait()
    XCTAssertEqual(printed.status, 0, printed.errors)
    let schema = try JSONSchema(parsing: printed.output)
    known[name] = schema
    return schema
  }

  /// Checks an output. One that is no JSON is left to the test that asked for it.
  static func check(_ output: String, of arguments: [String]) throws {
    guard let value = try? JSONValue(parsing: output) else { return }
    let first = value.list.map(\.first) ?? value
    guard let name = first?["schema"]?.text else {
      return XCTFail("no schema in what \(arguments) prints: \(output.prefix(200))")
    }
    let lists = ["preset": "presets", "setting": "settings"]
    let faults = try schema(value.list == nil ? name : lists[name] ?? name).faults(of: value)
    XCTAssertEqual(faults, [], "\(arguments)")
  }
}
