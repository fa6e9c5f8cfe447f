import Foundation
import GasFormats
import TestSupport
import XCTest

@testable import GasRuns

/// `gas-run export` and `import` as a person uses them.
final class WeightExchangeTests: ToolTestCase {
  private let out = "out.safetensors"

  override func setUpWithError() throws {
    try super.setUpWithError()
    try makeStore()
    try succeed(.run, "train", "g.store", "--run", "first", "--model", "gcn", "--hidden", "6", "--epochs", "3")
    try succeed(.run, "export", "g.store", "--run", "first", "--format", "pyg", "--output", out)
  }

  private func changed(_ change: (inout Safetensors) -> Void) throws {
    var file = try Safetensors(reading: file(out))
    change(&file)
    try file.write(to: self.file("bad.safetensors"))
  }

  private func assertBad(_ texts: String..., flags: [String] = [], line: UInt = #line) throws {
    let before = try FolderContents(folder.path)
    let arguments = ["import", "g.store", "--run", "bad", "--format", "pyg", "bad.safetensors"] + flags
    let result = try Tool.run.run(arguments, in: folder.path)
    XCTAssertEqual(result.status, 1, result.errors, line: line)
    assertOneLine(result, of: .run, result.errors, line: line)
    for text in texts { XCTAssertTrue(result.errors.contains(text), "no \"\(text)\" in \(result.errors)", line: line) }
    XCTAssertEqual(try FolderContents(folder.path).differences(from: before), [], line: line)
  }

  func testARunOfWeightsIsARun() throws {
    let made = try json(.run, "import", "g.store", "--run", "back", "--format", "pyg", out)
    XCTAssertEqual(made["model"] as? String, "gcn")
    XCTAssertEqual((made["settings"] as? [String: String])?["hidden"], "6")
    try succeed(.run, "export", "g.store", "--run", "back", "--format", "pyg", "--output", "again.safetensors")
    XCTAssertEqual(
      FileManager.default.contents(atPath: file(out)), FileManager.default.contents(atPath: file("again.safetensors")))
    for run in ["first", "back"] {
      try succeed(.run, "infer", "g.store", "--run", run, "--logits", "\(run).npy", "--scores", "\(run).csv")
    }
    for ending in ["npy", "csv"] {
      XCTAssertEqual(
        FileManager.default.contents(atPath: file("first.\(ending)")),
        FileManager.default.contents(atPath: file("back.\(ending)")))
    }
    let listed = try succeed(.run, "list", "g.store").split(separator: "\n")
    XCTAssertTrue(listed[1].contains("back") && listed[1].hasSuffix("imported"), "\(listed)")
    let shown = try succeed(.run, "show", "g.store", "--run", "back")
    XCTAssertTrue(shown.contains("model gcn, imported") && shown.contains("epochs         –, best –"), shown)
    XCTAssertTrue(shown.contains("trained elsewhere and imported"), shown)
    let object = try json(.run, "show", "g.store", "--run", "back")
    for key in ["epochs", "bestEpoch", "valAccuracy", "scores", "seconds"] { XCTAssertNil(object[key], key) }
    let stale = try succeed(.stat, "g.store", "--run", "back")
    XCTAssertTrue(stale.contains("trained elsewhere") && stale.contains("histories    none"), stale)
    XCTAssertNil(try json(.stat, "g.store", "--run", "back")["epoch"])
    try succeed(.stat, "verify", "g.store")
    XCTAssertTrue(try succeed(.stat, "clean", "g.store").contains("nothing"), "weights are no leftovers")
    try succeed(.run, "infer", "g.store", "--run", "back", "--plan")
    try assertRefused(
      .run, "infer", "g.store", "--run", "back", "--weights", "last", says: "was imported", "leave --weights out")
    try assertRefused(
      .run, "resume", "g.store", "--run", "back", says: "run \"back\" was imported", "gas-run infer uses its weights")
  }

  /// Labels of a store without a split are enough for imported weights, and for a page about them.
  func testAStoreWithoutASplit() throws {
    try succeed(
      .ingest, "data/edges.npy", "--features", "data/features.npy", "--labels", "data/labels.npy", "--output",
      "whole.store")
    try succeed(.run, "import", "whole.store", "--run", "back", "--format", "pyg", out)
    try succeed(.run, "report", "whole.store", "--run", "back", "--output", "page.html")
    for store in ["whole.store", "g.store"] {
      try assertRefused(
        .run, "import", store, "--run", "other", "--format", "pyg", "--split", "1", out,
        says: "expected a split below 1, found --split 1")
    }
    let page = try String(contentsOfFile: file("page.html"), encoding: .utf8)
    XCTAssertFalse(page.contains("No plan could be made"), "nobody plans what was trained elsewhere")
    try assertRefused(.run, "train", "whole.store", "--plan", says: "the store has no splits")
  }

