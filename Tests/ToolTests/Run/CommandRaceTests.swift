import Foundation
import GasBase
import TestSupport
import XCTest

/// Every two commands on one store at once: each does all of its work or says in one line why it does none, and what
/// they leave is whole.
final class CommandRaceTests: ToolTestCase {
  private typealias Command = (tool: Tool, arguments: [String])

  private let commands: [Command] = [
    (
      .ingest,
      [
        "data/edges.npy", "--features", "data/features.npy", "--labels", "data/labels.npy", "--train", "data/train.npy",
        "--partitions", "3", "-o", "g.store", "--overwrite", "--discard-runs", "1",
      ]
    ),
    (
      .ingest, ["generate", "--nodes", "120", "--edges", "600", "-o", "data", "--overwrite", "--seed", "5"] + generated
    ),
    (.run, ["train", "g.store", "--run", "a", "--epochs", "3", "--overwrite", "--hidden", "8"]),
    (.run, ["train", "g.store", "--run", "b", "--epochs", "3"]),
    (.run, ["resume", "g.store", "--run", "a", "--epochs", "5"]),
    (.run, ["infer", "g.store", "--run", "a", "--logits", "l.npy", "--ids", "i.npy", "--overwrite"]),
    (.stat, ["g.store", "--run", "a"]),
    (.stat, ["verify", "g.store"]),
    (.stat, ["clean", "g.store", "--remove"]),
  ]
  private static let generated = [
    "--features", "8", "--classes", "3", "--communities", "3", "--label-noise", "0", "--mean-deviation", "1",
  ]

  private var random = SeededRandom(seed: 29 + Rounds.seed)

  override func setUpWithError() throws {
    try super.setUpWithError()
    try makeStore()
    try succeed(.run, "train", "g.store", "--run", "a", "--epochs", "2")
    for name in ["g.store", "data"] { try copy(name, to: "kept/" + name) }
  }

  private func copy(_ name: String, to other: String) throws {
    let parent = (file(other) as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: file(name), toPath: file(other))
  }

  private func reset() throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name != "kept" {
      try FileManager.default.removeItem(atPath: file(name))
    }
    for name in ["g.store", "data"] { try copy("kept/" + name, to: name) }
  }

  /// Every two, each one with itself too; which of them starts first is drawn.
  private func pairs(_ commands: [Command]) -> [(Command, Command)] {
    commands.indices.flatMap { first in
      commands[first...].map { random.below(2) == 0 ? (commands[first], $0) : ($0, commands[first]) }
    }
  }

  /// Runs two commands at once; `start` starts each as the test wants it.
  private func race(_ one: Command, _ other: Command, _ start: (Command) throws -> RunningTool) throws {
    try reset()
    let label = "\(one.arguments) and \(other.arguments)"
    let running = try [one, other].map { command in
      defer { usleep(UInt32(random.below(40_000))) }
      return try start(command)
    }
    let results = try running.map { try $0.wait() }
    for (result, command) in zip(results, [one, other]) where result.status != 0 {
      XCTAssertTrue([1, 75].contains(result.status), "\(label): \(result.status), \(result.errors)")
      assertOneLine(result, of: command.tool, "\(label): \(result.errors)")
      let isSaid = [
        "in use by another process", "already exists", "no run", "no such", "No such", "changed", "replaced",
        "--discard-runs", "another store", "another process has put a store there",
      ]
      // A run that is just being made has none.
      let isTraining = [one, other].contains { $0.arguments[0] == "train" }
      let isSaidOfNewRuns = isTraining ? ["no checkpoint yet", "no weights yet"] : []
      XCTAssertTrue((isSaid + isSaidOfNewRuns).contains { result.errors.contains($0) }, "\(label): \(result.errors)")
    }
    let verified = try Tool.stat.run(["verify", "g.store"], in: folder.path)
    XCTAssertEqual(verified.status, 0, "\(label): \(verified.errors)")
    let cleaned = try Tool.stat.run(["clean", "g.store", "--remove"], in: folder.path)
    XCTAssertEqual(cleaned.status, 0, "\(label): \(cleaned.errors)")
    XCTAssertEqual(try leftovers(), [], label)
  }

  func testEveryTwoCommands() throws {
    for _ in 0..<Rounds.count(1) {
      for (one, other) in pairs(commands) { try race(one, other) { try $0.tool.start($0.arguments, in: folder.path) } }
    }
    Rounds.tell(Rounds.count(commands.count * (commands.count + 1) / 2), "pairs of commands started at once")
  }

  /// In two containers, say, that share a folder.
  func testProcessesOfOneNumber() throws {
    let alone = "exec unshare --fork --pid --mount-proc -- \"$0\" \"$@\""
    let possible = try Tool.stat.run(["verify", "g.store"], by: alone, in: folder.path)
    try XCTSkipIf(possible.status != 0, "no process numbers of one's own here: \(possible.errors)")
    let writers = commands.filter { $0.tool != .stat }
    for _ in 0..<Rounds.count(1) {
      for (one, other) in pairs(writers) {
        try race(one, other) { try $0.tool.start($0.arguments, by: alone, in: folder.path) }
      }
    }
    Rounds.tell(Rounds.count(writers.count * (writers.count + 1) / 2), "pairs of commands of one process number")
  }
}
