import TestSupport
import XCTest

/// What reads a store writes nothing into it, and need not be able to.
final class ReadingTests: ToolTestCase {
  private let run = ["--run", "first"]
  private var commands: [(tool: Tool, arguments: [String])] {
    [
      (.stat, ["g.store"]), (.stat, ["verify", "g.store"]), (.stat, ["g.store"] + run),
      (.stat, ["g.store", "--sample", "1"] + run), (.run, ["train", "g.store", "--plan"]),
      (.run, ["infer", "g.store", "--plan"] + run), (.run, ["infer", "g.store"] + run),
      (.run, ["infer", "g.store", "--predictions", "out/p.npy", "--embeddings", "out/e.npy"] + run),
      (.run, ["infer", "g.store", "--memory", "400MiB", "--logits", "out/l.npy"] + run),
      (.run, ["infer", "other.store", "--from", "g.store"] + run),
      (.run, ["infer", "g.store", "--from", "other.store"] + run),
    ]
  }

  override func setUpWithError() throws {
    try super.setUpWithError()
    try makeStore()
    try succeed(.run, "train", "g.store", "--run", "first", "--epochs", "1", "--hidden", "4", "--layers", "3")
    try FileManager.default.copyItem(atPath: file("g.store"), toPath: file("other.store"))
    try FileManager.default.createDirectory(atPath: file("out"), withIntermediateDirectories: false)
  }

  private func assertAllRead(_ call: String) throws {
    let before = try FolderContents(file("g.store"))
    for (tool, arguments) in commands {
      for name in try FileManager.default.contentsOfDirectory(atPath: file("out")) { unlink(file("out/" + name)) }
      let result = try tool.run(arguments, by: call, in: folder.path)
      XCTAssertEqual(result.status, 0, "\(tool.rawValue) \(arguments.joined(separator: " ")): \(result.errors)")
    }
    XCTAssertEqual(try FolderContents(file("g.store")).differences(from: before), [])
    XCTAssertEqual(try leftovers(), [])
  }

  func testStoreThatMayNotBeWritten() throws {
    try XCTSkipIf(geteuid() == 0, "root may write everywhere")
    let folders = ["", "/columns", "/runs", "/runs/first"].map { file("g.store" + $0) }
    for path in folders { chmod(path, 0o555) }
    defer { for path in folders { chmod(path, 0o755) } }
    try assertAllRead("exec \"$0\" \"$@\"")
  }

  func testReadOnlyMount() throws {
    let call =
      "exec unshare -m bash -c 'mount --bind g.store g.store && mount -o remount,ro,bind g.store && exec \"$0\" \"$@\"' \"$0\" \"$@\""
    let possible = try Tool.stat.run(["--version"], by: call, in: folder.path)
    try XCTSkipIf(possible.status != 0, "no mounts of one's own here: \(possible.errors)")
    let refused = try Tool.run.run(["train", "g.store", "--epochs", "1"], by: call, in: folder.path)
    XCTAssertEqual(refused.status, 1, "the mount is not read-only")
    try assertAllRead(call)
  }
}
