import GasStore
import TestSupport
import XCTest

/// Stores that were cut short, changed or made by a newer release: every program says so and leaves them alone.
final class DamagedStoreTests: ToolTestCase {
  override func setUpWithError() throws {
    try super.setUpWithError()
    try makeStore()
    try succeed(.run, "train", "g.store", "--run", "first", "--epochs", "1", "--hidden", "4")
  }

  /// All the ways to open a store.
  private func assertAllRefuse(_ says: String, line: UInt = #line) throws {
    try assertRefused(.stat, "verify", "g.store", says: says, line: line)
    try assertRefused(.stat, "g.store", says: says, line: line)
    try assertRefused(.run, "train", "g.store", says: says, line: line)
    try assertRefused(.run, "resume", "g.store", "--run", "first", "--epochs", "3", says: says, line: line)
    try assertRefused(.run, "infer", "g.store", "--run", "first", "--logits", "l.npy", says: says, line: line)
  }

  private enum Damage {
    case cut(at: Int)
    case flip(at: Int)
    case bytes([UInt8], at: Int)
    case contents(Data)
    case removal
  }

  /// Damages a file of the store for as long as `body` runs.
  private func damaging(_ name: String, _ damage: Damage, _ body: () throws -> Void) throws {
    let path = file("g.store/" + name)
    let url = URL(fileURLWithPath: path)
    let good = try Data(contentsOf: url)
    var bad = good
    switch damage {
    case .cut(let length): bad = bad.prefix(length)
    case .flip(let offset): bad[offset] ^= 0x10
    case .bytes(let bytes, let offset): bad.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    case .contents(let data): bad = data
    case .removal: try FileManager.default.removeItem(atPath: path)
    }
    if case .removal = damage {} else { try bad.write(to: url) }
    try body()
    try good.write(to: url)
  }

  func testTruncatedColumns() throws {
    for (name, length) in [("neighbours", 4000), ("features", 4096), ("labels", 100), ("order", 0)] {
      try damaging("columns/\(name).gascol", .cut(at: length)) {
        try assertAllRefuse("g.store/columns/\(name).gascol at offset \(length): expected")
      }
    }
  }

  func testFlippedBytes() throws {
    let places = [("neighbours", 4200), ("features", 4100), ("halo", 20), ("degrees", 4500), ("splits", 2000)]
    for (name, offset) in places {
      try damaging("columns/\(name).gascol", .flip(at: offset)) {
        try assertAllRefuse("g.store/columns/\(name).gascol at offset")
      }
    }
    try damaging("manifest.json", .flip(at: 300)) { try assertAllRefuse("g.store/manifest.json") }
  }

  func testNewerVersions() throws {
    let manifest = try String(contentsOfFile: file("g.store/manifest.json"), encoding: .utf8)
    let newer = manifest.replacing("\"formatVersion\" : 2", with: "\"formatVersion\" : 5")
    try damaging("manifest.json", .contents(Data(newer.utf8))) {
      try assertAllRefuse("g.store/manifest.json: expected format version 1 to 4, found 5; use a newer release of gas")
    }
    try damaging("columns/halo.gascol", .bytes([2], at: 8)) {
      try assertAllRefuse(
        "g.store/columns/halo.gascol at offset 8: expected column version 1, found 2; use a newer release of gas")
    }
  }

  func testMissingAndForeignFiles() throws {
    try damaging("columns/degrees.gascol", .removal) {
      try assertAllRefuse("g.store/columns/degrees.gascol: cannot open: No such file")
    }
    try damaging("columns/degrees.gascol", .contents(Data(count: 9000))) {
      try assertAllRefuse("g.store/columns/degrees.gascol at offset 0: expected the magic bytes")
    }
    try damaging("manifest.json", .contents(Data("{}".utf8))) {
      try assertAllRefuse("g.store/manifest.json: not a manifest")
    }
  }

  private let resume = ["resume", "g.store", "--run", "first", "--epochs", "3"]
  private let infer = ["infer", "g.store", "--run", "first", "--logits", "l.npy"]
  private let show = ["g.store", "--run", "first"]

  func testDamagedRuns() throws {
    let run = "runs/first/"
    for name in ["checkpoint.safetensors", "config.json"] {
      try damaging(run + name, .cut(at: 7)) {
        try assertRefused(.run, "resume", "g.store", "--run", "first", "--epochs", "3", says: "g.store/\(run)\(name)")
        try assertRefused(.stat, "g.store", "--run", "first", says: "g.store/\(run)\(name)")
      }
    }
    for name in ["model.safetensors", "config.json"] {
      try damaging(run + name, .cut(at: 7)) {
        try assertRefused(
          .run, "infer", "g.store", "--run", "first", "--logits", "l.npy", says: "g.store/\(run)\(name)")
      }
    }
    let readers: [(name: String, commands: [(Tool, [String])])] = [
      ("checkpoint.safetensors", [(.run, resume), (.stat, show)]), ("refresh.json", [(.run, resume), (.stat, show)]),
      ("metrics.jsonl", [(.run, resume), (.stat, show)]), ("model.safetensors", [(.run, infer)]),
      ("config.json", [(.run, resume), (.run, infer), (.stat, show)]),
    ]
    for (name, commands) in readers {
      let count = try Data(contentsOf: URL(fileURLWithPath: file("g.store/\(run)\(name)"))).count
      for damage in [Damage.flip(at: 40), .flip(at: count / 2), .flip(at: count - 1), .cut(at: count - 1)] {
        try damaging(run + name, damage) {
          for (tool, arguments) in commands + [(.stat, ["verify", "g.store"])] {
            let result = try tool.run(arguments, in: folder.path)
            XCTAssertEqual(result.status, 1, "\(name) \(damage): \(arguments)")
            assertOneLine(result, of: tool, result.errors)
            XCTAssertTrue(result.errors.contains("g.store/\(run)\(name)"), result.errors)
          }
        }
      }
    }
    try damaging(run + "history-1.gascol", .cut(at: 5000)) {
      try assertRefused(.stat, "g.store", "--run", "first", says: "history-1.gascol at offset 5000")
      try assertRefused(.stat, "verify", "g.store", says: "history-1.gascol at offset 5000")
    }
    try succeed(.stat, "verify", "g.store")
  }
}
