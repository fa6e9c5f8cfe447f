import GasBase
import GasFiles
import GasRuns
import GasStore
import TestSupport
import XCTest

/// A whole process comes between any two changes of the disk that making a run takes.
final class RunInterleavingTests: ToolTestCase {
  /// Does something before the k-th change.
  private final class Between: @unchecked Sendable {
    private var changeCount = 0
    private let number: Int
    private let body: () -> Void

    init(_ number: Int, _ body: @escaping () -> Void) {
      self.number = number
      self.body = body
    }

    func answer() -> DiskSeam.Answer {
      changeCount += 1
      if changeCount == number { body() }
      return .happens
    }
  }

  /// Runs `gas-run train` between two changes of a process that makes a run called `a` with 6 hidden columns.
  ///
  /// - Returns: how that other process ended, and whether the run was made here.
  private func interleave(
    _ number: Int, _ arguments: [String], name: String? = "a", overwrite: Bool
  ) throws -> (other: Tool.Result?, made: RunFolder?, failure: String) {
    let store = try Store(opening: file("g.store"))
    var settings = RunSettings()
    settings.hidden = 6
    var other: Tool.Result?
    let between = Between(number) {
      other = try? Tool.run.run(
        ["train", "g.store", "--epochs", "1", "--hidden", "8"] + arguments, in: self.folder.path)
    }
    DiskSeam.observer = { _ in between.answer() }
    defer { DiskSeam.observer = nil }
    do {
      let made = try RunFolder.create(in: store, name: name, settings: settings, replaceExisting: overwrite)
      return (other, made, "")
    } catch {
      return (other, nil, "\(error)")
    }
  }

  private func hidden(_ run: String) throws -> Int {
    try RunFolder.open(in: Store(opening: file("g.store")), name: run).settings().hidden
  }

  private func runs() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: file("g.store/runs")).sorted()
  }

  override func setUpWithError() throws {
    try super.setUpWithError()
    try makeStore(nodes: 40)
  }

  func testOneName() throws {
    var number = 1
    while true {
      try? FileManager.default.removeItem(atPath: file("g.store/runs"))
      let (other, made, failure) = try interleave(number, ["--run", "a"], overwrite: false)
      guard let other else { break }
      let label = "before change \(number): \(failure) / \(other.errors)"
      XCTAssertEqual([made != nil, other.status == 0].count { $0 }, 1, "one makes it, " + label)
      XCTAssertEqual(try hidden("a"), made == nil ? 8 : 6, label)
      if made == nil {
        XCTAssertTrue(failure.contains("already exists"), label)
        try succeed(.run, "infer", "g.store", "--run", "a")
      } else {
        XCTAssertTrue(other.errors.contains("in use by another process"), label)
      }
      XCTAssertEqual(try runs(), ["a"], label)
      number += 1
    }
    XCTAssertGreaterThan(number, 4)
  }

  func testUnnamed() throws {
    var number = 1
    while true {
      try? FileManager.default.removeItem(atPath: file("g.store/runs"))
      let (other, made, failure) = try interleave(number, [], name: nil, overwrite: false)
      guard let other else { break }
      XCTAssertEqual(other.status, 0, other.errors)
      XCTAssertNotNil(made, failure)
      XCTAssertEqual(try runs(), ["gcn-1", "gcn-2"], "before change \(number)")
      XCTAssertEqual(Set(try runs().map(hidden)), [6, 8])
      number += 1
    }
    XCTAssertGreaterThan(number, 4)
  }

  func testOverwriting() throws {
    var number = 1
    while true {
      try? FileManager.default.removeItem(atPath: file("g.store/runs"))
      try succeed(.run, "train", "g.store", "--run", "a", "--epochs", "0", "--hidden", "4")
      let (other, made, failure) = try interleave(number, ["--run", "a", "--overwrite"], overwrite: true)
      guard let other else { break }
      let label = "before change \(number): \(failure) / \(other.errors)"
      XCTAssertNotNil(made, label)
      XCTAssertEqual(try hidden("a"), 6, label)
      XCTAssertTrue(other.status == 0 || other.errors.contains("in use by another process"), label)
      XCTAssertEqual(try runs(), ["a"], label)
      number += 1
    }
    XCTAssertGreaterThan(number, 4)
  }
}
