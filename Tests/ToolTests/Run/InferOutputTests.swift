import GasFormats
import TestSupport
import XCTest

/// Where outputs may go: never over a file unasked, never over what is no file, never into a store.
final class InferOutputTests: ToolTestCase {
  private static let flags = ["--predictions", "--embeddings", "--logits", "--ids", "--scores", "--trace"]
  /// What cannot be read back byte by byte stands outside of the folder that is compared.
  private var special: TemporaryFolder!

  override func setUpWithError() throws {
    try super.setUpWithError()
    special = try TemporaryFolder()
    try makeStore()
    try succeed(.run, "train", "g.store", "--run", "first", "--epochs", "1")
  }

  override func tearDown() {
    special = nil
    super.tearDown()
  }

  private func refuse(_ outputs: String..., says texts: String..., line: UInt = #line) throws {
    let before = try FolderContents(folder.path)
    let result = try Tool.run.run(["infer", "g.store", "--run", "first"] + outputs, in: folder.path)
    XCTAssertEqual(result.status, 1, "\(outputs): \(result.errors)", line: line)
    assertOneLine(result, of: .run, "\(outputs): \(result.errors)", line: line)
    for text in texts where !result.errors.contains(text) { XCTFail("no \"\(text)\" in \(result.errors)", line: line) }
    XCTAssertEqual(try FolderContents(folder.path).differences(from: before), [], "\(outputs)", line: line)
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
  }

  func testNoFileIsReplacedUnasked() throws {
    for flag in Self.flags {
      let name = flag == "--scores" ? "out.csv" : "out.npy"
      try write("precious", to: name)
      try refuse(flag, name, says: "\(name): already exists", "pass --overwrite")
      try succeed(.run, "infer", "g.store", "--run", "first", flag, name, "--overwrite")
      XCTAssertNotEqual(FileManager.default.contents(atPath: file(name)), Data("precious".utf8), flag)
    }
    try write("precious", to: "p.npy")
    try refuse("--logits", "l.npy", "--predictions", "p.npy", says: "p.npy: already exists")
    XCTAssertEqual(try leftovers(), [])
  }

  func testWhatIsNoFileIsNeverReplaced() throws {
    XCTAssertEqual(mkfifo(special.file("pipe"), 0o600), 0)
    try FileManager.default.createDirectory(atPath: special.file("folder"), withIntermediateDirectories: true)
    for (name, target) in [("null", "/dev/null"), ("none", "nothing"), ("self", "self"), ("pipe-link", "pipe")] {
      try FileManager.default.createSymbolicLink(atPath: special.file(name), withDestinationPath: target)
    }
    let cases = [
      ("pipe", "is a pipe, which is never replaced"), ("pipe-link", "is a pipe"), ("folder", "is a folder"),
      ("folder/", "expected --logits to name a file"), ("folder/.", "expected --logits to name a file"),
      ("null", "is a device"), ("none", "is a link that leads to no file"), ("self", "is a link that leads to no file"),
      ("absent/out.npy", "cannot be written: No such file or directory"),
      (String(repeating: "n", count: 250), "expected a file name of 230 bytes at most, found 250"),
    ]
    for (name, says) in cases {
      for more in [[], ["--overwrite"]] {
        let result = try Tool.run.run(
          ["infer", "g.store", "--run", "first", "--logits", special.file(name)] + more, in: folder.path)
        XCTAssertEqual(result.status, 1, name)
        assertOneLine(result, of: .run, name)
        XCTAssertTrue(result.errors.contains(says), "\(name): \(result.errors)")
      }
    }
    for flag in Self.flags {
      try refuse(flag, "/dev/null", "--overwrite", says: "/dev/null: is a device")
      try refuse(flag, "/dev/stdout", "--overwrite", says: "/dev/stdout: ")
      if flag != "--scores" {
        try refuse(flag, "-", "--overwrite", says: "expected \(flag) to name a file, found \"-\"")
      }
      try refuse(flag, "", "--overwrite", says: "expected \(flag) to name a file")
      try refuse(
        flag, "data/edges.npy/out", "--overwrite", says: "data/edges.npy/out: cannot be written: Not a directory")
    }
    XCTAssertEqual(
      try FileManager.default.contentsOfDirectory(atPath: special.path).sorted(),
      ["folder", "none", "null", "pipe", "pipe-link", "self"])
  }

  /// The ending says what is written, of the name as it was given.
  func testEndings() throws {
    for flag in ["--predictions", "--embeddings", "--logits"] {
      for name in ["out", "out.csv", "out.npz", "out.npy.gz"] {
        try refuse(flag, name, says: "expected \(flag) to name a file that ends in .npy, found \"\(name)\"")
      }
    }
    for name in ["out", "out.npy", "out.csv.zst", "out.json"] {
      try refuse("--scores", name, says: "ends in .csv, .csv.gz, .tsv or .tsv.gz, found \"\(name)\"")
    }
  }

