import Foundation
import GasBase
import GasFiles
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasRuns
@testable import GasTrain

/// How runs come to be: exclusively, with their settings, and whole or not at all wherever a process ends.
final class RunFolderTests: XCTestCase {
  private func hidden(_ name: String, _ fixture: RunFixture) throws -> Int {
    try RunFolder.open(in: fixture.store, name: name).settings().hidden
  }

  private func create(
    _ fixture: RunFixture, _ name: String? = "a", hidden: Int = 6, overwrite: Bool = false
  ) throws -> RunFolder {
    try RunFolder.create(
      in: fixture.store, name: name, settings: RunFixture.settings { $0.hidden = hidden }, replaceExisting: overwrite)
  }

  private func message(_ body: () throws -> Any) -> String {
    do {
      _ = try body()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  private func assertSays(_ text: String, line: UInt = #line, _ body: () throws -> Any) {
    let message = message(body)
    XCTAssertTrue(message.contains(text), message, line: line)
  }

  private func names(_ fixture: RunFixture) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: fixture.store.path + "/runs")) ?? []).sorted()
  }

  /// A reader that finds files of two runs, since another process replaced the run meanwhile, says that and not that
  /// they are damaged.
  func testARunThatIsReplacedWhileItIsRead() throws {
    let fixture = try RunFixture()
    try fixture.train("a", RunFixture.settings { $0.hidden = 6 })
    func exporter(_ name: String) -> Exporter.Files { .init(predictions: fixture.folder.file("\(name).npy")) }
    let opened = try RunFolder.open(in: fixture.store, name: "a")
    let reading = try Exporter(fixture.store, opened)
    XCTAssertEqual(try opened.whileInPlace { 1 }, 1)
    assertSays("damaged") { try opened.whileInPlace { throw GasError("damaged") } }
    try fixture.train("a", RunFixture.settings { ($0.hidden, $0.seed) = (6, 9) })
    let replaced = "another process has replaced or changed the run meanwhile; run the command again"
    assertSays(replaced) { try opened.whileInPlace { throw GasError("damaged") } }
    XCTAssertEqual(try opened.whileInPlace { 2 }, 2, "what went well is right")
    assertSays(replaced) { try reading.export(exporter("mixed"), threads: 1) }
    XCTAssertFalse(FileManager.default.fileExists(atPath: fixture.folder.file("mixed.npy")))
    // Whoever begins now reads the new run alone.
    _ = try Exporter(fixture.store, opened).export(exporter("new"), threads: 1)
    try FileManager.default.removeItem(atPath: opened.path)
    assertSays(replaced) { try opened.whileInPlace { throw GasError("no such file") } }
  }

  func testOneWriter() throws {
    let fixture = try RunFixture()
    let made = try create(fixture)
    let found = try RunFolder.open(in: fixture.store, name: "a")
    let inUse = "run \"a\" is in use by another process"
    assertSays(inUse) { try found.locked() }
    assertSays(inUse) { try create(fixture, hidden: 8, overwrite: true) }
    assertSays(inUse) { try create(fixture, hidden: 8) }
    XCTAssertEqual(try hidden("a", fixture), 6)
    XCTAssertEqual(names(fixture), ["a"])
    withExtendedLifetime(made) {}
  }

  /// Another process puts another store in the place of this one, between any two changes of the disk: no run of this
  /// one gets into it.
  func testStoreReplacedMeanwhile() throws {
    for name in ["a", nil] {
      var number = 0
      while true {
        let fixture = try RunFixture(.random(nodes: 20, partitions: 2))
        let other = try RunFixture(.random(nodes: 30, partitions: 2))
        let replacing = Replacing(fixture.store.path, by: other.store.path, before: number)
        DiskSeam.observer = { _ in replacing.answer() }
        let message = message { try create(fixture, name) }
        DiskSeam.observer = nil
        guard replacing.isDone else {
          XCTAssertEqual(message, "no error")
          break
        }
        XCTAssertEqual(names(fixture), [], "change \(number): \(message)")
        if message == "no error" {
          let kept = try FileManager.default.contentsOfDirectory(atPath: fixture.store.path + ".old/runs")
          XCTAssertEqual(kept.count, 1, "change \(number)")
        } else {
          XCTAssertTrue(message.contains("another process has replaced the store meanwhile"), message)
        }
        number += 1
      }
      XCTAssertGreaterThan(number, 4)
    }
  }

  /// Moves a store away, and another to its place, before the k-th change.
  private final class Replacing: @unchecked Sendable {
    private let path: String
    private let other: String
    private var countdown: Int
    private(set) var isDone = false

    init(_ path: String, by other: String, before number: Int) {
      (self.path, self.other, countdown) = (path, other, number)
    }

    func answer() -> DiskSeam.Answer {
      countdown -= 1
      guard countdown < 0, !isDone else { return .happens }
      isDone = rename(path, path + ".old") == 0 && rename(other, path) == 0
      return .happens
    }
  }

  func testUnnamedRunsTakeTheNextNumber() throws {
    let fixture = try RunFixture()
    let runs = try (0..<3).map { _ in try create(fixture, nil) }
    XCTAssertEqual(runs.map(\.name), ["gcn-1", "gcn-2", "gcn-3"])
  }

  /// A run that has learnt nothing gives way, one that has does not, and no file of people's goes.
  func testWhatGivesWay() throws {
    let fixture = try RunFixture()
    _ = try create(fixture)
    XCTAssertEqual(try create(fixture, hidden: 8).settings().hidden, 8)
    let path = fixture.store.path + "/runs/a"
    try Data("notes".utf8).write(to: URL(fileURLWithPath: path + "/notes.txt"))
    for overwrite in [false, true] {
      assertSays("holds \"notes.txt\", which is no file of a run, so it is not replaced") {
        try create(fixture, overwrite: overwrite)
      }
    }
    try FileManager.default.removeItem(atPath: path + "/notes.txt")
    try fixture.train("a", RunFixture.settings())
    assertSays("run \"a\" already exists; name another --run, pass --overwrite, or continue it with gas-run resume") {
      try create(fixture)
    }
    XCTAssertEqual(try create(fixture, hidden: 9, overwrite: true).settings().hidden, 9)
    XCTAssertEqual(names(fixture), ["a"])
  }

  /// As earlier versions left it when they were killed.
  func testFolderWithoutSettings() throws {
    let fixture = try RunFixture()
    let path = fixture.store.path + "/runs/a"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    assertSays("is no run: it has no config.json") { try RunFolder.open(in: fixture.store, name: "a") }
    assertSays("gas-stat clean") { try RunFolder.open(in: fixture.store, name: "a") }
    XCTAssertEqual(try RunFolder.names(in: fixture.store), [])
    try Data("{".utf8).write(to: URL(fileURLWithPath: path + "/config.json.partial-17"))
    XCTAssertEqual(try create(fixture).settings().hidden, 6)
    XCTAssertEqual(names(fixture), ["a"])
    try fixture.train("a", RunFixture.settings())
    try FileManager.default.removeItem(atPath: path + "/config.json")
    assertSays("run \"a\" has weights but no config.json; name another --run, or pass --overwrite") {
      try create(fixture)
    }
    XCTAssertEqual(try create(fixture, overwrite: true).settings().hidden, 6)
  }

  func testNames() throws {
    let fixture = try RunFixture()
    for name in [
      "-x", "--help", "½", "x.partial-0123456789abcdef", "x.partial-31", "x.discarded-1", "x.replaced-99", ".", "..",
      "",
      ".x", "a/b", "a b", "a\u{202e}b", "a\u{200d}b", "a\nb", String(repeating: "n", count: 201),
    ] {
      assertSays("expected a run name") { try create(fixture, name) }
    }
    for name in ["größe", "模型-1", "a.b_c-d", "e\u{301}", "x.partial", "partial-1"] {
      XCTAssertEqual(try create(fixture, name).name, name)
    }
    XCTAssertEqual(names(fixture).count, 6)
  }

  /// Wherever a process ends that makes a run, there is the run with its settings or none, the next process makes it,
  /// and what is left is found and removed.
  func testEndingAnywhereInCreating() throws {
    for overwrite in [false, true] {
      var last = 0
      var isOver = false
      while !isOver {
        let fixture = try RunFixture(.random(nodes: 20, partitions: 2))
        if overwrite { try fixture.train("a", RunFixture.settings { $0.epochs = 1 }) }
        let disk = DiskScript(.dies, at: last)
        _ = try? disk.run { try create(fixture, hidden: 8, overwrite: overwrite) }
        isOver = disk.operation == nil
        let label = "overwrite \(overwrite), dead before change \(last), \(disk.operation?.rawValue ?? "none")"
        let found = try RunFolder.names(in: fixture.store)
        if overwrite || isOver { XCTAssertEqual(found, ["a"], label) }
        for name in found { XCTAssertTrue([6, 8].contains(try hidden(name, fixture)), label) }
        XCTAssertTrue(Set(found).isSubset(of: ["a"]), label)
        var leftovers = try StoreLeftovers(of: fixture.store.path)
        try leftovers.remove()
        XCTAssertTrue(leftovers.items.allSatisfy(\.isRemoved), label)
        XCTAssertTrue(Set(names(fixture)).isSubset(of: ["a"]), "\(label): \(names(fixture))")
        XCTAssertEqual(try create(fixture, hidden: 9, overwrite: true).settings().hidden, 9, label)
        XCTAssertEqual(names(fixture), ["a"], label)
        last += 1
      }
      XCTAssertGreaterThan(last, 4, "there are as many changes as that")
    }
  }
}
