import Foundation
import GasFiles
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasRuns
@testable import GasTrain

/// `--overwrite` of inference and import is meant of what was there when they began.
final class LaterOutputTests: XCTestCase {
  func testFilesThatCameMeanwhile() throws {
    let fixture = try RunFixture()
    try fixture.train("a", RunFixture.settings { $0.epochs = 1 })
    let (logits, classes) = (fixture.folder.file("l.npy"), fixture.folder.file("p.npy"))
    for (replaces, name) in [(true, ".new"), (false, ".new-2")] {
      try AtomicFile.write(classes, text: "old")
      if !replaces { try FileTree.remove(classes) }
      let exporter = try Exporter(fixture.store, RunFolder.open(in: fixture.store, name: "a"))
      assertRefused(
        classes, "another process has made or changed it since this command began",
        "the new files are kept as \(classes)\(name), \(logits)\(name)"
      ) {
        let files = Exporter.Files(predictions: classes, logits: logits, replacesExisting: replaces)
        func write() throws -> [ReadyFile] {
          try AtomicFile.write(classes, text: "later")
          return []
        }
        _ = try exporter.export(files, threads: 1, with: write)
      }
      XCTAssertEqual(try String(contentsOfFile: classes, encoding: .utf8), "later")
      XCTAssertFalse(FileAccess.isThere(logits))
      XCTAssertEqual(FileAccess.isThere(logits + name), true)
    }
  }

  func testRunThatCameMeanwhile() throws {
    let fixture = try RunFixture()
    try fixture.train("a", RunFixture.settings { $0.epochs = 1 })
    var paths = OutputPaths(replacesExisting: true)
    let file = try XCTUnwrap(paths.add(fixture.folder.file("w.safetensors"), as: "--output"))
    _ = try PyGExport(fixture.store, RunFolder.open(in: fixture.store, name: "a")).write(to: file)
    let importer = try PyGImport(file.path, for: fixture.store, run: "b")
    try fixture.train("b", RunFixture.settings { $0.epochs = 1 })
    assertRefused("another process has made or changed run \"b\" since this command began") {
      _ = try importer.makeRun(replaceExisting: true)
    }
    XCTAssertTrue(try RunFolder.open(in: fixture.store, name: "b").hasCheckpoint, "trained meanwhile")
    _ = try PyGImport(file.path, for: fixture.store, run: "b").makeRun(replaceExisting: true)
    XCTAssertFalse(try RunFolder.open(in: fixture.store, name: "b").hasCheckpoint)
  }
}
