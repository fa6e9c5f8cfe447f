import Foundation
import GasFiles
import GasFormats
import GasNN
import GasRuns
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasTrain

/// Outputs of which memory holds a part alone are put in order by buckets, to the bits of those whose rows go to their
/// places at once.
final class OutputOrderTests: XCTestCase {
  private let nodeCount = 200
  /// Memory that holds everything, and memory in which each file has many buckets.
  private let (ample, tight) = (1 << 40, 4096)

  private func graph(_ kind: Manifest.Labels.Kind, _ ids: TinyGraph.Ids) -> TinyGraph {
    var graph = TinyGraph.random(nodes: nodeCount, classes: kind == .single ? 2 : 3, partitions: 9, seed: 6)
    graph.ids = ids
    if kind == .multi { graph.multiLabels = (0..<nodeCount * 3).map { $0 % 7 == 0 ? 1 : 0 } }
    if kind == .values { graph.values = (0..<nodeCount * 3).map { Float($0 % 13) / 4 } }
    return graph
  }

  private func fixture(_ kind: Manifest.Labels.Kind, _ ids: TinyGraph.Ids) throws -> RunFixture {
    let fixture = try RunFixture(graph(kind, ids))
    try fixture.train("r", RunFixture.settings { $0.epochs = 2 })
    return fixture
  }