  /// A link leads to the file that is written, and stays a link.
  func testLinksAreFollowed() throws {
    try write("old", to: "real.npy")
    try FileManager.default.createSymbolicLink(atPath: file("link.npy"), withDestinationPath: "real.npy")
    try refuse("--logits", "link.npy", says: "link.npy: already exists")
    try succeed(.run, "infer", "g.store", "--run", "first", "--logits", "link.npy", "--overwrite")
    XCTAssertEqual(try FileManager.default.destinationOfSymbolicLink(atPath: file("link.npy")), "real.npy")
    XCTAssertEqual(try NpyReader(opening: file("real.npy")).shape, [120, 3])
    try succeed(.run, "infer", "g.store", "--run", "first", "--trace", "link.npy", "--overwrite")
    XCTAssertTrue(try text(file("real.npy")).hasPrefix("{"))
    XCTAssertEqual(try FileManager.default.destinationOfSymbolicLink(atPath: file("link.npy")), "real.npy")
  }

  func testFilesOfStoresAreNeverWritten() throws {
    try FileManager.default.createSymbolicLink(atPath: file("link"), withDestinationPath: "g.store")
    try FileManager.default.createSymbolicLink(
      atPath: file("manifest"), withDestinationPath: "g.store/manifest.json")
    let names = [
      "g.store/manifest.json", "g.store//manifest.json", "g.store/columns/features.gascol", "g.store/columns/new.npy",
      "g.store/runs/new.npy", "g.store/runs/first/model.safetensors", "g.store/runs/first/new.npy",
      "g.store/columns/../manifest.json", "link/manifest.json", "link/runs/first/config.json", "manifest",
      file("g.store/manifest.json"), "g.store/new.npy", "link/new.npy", "g.store/columns/../new.npy",
    ]
    for name in names {
      for flag in Self.flags { try refuse(flag, name, "--overwrite", says: "is in a store, ") }
    }
    try succeed(.stat, "verify", "g.store")
  }

  func testTwoOutputsAreTwoFiles() throws {
    try write("old", to: "a.npy")
    XCTAssertEqual(link(file("a.npy"), file("hard.npy")), 0)
    try FileManager.default.createSymbolicLink(atPath: file("soft.npy"), withDestinationPath: "a.npy")
    try FileManager.default.createSymbolicLink(atPath: file("here"), withDestinationPath: ".")
    // A name of a table is none of an array, so that it can be that of a trace alone.
    let arrays = Self.flags.filter { $0 != "--scores" }
    try write("old", to: "a.csv")
    try refuse("--scores", "a.csv", "--trace", "./a.csv", "--overwrite", says: "name one file")
    for (first, second) in zip(arrays, arrays.dropFirst() + ["--predictions"]) {
      for other in ["a.npy", "./a.npy", file("a.npy"), "hard.npy", "soft.npy", "here/a.npy", "data/../a.npy"] {
        try refuse(first, "a.npy", second, other, "--overwrite", says: "name one file")
      }
      try refuse(first, "new.npy", second, "here/new.npy", says: "name one file")
    }
  }

  /// Of processes that write one file at once, one has it whole, and the others say that it is there, or that it came
  /// after they had begun; then theirs is kept beside it.
  func testOneFileAtOnce() throws {
    try succeed(.run, "infer", "g.store", "--run", "first", "--logits", "alone.npy")
    let alone = try Data(contentsOf: URL(fileURLWithPath: file("alone.npy")))
    for round in 0..<4 {
      let command = ["infer", "g.store", "--run", "first", "--logits", "shared-\(round).npy"]
      let results = try atOnce(.run, Array(repeating: command, count: 3))
      XCTAssertEqual(results.count { $0.status == 0 }, 1, "\(results.map(\.errors))")
      let again = try atOnce(.run, Array(repeating: command + ["--overwrite"], count: 2))
      XCTAssertTrue(again.contains { $0.status == 0 }, "\(again.map(\.errors))")
      for result in results + again where result.status != 0 {
        let isSaid = ["already exists", "another process has made or changed it since this command began"]
        XCTAssertTrue(isSaid.contains { result.errors.contains($0) }, result.errors)
        let kept = result.errors.firstRange(of: /kept as \S+/).map { result.errors[$0].dropFirst("kept as ".count) }
        guard let kept else { continue }
        XCTAssertEqual(try Data(contentsOf: URL(fileURLWithPath: file(String(kept)))), alone)
      }
      XCTAssertEqual(try Data(contentsOf: URL(fileURLWithPath: file("shared-\(round).npy"))), alone)
    }
    XCTAssertEqual(try leftovers(), [])
  }

  func testTraceOfTraining() throws {
    try write("precious", to: "t.json")
    try assertRefused(
      .run, "train", "g.store", "--run", "second", "--trace", "t.json", says: "t.json: already exists",
      "remove this one")
    try assertRefused(.run, "train", "g.store", "--run", "second", "--trace", "/dev/null", says: "is a device")
    try assertRefused(
      .run, "resume", "g.store", "--run", "first", "--trace", "t.json", says: "t.json: already exists", "--overwrite")
    try assertRefused(
      .run, "train", "g.store", "--run", "second", "--overwrite", "--trace", "g.store/runs/t.json",
      says: "is in a store")
    try succeed(.run, "resume", "g.store", "--run", "first", "--epochs", "2", "--trace", "t.json", "--overwrite")
    XCTAssertTrue(try text(file("t.json")).hasPrefix("{"))
  }
}
