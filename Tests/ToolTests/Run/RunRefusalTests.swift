import GasStore
import TestSupport
import XCTest

/// What `gas-run` and `gas-stat` refuse before they touch anything.
final class RunRefusalTests: ToolTestCase {
  override func setUpWithError() throws {
    try super.setUpWithError()
    try makeStore()
  }

  func testNotAStore() throws {
    for name in ["none", "data"] {
      let says = "\(name)/manifest.json: cannot be read"
      try assertRefused(.run, "train", name, says: says, "gas-ingest makes one")
      try assertRefused(.run, "resume", name, "--run", "a", says: says)
      try assertRefused(.run, "infer", name, "--run", "a", says: says)
      try assertRefused(.stat, name, says: says)
      try assertRefused(.stat, "verify", name, says: says)
    }
  }

  func testConfigurationFiles() throws {
    let cases: [(text: String, says: String)] = [
      ("lr: [1\n  b: :\n", "settings.yaml:2: not YAML"),
      ("colour: blue\n", "settings.yaml: no setting is called \"colour\""),
      ("epochs: many\n", "settings.yaml: expected epochs to be a whole number, found many"),
      ("- 1\n- 2\n", "settings.yaml: expected settings"),
      ("dropout: 1.5\n", "settings.yaml: expected dropout to be from 0 to below 1, found 1.5"),
      ("lr: 0.1\nlr: 0.2\n", "settings.yaml: \"lr\" is set more than once"),
      ("model: [gcn]\n", "settings.yaml: expected model to be a name"),
      ("prefetch: perhaps\n", "settings.yaml: expected prefetch to be true or false, found perhaps"),
      ("batch-partitions: 0\n", "settings.yaml: expected batch-partitions to be a count of at least 1, \"auto\" or"),
      ("layers: 2.5\n", "settings.yaml: "), ("seed: -1\n", "settings.yaml: "), ("lr: .nan\n", "settings.yaml: "),
      ("\u{0}\u{1}\u{2}", "settings.yaml: not YAML"),
    ]
    for (text, says) in cases {
      try write(text, to: "settings.yaml")
      try assertRefused(.run, "train", "g.store", "--config", "settings.yaml", says: says)
    }
    try assertRefused(.run, "train", "g.store", "--config", "none.yaml", says: "none.yaml: cannot be read")
    try assertRefused(
      .run, "train", "g.store", "--config", "data", says: "data: expected a regular file, found a folder")
  }

  func testFlagValues() throws {
    let cases: [(flag: String, value: String, says: String)] = [
      ("--dropout", "1", "expected dropout to be from 0 to below 1, found 1"),
      ("--lr", "0", "expected lr to be above 0"),
      ("--model", "gim", "found \"gim\""), ("--layers", "0", "expected layers to be from 1 to 1000, found 0"),
      ("--hidden", "0", "expected hidden to be from 1 to 65536, found 0"),
      ("--clip", "0", "expected clip to be above 0"),
      ("--threads", "0", "expected threads to be from 1 to 1024, found 0"),
      ("--split", "3", "expected a split below 1, found --split 3"), ("--patience", "0", "expected patience"),
      ("--evaluate-every", "0", "expected evaluate-every to be at least 1"),
    ]
    for (flag, value, says) in cases {
      try assertRefused(.run, "train", "g.store", flag, value, says: says)
    }
    try assertUsage(.run, "train", "g.store", "--epochs", "ten", says: "'ten' is invalid")
    try assertUsage(.run, "train", "g.store", "--epochs", "-1", says: "--epochs")
    try assertUsage(.run, "train", "g.store", "--halo-windows", "few", says: "takes a count of at least 0, \"mail\"")
    try assertUsage(.run, "train", "g.store", "--history-type", "int4", says: "takes float32, float16, bfloat16, int8")
    try assertUsage(
      .run, "train", "g.store", "--batch-partitions", "0", says: "takes a count of at least 1, \"auto\"")
    try assertUsage(.run, "train", "g.store", "--colour", "blue", says: "Unknown option '--colour'")
    try assertUsage(.run, "train", says: "Missing expected argument '<store>'")
    try assertUsage(.run, "infer", "g.store", says: "Missing expected argument '--run <run>'")
    try assertUsage(.stat, "g.store", "--sample", "0", says: "--sample takes a count")
  }

  func testRuns() throws {
    try succeed(.run, "train", "g.store", "--run", "first", "--epochs", "1")
    try assertRefused(.run, "train", "g.store", "--run", "first", says: "run \"first\" already exists", "--overwrite")
    for name in ["../first", "a/b", "", ".hidden", "a b"] {
      try assertRefused(.run, "train", "g.store", "--run", name, says: "expected a run name")
    }
    let says = "g.store: there is no run \"second\"; there is \"first\""
    try assertRefused(.run, "resume", "g.store", "--run", "second", says: says)
    try assertRefused(.run, "infer", "g.store", "--run", "second", "--logits", "l.npy", says: says)
    try assertRefused(.stat, "g.store", "--run", "second", says: says)
    try succeed(.run, "train", "g.store", "--run", "first", "--epochs", "1", "--overwrite")
  }

  func testStoresThatCannotBeTrainedOn() throws {
    func ingest(_ flags: String...) throws {
      let result = try Tool.ingest.run(["data/edges.npy", "-o", "s", "--overwrite"] + flags, in: folder.path)
      XCTAssertEqual(result.status, 0, result.errors)
    }
    let features = ["--features", "data/features.npy"]
    try ingest("--nodes", "120")
    try assertRefused(.run, "train", "s", says: "s: the store has no features", "--structural-features")
    try ingest(features[0], features[1])
    try assertRefused(.run, "train", "s", says: "s: the store has no labels")
    try ingest(features[0], features[1], "--labels", "data/labels.npy")
    try assertRefused(.run, "train", "s", says: "s: ", "split")
    try ingest(features[0], features[1], "--labels", "data/labels.npy", "--val", "data/val.npy")
    try assertRefused(.run, "train", "s", says: "s: ", "train")
  }

  func testOutputsThatCannotBeWritten() throws {
    try succeed(.run, "train", "g.store", "--run", "first", "--epochs", "1")
    for flag in ["--predictions", "--embeddings", "--logits", "--ids"] {
      try assertRefused(.run, "infer", "g.store", "--run", "first", flag, "none/out.npy", says: "none/out.npy")
    }
    try succeed(.run, "train", "g.store", "--run", "flat", "--epochs", "1", "--layers", "1")
    try assertRefused(
      .run, "infer", "g.store", "--run", "flat", "--embeddings", "e.npy", says: "e.npy: ", "--logits")
  }
}