  /// All files of an inference in a budget.
  private func outputs(
    _ fixture: RunFixture, _ memoryBytes: Int, threshold: Threshold? = nil, of ids: [String]? = nil
  ) throws -> FolderContents {
    let folder = fixture.folder.file("out")
    try FileTree.remove(folder)
    try FileTree.makeFolders(folder)
    let run = try RunFolder.open(in: fixture.store, name: "r")
    let settings = try run.settings()
    var plan = try RunPlan(
      .inference, on: fixture.store, settings, model: ModelFactory.make(settings, for: fixture.store),
      memoryBytes: ample)
    plan.memoryBytes = memoryBytes
    let nodes = try ids.map { ids in
      try Data(ids.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: fixture.folder.file("ids.txt")))
      return try NodeList(reading: fixture.folder.file("ids.txt"), of: fixture.store, scratchIn: fixture.folder.path)
    }
    let files = Exporter.Files(
      embeddings: folder + "/e.npy", predictions: folder + "/p.npy", logits: folder + "/l.npy")
    _ = try Exporter(fixture.store, run).export(
      files, threads: 2, threshold: threshold, plan: plan, scores: ScoreTable(path: folder + "/s.csv"), of: nodes)
    return try FolderContents(folder)
  }

  private func assertSameBits(
    _ fixture: RunFixture, threshold: Threshold? = nil, of ids: [String]? = nil, line: UInt = #line
  ) throws {
    let whole = try outputs(fixture, ample, threshold: threshold, of: ids)
    XCTAssertEqual(whole.names, ["e.npy", "l.npy", "p.npy", "s.csv"], line: line)
    let parts = try outputs(fixture, tight, threshold: threshold, of: ids)
    XCTAssertEqual(parts.differences(from: whole), [], line: line)
  }

  private let names = (0..<200).map { "node \(($0 * 37) % 200)" }
  private let integers = (0..<200).map { Int64($0 * 10 + 3) }

  func testAllNodes() throws {
    for kind in [Manifest.Labels.Kind.single, .multi, .values] {
      for ids in [TinyGraph.Ids.sequential, .names(names), .integers(integers)] {
        let fixture = try fixture(kind, ids)
        try assertSameBits(fixture)
        if kind != .values { try assertSameBits(fixture, threshold: .value(0.4)) }
      }
    }
  }

  func testListedNodes() throws {
    for (ids, listed) in [(TinyGraph.Ids.names(names), names), (.integers(integers), integers.map { "\($0)" })] {
      let fixture = try fixture(.multi, ids)
      let once = Array(listed.reversed().prefix(150))
      for list in [once, once + once.prefix(20), Array(listed[7...8])] {
        try assertSameBits(fixture, of: list)
        try assertSameBits(fixture, threshold: .value(0.4), of: list)
        let whole = try rows(of: outputs(fixture, ample))
        XCTAssertEqual(
          try rows(of: outputs(fixture, tight, of: list)), list.map { id in whole[listed.firstIndex(of: id)!] })
      }
    }
  }

  /// The rows of the logits.
  private func rows(of contents: FolderContents) throws -> [[Float]] {
    let path = try TemporaryFolder()
    try XCTUnwrap(contents.files["l.npy"] ?? nil).write(to: URL(fileURLWithPath: path.file("l.npy")))
    let array = try NpyReader(opening: path.file("l.npy"))
    return (0..<array.rowCount).map { Array(array.floats($0 * array.rowWidth..<($0 + 1) * array.rowWidth)) }
  }

  /// Sizes, and with them space and traffic, counted by hand: hidden rows of 6 numbers, outputs of 2, classes of 8
  /// bytes, differences of outputs of 8.
  func testSizes() throws {
    let fixture = try fixture(.single, .sequential)
    let run = try RunFolder.open(in: fixture.store, name: "r")
    let exporter = try Exporter(fixture.store, run)
    let files = Exporter.Files(embeddings: "e.npy", predictions: "p.npy", logits: "l.npy")
    let sizes = exporter.sizes(of: files, scores: ScoreTable(path: "s.csv"), threshold: .value(0.5))
    XCTAssertEqual(sizes.files, [24, 8])
    XCTAssertEqual(sizes.ordered, [8], "classes are decided in the order of their file")
    XCTAssertEqual(sizes.kept, [8, 8])
    XCTAssertEqual(sizes.fileBytes, 40 * nodeCount)
    // A quarter of the memory holds them all, or not.
    XCTAssertEqual(sizes.bucketBytes(within: 4 * 48 * nodeCount), .max)
    XCTAssertEqual(sizes.bucketBytes(within: 4 * 48 * nodeCount - 16), (4 * 48 * nodeCount - 16) / 16)
    XCTAssertEqual(sizes.bucketBytes(within: 1), 1)
    let ids = 24 * nodeCount
    XCTAssertEqual(sizes.scratchBytes(within: ample), 16 * nodeCount + ids)
    XCTAssertEqual(sizes.scratchBytes(within: tight), (16 + 4 * 4) * nodeCount + ids)
    // Numbers of rows for buckets of files are there with the files; those of what is kept are still to come.
    XCTAssertEqual(sizes.keptBytes(within: ample), 16 * nodeCount + ids)
    XCTAssertEqual(sizes.keptBytes(within: tight), (16 + 2 * 4) * nodeCount + ids)
    let (once, again) = (sizes.traffic(within: ample), sizes.traffic(within: tight))
    XCTAssertEqual([once.written, once.read], [56 * nodeCount + ids, 16 * nodeCount + ids])
    XCTAssertEqual([again.written - once.written, again.read - once.read], [64 * nodeCount, 64 * nodeCount])
    // A list that names a node twice: files of distinct nodes, and those that are made of them.
    try Data("3\n5\n3\n".utf8).write(to: URL(fileURLWithPath: fixture.folder.file("ids.txt")))
    let nodes = try NodeList(
      reading: fixture.folder.file("ids.txt"), of: fixture.store, scratchIn: fixture.folder.path)
    XCTAssertEqual(exporter.sizes(of: files, of: nodes).repeatedBytes, 3 * 40)
    XCTAssertEqual(exporter.sizes(of: files, of: nodes).fileBytes, (2 + 3) * 40)

    let settings = try run.settings()
    func plan(_ sizes: OutputSizes?) throws -> RunPlan {
      try RunPlan(
        .inference, on: fixture.store, settings, model: ModelFactory.make(settings, for: fixture.store),
        memoryBytes: ample, sizes: sizes)
    }
    let (without, with) = (try plan(nil), try plan(sizes))
    XCTAssertEqual(with.diskBytes - without.diskBytes, 56 * nodeCount + ids)
    XCTAssertEqual(with.writtenBytes - without.writtenBytes, once.written)
    XCTAssertEqual(with.readBytes - without.readBytes, once.read)
  }
}