  /// Nothing in tensors tells what the store of the training was like.
  func testAStoreOfAnotherKind() throws {
    let edges = (0..<120).map { "\($0) \(($0 + 1) % 120) 2.5\n" }.joined()
    try edges.write(toFile: file("weighted.txt"), atomically: true, encoding: .utf8)
    try succeed(
      .ingest, "weighted.txt", "--weighted", "--features", "data/features.npy", "--labels", "data/labels.npy",
      "--output",
      "weighted.store")
    let note = try Tool.run.run(
      ["import", "weighted.store", "--run", "a", "--format", "pyg", out], in: folder.path)
    XCTAssertEqual(note.status, 0, note.errors)
    XCTAssertTrue(
      note.errors.contains("gcn was trained without edge weights; those of the store are used"), note.errors)
    try changed { $0.metadata = [:] }
    let other = try Tool.run.run(
      ["import", "weighted.store", "--run", "b", "--format", "pyg", "bad.safetensors", "--model", "gcn"],
      in: folder.path)
    XCTAssertTrue(other.errors.contains("no tensor shows whether gcn was trained with them"), other.errors)
    func assertMetadata(_ old: String, _ new: String, says texts: String..., line: UInt = #line) throws {
      try changed { $0.metadata["gas"] = $0.metadata["gas"]?.replacing(old, with: new) }
      let changed = try Safetensors(reading: file("bad.safetensors"))
      XCTAssertTrue(changed.metadata["gas"]?.contains(new) ?? false, "\(changed.metadata)", line: line)
      for text in texts { try assertBad(text, line: line) }
    }
    let labels = "\"labels\":\"single\",\"outputs\":3,\"real-values\":false"
    try assertMetadata(
      labels, "\"outputs\":3,\"real-values\":true", says: "expected weights that predict classes",
      "found those of a model of real values")
    try assertMetadata(
      labels, "\"labels\":\"multi\",\"outputs\":3,\"real-values\":false",
      says: "expected weights that predict classes", "found those of a model of several labels")
    for strange in ["\"outputs\":3,\"real-values\":3", "\"labels\":\"single\",\"outputs\":3,\"real-values\":true"] {
      try assertMetadata(labels, strange, says: "expected metadata gas as gas-run export writes it")
    }
    // Files of earlier versions do not say it.
    try assertMetadata(labels, "\"outputs\":3,\"real-values\":false")
    try succeed(.run, "import", "g.store", "--run", "old", "--format", "pyg", "bad.safetensors")
  }

  func testNamesAreNotTakenTwice() throws {
    try assertRefused(
      .run, "import", "g.store", "--run", "first", "--format", "pyg", out, says: "run \"first\" already exists")
    try assertRefused(
      .run, "export", "g.store", "--run", "first", "--format", "pyg", "--output", out, says: "already exists")
    try assertRefused(
      .run, "export", "g.store", "--run", "first", "--format", "pyg", "--output", "g.store/columns/x.safetensors",
      says: "is in a store")
    try assertRefused(
      .run, "export", "g.store", "--run", "first", "--format", "pyg", "--output", "out.pt", says: ".safetensors")
    try assertRefused(
      .run, "export", "g.store", "--run", "none", "--format", "pyg", "--output", "o.safetensors",
      says: "there is no run \"none\"")
    try assertUsage(.run, "export", "g.store", "--run", "first", "--format", "onnx", "--output", "o", says: "onnx")
    try succeed(.run, "import", "g.store", "--run", "first", "--format", "pyg", out, "--overwrite")
    try assertRefused(
      .run, "export", "g.store", "--run", "first", "--format", "pyg", "--weights", "last", "--output",
      "last.safetensors",
      says: "was imported")
    XCTAssertEqual(try leftovers(), [])
  }

