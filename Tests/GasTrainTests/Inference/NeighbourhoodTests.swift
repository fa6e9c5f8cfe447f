import Foundation
import GasBatch
import GasFormats
import GasRuns
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasTrain

/// Outputs of some nodes, computed from the partitions that they depend on alone, against those of a whole pass.
final class NeighbourhoodTests: XCTestCase {
  /// A path whose partitions follow each other.
  private func path(nodes: Int, partitions: Int, weighted: Bool = false) -> TinyGraph {
    var graph = TinyGraph.random(nodes: nodes, partitions: 1, weighted: false)
    graph.edges = (0..<nodes - 1).flatMap { [(source: $0, target: $0 + 1), (source: $0 + 1, target: $0)] }
    graph.weights = weighted ? graph.edges.map { 0.5 + Float(min($0.source, $0.target) % 3) } : nil
    graph.partition = (0..<nodes).map { $0 * partitions / nodes }
    return graph
  }

  private func outputs(
    _ fixture: RunFixture, _ run: String, of nodes: [Int]?, passes: inout [Int: Int]
  ) throws -> (logits: [Float], embeddings: [Float]?, report: Exporter.Report) {
    let folder = fixture.folder
    let list = try nodes.map { nodes in
      try Data(nodes.map { "\($0)\n" }.joined().utf8).write(to: URL(fileURLWithPath: folder.file("ids.txt")))
      return try NodeList(reading: folder.file("ids.txt"), of: fixture.store, scratchIn: folder.path)
    }
    var counts: [Int: Int] = [:]
    let exporter = try Exporter(fixture.store, RunFolder.open(in: fixture.store, name: run))
    let hasHidden = run != "mlp"
    let files = Exporter.Files(
      embeddings: hasHidden ? folder.file("e.npy") : nil, logits: folder.file("l.npy"), replacesExisting: true)
    let report = try exporter.export(
      files, threads: 2, of: list,
      progress: { if case .inference(let layer, _) = $0.pass { counts[layer] = $0.nodeCount } })
    passes = counts
    func floats(_ name: String) throws -> [Float] {
      let array = try NpyReader(opening: folder.file(name))
      return Array(array.floats(0..<array.elementCount))
    }
    return (try floats("l.npy"), hasHidden ? try floats("e.npy") : nil, report)
  }

  func testSameAsTheWholePass() throws {
    let fixture = try RunFixture(path(nodes: 160, partitions: 16))
    let wanted = [81, 3, 80, 81]
    for model in RunSettings.modelNames {
      try fixture.train(
        model,
        RunFixture.settings {
          ($0.model, $0.epochs, $0.batchPartitions) = (model, 1, .partitions(1))
          ($0.heads, $0.layers) = (2, 2)
        })
      var passes: [Int: Int] = [:]
      let whole = try outputs(fixture, model, of: nil, passes: &passes)
      let wholePasses = passes
      let some = try outputs(fixture, model, of: wanted, passes: &passes)
      let width = whole.logits.count / 160
      XCTAssertEqual(some.logits.count, wanted.count * width, model)
      for (index, node) in wanted.enumerated() {
        for column in 0..<width {
          XCTAssertEqual(
            some.logits[index * width + column], whole.logits[node * width + column], accuracy: 1e-5, model)
        }
      }
      if let all = whole.embeddings, let found = some.embeddings {
        let width = all.count / 160
        XCTAssertEqual(
          found, wanted.flatMap { all[$0 * width..<($0 + 1) * width] }, "\(model): the same batches, the same bits")
      }
      XCTAssertEqual(some.report.nodeCount, wanted.count)
      XCTAssertNil(some.report.testAccuracy)
      XCTAssertNotNil(whole.report.testAccuracy)
      XCTAssertEqual(wholePasses[1], 160, model)
      XCTAssertLessThan(try XCTUnwrap(passes[1]), 80, "\(model): partitions near the nodes alone are computed")
    }
  }

  func testTheWholeGraphWhereItIsNear() throws {
    let fixture = try RunFixture()
    try fixture.train("r", RunFixture.settings { $0.epochs = 1 })
    var passes: [Int: Int] = [:]
    let whole = try outputs(fixture, "r", of: nil, passes: &passes)
    let some = try outputs(fixture, "r", of: [89, 0], passes: &passes)
    XCTAssertEqual(some.logits, Array(whole.logits[267...]) + whole.logits[..<3])
  }

  func testOwnersAreReachedStageByStage() throws {
    let fixture = try RunFixture(path(nodes: 100, partitions: 10))
    let reached = try Neighbourhood(of: [5], in: fixture.store, stageCount: 3)
    XCTAssertEqual(reached.partitions, [[3, 4, 5, 6, 7], [4, 5, 6], [5]])
    XCTAssertTrue(reached.isSmall)
    XCTAssertFalse(try Neighbourhood(of: Array(0..<10), in: fixture.store, stageCount: 2).isSmall)
  }
}
