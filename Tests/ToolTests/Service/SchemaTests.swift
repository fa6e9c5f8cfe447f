import GasRuns
import GasTool
import TestSupport
import XCTest

/// `gas-run schema`: every kind of output validates. Besides, each output that any test asks for with `--json` is
/// checked where it is made (`OutputCheck`).
final class SchemaTests: ToolTestCase {
  private var seen: Set<String> = []

  /// Runs a command with `--json`, whose output `Tool.run` compares with the schema that it names.
  private func output(_ tool: Tool, _ arguments: String..., line: UInt = #line) throws {
    let result = try tool.run(arguments + ["--json"], in: folder.path)
    XCTAssertEqual(result.status, 0, "\(arguments): \(result.errors)", line: line)
    let value = try JSONValue(parsing: result.output)
    let name = try XCTUnwrap((value.list.map(\.first) ?? value)?["schema"]?.text, result.output, line: line)
    seen.insert(value.list == nil ? name : name + "s")
    XCTAssertEqual((value.list.map(\.first) ?? value)?["schemaVersion"], .number(Double(OutputSchema.schemaVersion)))
  }

  func testEveryOutput() throws {
    try output(
      .ingest, "generate", "--nodes", "120", "--edges", "600", "--features", "8", "--classes", "3", "--communities",
      "3",
      "--output", "data")
    let attributes = [
      "--features", "data/features.npy", "--labels", "data/labels.npy", "--train", "data/train.npy", "--val",
      "data/val.npy", "--test", "data/test.npy", "--partitions", "4", "--output", "g.store",
    ]
    let made = try Tool.ingest.run(["data/edges.npy", "--json"] + attributes, in: folder.path)
    XCTAssertEqual(made.status, 0, made.errors)
    seen.insert("ingest")
    try output(.ingest, "data/edges.npy", "--plan", "--output", "h.store")
    try output(.ingest, "shard", "g.store", "--ranks", "2", "--output", "shards")
    try output(.stat, "shards")
    try output(.stat, "shards/rank-1")
    try output(.stat, "verify", "shards")
    try output(.run, "train", "g.store", "--run", "a", "--epochs", "3", "--batch-partitions", "1")
    try output(.run, "train", "g.store", "--run", "s", "--epochs", "1", "--repeats", "2")
    try output(.run, "train", "g.store", "--run", "t", "--model", "auto", "--time", "2s")
    try output(.run, "train", "g.store", "--plan", "--memory", "1GiB")
    try output(.run, "infer", "g.store", "--run", "a", "--predictions", "p.npy")
    try output(.run, "report", "g.store", "--run", "a", "--output", "r.html")
    try output(.run, "list", "g.store")
    try output(.run, "compare", "g.store", "a", "s-1")
    try output(.run, "show", "g.store", "--run", "a")
    try output(.run, "export", "g.store", "--run", "a", "--format", "csv", "--output", "a.csv")
    try output(.run, "export", "g.store", "--run", "a", "--format", "pyg", "--output", "a.safetensors")
    try output(.run, "import", "g.store", "--run", "i", "--format", "pyg", "a.safetensors")
    for arguments in [["presets"], ["presets", "cora-gcn"], ["settings"], ["settings", "lr"]] {
      let result = try Tool.run.run(arguments + ["--json"], in: folder.path)
      let name = arguments.count == 1 ? arguments[0] : String(arguments[0].dropLast())
      XCTAssertEqual(result.status, 0, result.errors)
      seen.insert(name)
    }
    for tool in [Tool.ingest, .run, .stat] { try output(tool, "--version") }
    try output(.stat, "g.store")
    try output(.stat, "g.store", "--run", "a")
    try output(.stat, "verify", "g.store")
    try output(.stat, "clean", "g.store")
    try output(.run, "clean", "g.store")
    try output(.run, "rm", "g.store", "i")
    // `LogTests` and the test below see to these two.
    XCTAssertEqual(seen.union(["log", "config"]), Set(OutputSchema.allCases.map(\.rawValue)))
  }

  /// A validator that finds nothing wrong in anything would pass every test above.
  func testTheValidatorFindsFaults() throws {
    let schema = try OutputCheck.schema("rm")
    func faults(_ text: String) throws -> Int { schema.faults(of: try JSONValue(parsing: text)).count }
    let right = #"{"removed": ["a"], "bytes": 3, "schema": "rm", "schemaVersion": 1}"#
    XCTAssertEqual(try faults(right), 0)
    XCTAssertEqual(try faults(right.replacing("3", with: "3.5")), 1)
    XCTAssertEqual(try faults(right.replacing("3", with: "true")), 1)
    XCTAssertEqual(try faults(right.replacing("3", with: "null")), 1)
    XCTAssertEqual(try faults(right.replacing("[\"a\"]", with: "[1, 2]")), 2)
    XCTAssertEqual(try faults(right.replacing("bytes", with: "octets")), 2)
    XCTAssertEqual(try faults(right.replacing("Version\": 1", with: "Version\": 2")), 1)
    XCTAssertEqual(try faults("[]"), 1)
  }

  /// The settings that a run keeps, and what people may write, are those of the schema; others are not.
  func testSettingsFile() throws {
    let schema = try OutputCheck.schema("config")
    let all = try JSONValue(parsing: try RunSettings().json())
    XCTAssertEqual(schema.faults(of: all), [])
    for preset in Preset.all {
      XCTAssertEqual(schema.faults(of: try JSONValue(parsing: try preset.settings.json())), [], preset.name)
    }
    XCTAssertEqual(schema.faults(of: try JSONValue(parsing: #"{"hiden": 3}"#)).count, 1)
    XCTAssertEqual(schema.faults(of: try JSONValue(parsing: #"{"hidden": "3"}"#)).count, 1)
    XCTAssertEqual(
      schema.faults(
        of: try JSONValue(parsing: #"{"class-weights": [1, 2], "batch-partitions": "auto", "norm": "layer"}"#)),
      [])
  }

  func testNames() throws {
    let listed = try succeed(.run, "schema")
    XCTAssertEqual(
      listed.split(separator: "\n").map { String($0.prefix { $0 != " " }) }, OutputSchema.allCases.map(\.rawValue))
    try assertUsage(.run, "schema", "trian", says: "did you mean train?")
  }
}