  func testWhatDoesNotFitIsNamed() throws {
    let weight = "convs.0.lin.weight"
    try changed { $0.tensors["convs.1.bias"] = nil }
    try assertBad("expected a tensor \"convs.1.bias\" of shape [3], found none of that name")
    try changed { $0.tensors["convs.0.lin_l.bias"] = .init(shape: [6], values: Array(repeating: 0, count: 6)) }
    try assertBad("expected no tensor \"convs.0.lin_l.bias\"", "found one of shape [6]")
    try changed { $0.tensors[weight]!.shape.reverse() }
    try assertBad("\"convs.0.lin.weight\" of shape [6, 8], found [8, 6]", "lies transposed")
    try changed { $0.tensors["convs.0.bias"]!.shape = [1, 6] }
    try assertBad("\"convs.0.bias\" of shape [6], found [1, 6]")
    for value in [Float.nan, .infinity] {
      try changed { $0.tensors[weight]!.values[5] = value }
      try assertBad("expected finite numbers, found \(value) at place 5 of \"convs.0.lin.weight\"")
    }
    try changed {
      $0.metadata["gas"] = $0.metadata["gas"]?.replacing("\"model\":\"gcn\"", with: "\"model\":\"gnc\"")
    }
    try assertBad("bad.safetensors: expected model ", "found \"gnc\"", "did you mean gcn?")
    try changed { $0.metadata["gas"] = "{}" }
    try assertBad("metadata gas as gas-run export writes it")
    try changed { $0.metadata["gas"] = nil }
    try assertBad("expected the name of a model", "--model")
    try assertBad("found \"gnc\"", "did you mean gcn?", flags: ["--model", "gnc"])
    try assertBad("\"convs.0.lin.weight\" of shape [7, 8], found [6, 8]", flags: ["--model", "gcn", "--hidden", "7"])
    try assertBad("gcn takes no heads", flags: ["--model", "gcn", "--heads", "3"])
    try write("no tensors", to: "bad.safetensors")
    try assertBad("bad.safetensors")
    try succeed(.run, "import", "g.store", "--run", "good", "--format", "pyg", out)
  }

  func testOtherTypesAreConvertedOrRefused() throws {
    let exported = try Safetensors(reading: file(out))
    func write(_ type: String, _ bytes: (Float) -> [UInt8]) throws {
      var (entries, data) = (
        ["\"n.module.num_batches_tracked\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]}"], Data(count: 8)
      )
      for (name, tensor) in exported.tensors {
        let numbers = tensor.values.flatMap(bytes)
        entries.append(
          #""\#(name)":{"dtype":"\#(type)","shape":\#(tensor.shape),"data_offsets":[\#(data.count),\#(data.count + numbers.count)]}"#
        )
        data += numbers
      }
      let header = Data("{\(entries.joined(separator: ","))}".utf8)
      let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) }
      try (length + header + data).write(to: URL(fileURLWithPath: file("bad.safetensors")))
    }
    try write("F64") { value in withUnsafeBytes(of: Double(value)) { Array($0) } }
    let command = ["import", "g.store", "--run", "wide", "--format", "pyg", "bad.safetensors", "--model", "GCN"]
    let result = try Tool.run.run(command, in: folder.path)
    XCTAssertEqual(result.status, 0, result.errors)
    XCTAssertTrue(
      result.errors.contains("note: 4 tensors of type F64, such as convs.0.bias, became float32"), result.errors)
    XCTAssertTrue(result.errors.contains("no tensor shows residual: it is taken to be off"), result.errors)
    try succeed(.run, "infer", "g.store", "--run", "wide", "--logits", "wide.npy")
    try succeed(.run, "infer", "g.store", "--run", "first", "--logits", "first.npy")
    XCTAssertEqual(
      FileManager.default.contents(atPath: file("wide.npy")), FileManager.default.contents(atPath: file("first.npy")))
    try write("I32") { value in withUnsafeBytes(of: Int32(value * 100)) { Array($0) } }
    try assertBad(
      "tensor \"convs.0.bias\" to be float32, float16, bfloat16, float64, found I32", flags: ["--model", "gcn"])
  }

  /// The page has the table that export and import work by, and the tests of Python compare names with PyTorch
  /// Geometric's.
  func testThePageHasAllNames() throws {
    let page = try String(contentsOf: Repository.root.appendingPathComponent("docs/pyg.md"), encoding: .utf8)
    XCTAssertTrue(page.contains(TorchName.page), "docs/pyg.md has to hold:\n\(TorchName.page)")
  }
}
