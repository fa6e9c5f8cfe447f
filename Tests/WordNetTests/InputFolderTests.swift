import GasFormats
import TestSupport
import XCTest

@testable import wordnet_inputs

/// What is written is what gas-ingest will read.
final class InputFolderTests: XCTestCase {
  private let wordNet = try! MadeUpWordNet.read()

  func testEdgesLabelsAndNames() throws {
    let target = try TemporaryFolder()
    try InputFolder(target.file("new/inputs")).write(wordNet)
    let edges = try NpyReader(opening: target.file("new/inputs/edges.npy"))
    XCTAssertEqual(edges.shape, [6, 2])
    XCTAssertEqual(try edges.integers(0..<12), [0, 1, 0, 2, 1, 0, 2, 0, 3, 0, 4, 3])
    XCTAssertEqual(try NpyReader(opening: target.file("new/inputs/labels.npy")).integers(0..<5), wordNet.labels)
    XCTAssertEqual(
      try String(contentsOfFile: target.file("new/inputs/names.txt"), encoding: .utf8).split(separator: "\n").map(
        String.init),
      wordNet.synsets.map(\.name))
  }

  func testFeaturesReplaceEarlierOnes() throws {
    let target = try TemporaryFolder()
    let folder = try InputFolder(target.path)
    try folder.write(BagOfWords(["other"], vocabularySize: 1, leastCount: 1))
    // "small" is in three of the five texts, too many.
    try folder.write(BagOfWords(wordNet.synsets.map(\.definition), vocabularySize: 2, leastCount: 2))
    let features = try ScipyMatrix(opening: target.file("features.npz"))
    XCTAssertEqual([features.rowCount, features.width], [5, 2])
    XCTAssertEqual(try String(contentsOfFile: target.file("words.txt"), encoding: .utf8), "animal\nblorb\n")
    var cursor = ScipyMatrix.Cursor(features)
    let rows = try (0..<5).map { row in
      try cursor.read(row)
      return cursor.indices
    }
    XCTAssertEqual(rows, [[0], [1], [0], [1], []])
  }

  func testSplits() throws {
    let target = try TemporaryFolder()
    let split = NodeSplit(nodeCount: 50, trainShare: 0.2, seed: 3)
    try InputFolder(target.path).write(split)
    for (name, nodes) in [("train", split.train), ("val", split.validation), ("test", split.test)] {
      let array = try NpyReader(opening: target.file("\(name).npy"))
      XCTAssertEqual(try array.integers(0..<array.elementCount), nodes)
    }
  }
}
