import GasBase
import GasMetrics
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasBatch
@testable import GasRuns
@testable import GasSettings
@testable import GasTrain

/// The error of outputs that stale histories cause, and the paper's bound on it.
final class OutputErrorTests: XCTestCase {
  private func measure(_ runner: StageRunner, epoch: Int = 1) throws -> OutputError {
    let meter = try ErrorMeter(runner)
    let staleness = StalenessMeter(runner.histories, step: 0)
    try runner.inferLayerwise(step: 0) { layer, batch, rows in
      try staleness.compare(layer: layer, batch, exact: rows)
      if layer == runner.stages.count { try meter.compare(batch, exact: rows) }
    }
    return meter.result(staleness.result, epoch: epoch, step: 0)
  }

  private func runner(_ fixture: RunFixture, _ name: String) throws -> StageRunner {
    let model = try ModelFactory.make(RunFixture.settings { $0.model = name }, for: fixture.store)
    let histories = try HistorySet.create(
      in: fixture.folder.path, store: fixture.store, widths: StageRunner.historyWidths(of: model))
    let runner = StageRunner(store: fixture.store, model: model, histories: histories, batchSize: 2)
    try runner.inferLayerwise(step: 0) { _, _, _ in }
    return runner
  }

  func testItIsMeasuredUnlessTurnedOff() throws {
    let fixture = try RunFixture()
    for measures in [true, false] {
      try fixture.train("run-\(measures)", RunFixture.settings { $0.measureError = measures })
      let folder = try RunFolder.open(in: fixture.store, name: "run-\(measures)")
      XCTAssertEqual(try Refresh(reading: folder.refresh).error != nil, measures)
    }
    XCTAssertTrue(
      RunSettings().computesTheSame(
        as: RunFixture.settings {
          $0 = RunSettings()
          $0.measureError = false
        }))
  }

  func testExactHistoriesGiveNoError() throws {
    let fixture = try RunFixture()
    for model in ModelFactory.names where model != "mlp" {
      let error = try measure(runner(fixture, model))
      XCTAssertLessThan(error.largestError, 1e-5, model)
      XCTAssertLessThan(error.typicalBound ?? 1, 1e-3, model)
      XCTAssertTrue(error.layers.allSatisfy { $0.lipschitz > 0 }, model)
    }
  }

  func testStaleHistoriesGiveAnErrorWithinTheBound() throws {
    let fixture = try RunFixture()
    for model in ["gcn", "sage"] {
      let runner = try runner(fixture, model)
      let width = runner.histories[2].width
      let rows = runner.histories[2].embeddings.values.mutableRows(
        fixture.store.partitions.nodes(3), as: Float.self)
      for place in stride(from: 0, to: rows.count, by: width) { rows[place] += 0.25 }
      let error = try measure(runner)
      XCTAssertEqual(error.layers[1].largestStaleness, 0.25, accuracy: 1e-5)
      XCTAssertEqual(
        error.layers[1].meanStaleness * Double(fixture.store.nodeCount), 0.25 * Double(rows.count / width),
        accuracy: 1e-3)
      XCTAssertLessThan(error.layers[0].largestStaleness, 1e-6)
      XCTAssertGreaterThan(error.largestError, 1e-3, model)
      XCTAssertGreaterThan(error.relativeError, 1e-3, model)
      XCTAssertLessThan(error.largestError, try XCTUnwrap(error.bound), model)
      XCTAssertLessThan(error.meanError, try XCTUnwrap(error.typicalBound) * 3, model)
    }
  }

  func testTheLastEvaluationOfARunMeasuresIt() throws {
    let fixture = try RunFixture()
    try fixture.train("run", RunFixture.settings())
    let folder = try RunFolder.open(in: fixture.store, name: "run")
    let error = try XCTUnwrap(try RunStatistics(fixture.store, folder).outputError)
    XCTAssertEqual(error.epoch, 4)
    XCTAssertGreaterThan(error.meanError, 0)
    XCTAssertEqual(
      error.meanDegree,
      Double(fixture.store.manifest.edgeCount - fixture.store.manifest.selfLoopCount) / Double(fixture.store.nodeCount)
        + 1,
      accuracy: 1e-9, "GCN's entries include a self-loop each")
    XCTAssertFalse(FileManager.default.fileExists(atPath: folder.path + "/approximate.gascol"))
    try fixture.train("whole", RunFixture.settings { $0.batchPartitions = .all })
    let whole = try RunStatistics(fixture.store, RunFolder.open(in: fixture.store, name: "whole"))
    XCTAssertNil(whole.outputError)
  }
}
