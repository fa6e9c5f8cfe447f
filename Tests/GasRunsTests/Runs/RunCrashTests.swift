import Foundation
import GasBase
import GasFiles
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasRuns
@testable import GasSettings

/// Training and resuming on a disk that fails, or that the process dies on, at one change after the other until it
/// succeeds. After each: nothing, the old run, or a run that is whole as one of its checkpoints left it and goes on to
/// the bits of one that was not interrupted. `gas-stat clean` removes the rest.
final class RunCrashTests: XCTestCase {
  private var folder: TemporaryFolder!
  private var disk: RunDisk!
  private let settings = RunDisk.settings()
  private let longer = RunDisk.settings(epochs: 4)
  private let other = RunDisk.settings(epochs: 1, hidden: 3)
  private var kept: String { folder.file("kept") }
  private var seen = Set<State>()

  override func setUpWithError() throws {
    folder = try TemporaryFolder()
    disk = try RunDisk.make(in: folder)
  }

  override func tearDown() { (folder, disk) = (nil, nil) }

  /// Contents of a run that nothing interrupts.
  private func whole(_ settings: RunSettings) throws -> [String: Data?] {
    try FileTree.remove(disk.run)
    try disk.train(settings)
    return try disk.contents()
  }

  /// Calls `body` on a disk that does `event` at each change in turn, with the run `kept` there before, and `check`
  /// afterwards.
  private func loop(
    _ event: DiskScript.Event, hasNamelessFiles: Bool = true, _ body: () throws -> Void,
    _ check: (_ label: String) throws -> Void
  ) throws {
    seen = []
    var index = 0
    while true {
      try FileTree.remove(disk.store + "/runs")
      if FileManager.default.fileExists(atPath: kept) {
        try FileTree.makeFolders(disk.store + "/runs")
        try FileManager.default.copyItem(atPath: kept, toPath: disk.run)
      }
      let script = DiskScript(event, at: index)
      script.hasNamelessFiles = hasNamelessFiles
      let result = Result { try script.run(body) }
      let label = "\(event) at \(index), \(script.operation?.rawValue ?? "nothing")"
      if case .failure(let error) = result { XCTAssertTrue(error is GasError, "\(label): \(error)") }
      do { try check(label) } catch { XCTFail("\(label): \(error)") }
      guard script.operation != nil else {
        XCTAssertNoThrow(try result.get(), label)
        XCTAssertGreaterThan(index, 30)
        return
      }
      index += 1
    }
  }

  /// Cleans up, and goes on or begins again: once from states that are alike.
  private func finish(_ settings: RunSettings, _ whole: [String: Data?], _ label: String) throws {
    try disk.clean()
    let epoch = try disk.verifiedEpoch()
    XCTAssertEqual(try disk.strangers(), [], label)
    let state = epoch == nil ? [:] : try disk.contents().filter { !$0.key.hasSuffix(".gascol") }
    let names = (try? FolderContents(disk.run).names) ?? []
    guard seen.insert(State(names: names, files: state)).inserted else { return }
    try epoch == nil ? disk.train(settings) : disk.resume(settings)
    let found = try disk.contents()
    let others = Set(found.keys).union(whole.keys).filter { found[$0] != whole[$0] }.sorted()
    XCTAssertEqual(others, [], "\(label): other bits")
  }

  private struct State: Hashable {
    let names: [String]
    let files: [String: Data?]
  }

  private func loopTraining(_ event: DiskScript.Event, hasNamelessFiles: Bool = true) throws {
    let whole = try whole(settings)
    try loop(event, hasNamelessFiles: hasNamelessFiles) {
      try disk.train(settings)
    } _: { label in
      try finish(settings, whole, label)
    }
  }

  private func loopResuming(_ event: DiskScript.Event, hasNamelessFiles: Bool = true) throws {
    let whole = try whole(longer)
    _ = try self.whole(settings)
    try FileManager.default.copyItem(atPath: disk.run, toPath: kept)
    try loop(event, hasNamelessFiles: hasNamelessFiles) {
      try disk.resume(longer)
    } _: { label in
      XCTAssertGreaterThanOrEqual(try disk.verifiedEpoch() ?? -1, settings.epochs, label)
      try finish(longer, whole, label)
    }
  }

  /// A run that gives way is there until another one is, which has no checkpoint at first.
  private func loopReplacing(_ event: DiskScript.Event, hasNamelessFiles: Bool = true) throws {
    let whole = try whole(settings)
    let old = try self.whole(other)
    try FileManager.default.copyItem(atPath: disk.run, toPath: kept)
    try loop(event, hasNamelessFiles: hasNamelessFiles) {
      try disk.train(settings, overwrite: true)
    } _: { label in
      let store = try Store(opening: disk.store)
      let run = try RunFolder.names(in: store).isEmpty ? nil : try RunFolder.open(in: store, name: "run").settings()
      let isOld = run?.hidden == other.hidden
      if isOld { XCTAssertTrue(try disk.contents() == old, label) }
      try disk.clean()
      if isOld { return try disk.train(settings, overwrite: true) }
      try finish(settings, whole, label)
    }
  }

  func testDyingWhileTraining() throws {
    try loopTraining(.dies)
    try loopTraining(.dies, hasNamelessFiles: false)
  }

  func testFailingWhileTraining() throws {
    try loopTraining(.fails(EIO))
    try loopTraining(.fails(ENOSPC), hasNamelessFiles: false)
    try loopTraining(.shortens)
  }

  func testDyingWhileResuming() throws {
    try loopResuming(.dies)
  }

  func testDyingWhileResumingWithoutNamelessFiles() throws {
    try loopResuming(.dies, hasNamelessFiles: false)
  }

  func testFailingWhileResuming() throws {
    try loopResuming(.fails(ENOSPC))
  }

  func testShortWritesWhileResuming() throws {
    try loopResuming(.shortens)
  }

  func testReplacing() throws {
    try loopReplacing(.dies)
  }

  func testFailingWhileReplacing() throws {
    try loopReplacing(.fails(EIO), hasNamelessFiles: false)
  }
}
