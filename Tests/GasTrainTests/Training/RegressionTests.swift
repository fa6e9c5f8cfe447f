import Foundation
import GasFormats
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasRuns
@testable import GasSettings
@testable import GasTrain

/// Runs on real values.
final class RegressionTests: XCTestCase {
  /// Values that follow from the features: two columns of different units, some missing, or one column.
  private func graph(columns: Int = 2, scale: Float = 1, shift: Float = 0) -> TinyGraph {
    var graph = TinyGraph.random(nodes: 240, partitions: 6)
    graph.classCount = columns
    graph.values = (0..<240).flatMap { node in
      let x = graph.features[node * 8..<(node + 1) * 8].map { $0 }
      let first = node % 7 == 3 ? .nan : 3 * x[0] - 2 * x[1] + x[2] * x[3]
      return [first, 500 * x[4] + 2000].prefix(columns).map { scale * $0 + shift }
    }
    return graph
  }

  private func settings(_ change: (inout RunSettings) -> Void = { _ in }) -> RunSettings {
    RunFixture.settings {
      $0.model = "mlp"
      $0.layers = 2
      $0.hidden = 24
      $0.dropout = 0
      $0.epochs = 60
      change(&$0)
    }
  }

  func testItLearns() throws {
    let fixture = try RunFixture(graph())
    let result = try fixture.train("run", settings())
    XCTAssertEqual(result.metric, "R2")
    XCTAssertGreaterThan(try XCTUnwrap(result.valAccuracy), 0.8)
    XCTAssertGreaterThan(try XCTUnwrap(result.testAccuracy), 0.8)
    let losses = try fixture.records("run").compactMap(\.loss)
    XCTAssertLessThan(losses.last!, losses[0] / 4, "errors are measured in deviations")
    XCTAssertLessThan(losses[0], 3)
    XCTAssertGreaterThan(try XCTUnwrap(result.valLoss), losses.last!, "the validation loss has the values' own units")
  }

  /// Training does not depend on the unit of the values. A power of two changes no bit.
  func testUnitsMakeNoDifference() throws {
    for (model, dropout) in [("gcn", 0.5), ("appnp", 0.0), ("mlp", 0.2)] {
      let runs = try [Float(1), 1024].map { scale in
        let fixture = try RunFixture(graph(scale: scale))
        try fixture.train(
          "run",
          settings {
            $0.model = model
            $0.dropout = dropout
            $0.epochs = 5
          })
        return try fixture.records("run")
      }
      XCTAssertEqual(runs[0].map(\.loss), runs[1].map(\.loss), model)
      XCTAssertEqual(runs[0].map(\.val), runs[1].map(\.val), model)
      XCTAssertEqual(runs[0].compactMap(\.valLoss).map { $0 * 1024 * 1024 }, runs[1].compactMap(\.valLoss), model)
    }
  }

  /// Outputs that a run leaves are in the units of the labels, and so is what is written of them.
  func testPredictionsAreInTheUnitsOfTheLabels() throws {
    for columns in [1, 2] {
      let graph = graph(columns: columns, shift: 7000)
      let fixture = try RunFixture(graph)
      try fixture.train("run", settings())
      let (predictions, logits) = (fixture.folder.file("p.npy"), fixture.folder.file("l.npy"))
      let run = try RunFolder.open(in: fixture.store, name: "run")
      let report = try Exporter(fixture.store, run).export(.init(predictions: predictions, logits: logits), threads: 2)
      XCTAssertEqual(report.metric, "R2")
      let array = try NpyReader(opening: predictions)
      XCTAssertEqual(array.shape, columns == 1 ? [240] : [240, 2])
      let found = array.floats(0..<240 * columns)
      XCTAssertEqual(found, try NpyReader(opening: logits).floats(0..<240 * columns))
      for column in 0..<columns {
        let known = (0..<240).filter { graph.splits[$0] == 3 && !graph.values![$0 * columns + column].isNaN }
        let wanted = known.map { Double(graph.values![$0 * columns + column]) }
        let errors = known.map { Double(found[$0 * columns + column] - graph.values![$0 * columns + column]) }
        let mean = wanted.reduce(0, +) / Double(wanted.count)
        let spread = wanted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        XCTAssertLessThan(errors.reduce(0) { $0 + $1 * $1 } / spread, 0.3, "column \(column)")
      }
    }
  }

  func testResumedRunHasTheSameBits() throws {
    let fixture = try RunFixture(graph())
    let settings = RunFixture.settings()
    try fixture.train("straight", settings)
    var seen = 0
    let stopped = try fixture.start("stopped", settings).train(shouldStop: {
      seen += 1
      return seen == 2
    })
    XCTAssertFalse(stopped.isComplete)
    XCTAssertTrue(try fixture.resume("stopped", settings).isComplete)
    try fixture.assertSameBits("straight", "stopped")
  }

  func testMeanAndDeviationAreThoseOfTrainingNodes() throws {
    var graph = graph()
    for node in 0..<240 where graph.splits[node] == 1 { graph.values![2 * node + 1] = 5 }
    let scale = try TargetScale(RunFixture(graph).store, split: 0)
    let known = (0..<240).filter { graph.splits[$0] == 1 && !graph.values![2 * $0].isNaN }
    let values = known.map { Double(graph.values![2 * $0]) }
    let mean = values.reduce(0, +) / Double(values.count)
    let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    XCTAssertEqual(Double(scale.means[0]), mean, accuracy: 1e-6)
    XCTAssertEqual(Double(scale.deviations[0]), deviation, accuracy: 1e-6)
    XCTAssertEqual([scale.means[1], scale.deviations[1]], [5, 1], "all of them are equal")
    graph.values = graph.values!.indices.map { $0 % 2 == 0 ? graph.values![$0] : .nan }
    let empty = try TargetScale(RunFixture(graph).store, split: 0)
    XCTAssertEqual([empty.means[1], empty.deviations[1]], [0, 1], "there are none")
  }

  func testSettingsOfClassesAreRefused() throws {
    let fixture = try RunFixture(graph())
    for (name, settings) in [
      ("class-weights", settings { $0.classWeights = .balanced }),
      ("class-weights", settings { $0.classWeights = .values([1, 2]) }),
      ("focal-gamma", settings { $0.focalGamma = 2 }),
    ] {
      let model = try ModelFactory.make(settings, for: fixture.store)
      let text = "the labels are real values, and \(name) is a setting of classes; leave out --\(name)"
      assertRefused(text) { try Trainer.check(fixture.store, settings, model: model) }
      assertRefused(text) { _ = try fixture.start("run", settings) }
    }
  }

  func testOtherLabelsDoNotSuitAModelOfValues() throws {
    let fixture = try RunFixture(graph())
    let model = try ModelFactory.make(settings(), for: fixture.store)
    let other = try RunFixture(graph(columns: 1)).store
    assertRefused("labels as in", "2 values a node, found 1 value a node") {
      try Evaluator.check(other, trainedOn: fixture.store, model: model)
    }
    let classes = try RunFixture().store
    assertRefused("2 values a node, found 3 classes") {
      try Evaluator.check(classes, trainedOn: fixture.store, model: model)
    }
  }
}
