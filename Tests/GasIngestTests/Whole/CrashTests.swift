import Foundation
import GasBase
import GasStore
import TestSupport
import XCTest

@testable import GasFiles
@testable import GasGenerate

/// Ingest on a disk that fails, or that the process dies on, at one change after the other until it succeeds. After
/// each: the old store or the new one, whole, and nothing that the next command does not remove.
final class CrashTests: XCTestCase {
  private var inputs: Inputs!
  private var old: FolderContents!
  private var new: FolderContents!

  override func setUpWithError() throws {
    inputs = try Inputs()
    try inputs.text("0 1\n1 2\n", "old.tsv")
    try inputs.text((0..<40).map { "\($0) \(($0 * 7 + 1) % 40)\n" }.joined(), "new.tsv")
    try inputs.array((0..<40).map { Int64($0 % 3) }, "labels.npy")
    try inputs.array((0..<80).map { Float($0) }, [40, 2], "features.npy")
    try inputs.ingest(inputs.path("old.tsv")) { $0.output = self.inputs.path("old.kept") }
    try ingest(replaces: false)
    old = try columns("old.kept")
    new = try columns("out.store")
  }

  override func tearDown() { inputs = nil }

  private func columns(_ name: String) throws -> FolderContents { try FolderContents(inputs.path(name + "/columns")) }

  private func ingest(replaces: Bool) throws {
    try inputs.ingest(inputs.path("new.tsv")) {
      $0.replacesExisting = replaces
      $0.features = inputs.path("features.npy")
      $0.labels = inputs.path("labels.npy")
      $0.partitionCount = 2
    }
  }

  /// Puts the old store back, or nothing.
  private func reset(replaces: Bool) throws {
    try FileTree.remove(inputs.store)
    if replaces { try FileManager.default.copyItem(atPath: inputs.path("old.kept"), toPath: inputs.store) }
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: inputs.folder.path).sorted()
  }

  /// - Returns: how many changes ingest makes.
  private func loop(_ event: DiskScript.Event, replaces: Bool, hasNamelessFiles: Bool = true) throws -> Int {
    try reset(replaces: replaces)
    let before = try names()
    var index = 0
    while true {
      try reset(replaces: replaces)
      let label = "\(event) at \(index), \(replaces ? "over an old store" : "a new store")"
      let script = DiskScript(event, at: index)
      script.hasNamelessFiles = hasNamelessFiles
      let result = Result { try script.run { try ingest(replaces: replaces) } }
      if case .failure(let error) = result { XCTAssertTrue(error is GasError, "\(label): \(error)") }
      try check(result, replaces: replaces, "\(label): \(script.operation?.rawValue ?? "nothing")")
      // The next command.
      try ingest(replaces: true)
      XCTAssertEqual(try names(), Set(before + ["out.store"]).sorted(), label)
      XCTAssertEqual(try columns("out.store"), new, label)
      guard script.operation != nil else { return index }
      index += 1
    }
  }

  private func check(_ result: Result<Void, any Error>, replaces: Bool, _ label: String) throws {
    guard FileManager.default.fileExists(atPath: inputs.store) else {
      XCTAssertFalse(replaces, "\(label): the old store is gone")
      return XCTAssertThrowsError(try result.get(), label)
    }
    _ = try StoreVerifier(Store(opening: inputs.store)).verify()
    let found = try columns("out.store")
    XCTAssertTrue(found == new || (replaces && found == old), label)
    if case .success = result { XCTAssertEqual(found, new, label) }
  }

  func testDyingAtEachChange() throws {
    for replaces in [false, true] { XCTAssertGreaterThan(try loop(.dies, replaces: replaces), 40) }
  }

  func testDyingWithoutNamelessFiles() throws {
    XCTAssertGreaterThan(try loop(.dies, replaces: true, hasNamelessFiles: false), 40)
  }

  func testEachChangeFails() throws {
    XCTAssertGreaterThan(try loop(.fails(EIO), replaces: true), 40)
    XCTAssertGreaterThan(try loop(.fails(ENOSPC), replaces: false), 40)
  }

  func testEachWriteIsShort() throws { _ = try loop(.shortens, replaces: true) }

  /// Generated files: in a folder that is not there yet, all of them or none.
  func testDyingWhileGenerating() throws {
    let options = GeneratorOptions(nodeCount: 30, edgeCount: 60, featureWidth: 2, classCount: 2)
    let folder = inputs.path("data")
    func generate(replaces: Bool) throws {
      try Generator(options, folder: folder, parallel: Parallel(threadCount: 1)).run(replacesExisting: replaces)
    }
    try generate(replaces: false)
    let whole = try FolderContents(folder)
    var index = 0
    while true {
      try FileTree.remove(folder)
      let before = try names()
      let script = DiskScript(.dies, at: index)
      try? script.run { try generate(replaces: false) }
      if FileManager.default.fileExists(atPath: folder) {
        XCTAssertEqual(try FolderContents(folder), whole, "at \(index)")
      }
      // Over files that are there, each is the old or the new one.
      let again = DiskScript(.dies, at: index)
      try? again.run { try generate(replaces: true) }
      try generate(replaces: true)
      XCTAssertEqual(try FolderContents(folder), whole, "at \(index)")
      XCTAssertEqual(try names(), (before + ["data"]).sorted(), "at \(index)")
      guard script.operation != nil || again.operation != nil else { break }
      index += 1
    }
    XCTAssertGreaterThan(index, 20)
  }
}
