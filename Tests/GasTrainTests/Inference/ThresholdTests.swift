import Foundation
import GasBase
import GasFormats
import GasMetrics
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasRuns
@testable import GasTrain

/// Predictions above a threshold, and thresholds that are chosen on validation nodes.
final class ThresholdTests: XCTestCase {
  private func graph(classes: Int = 2, multi: Bool = false) -> TinyGraph {
    var graph = TinyGraph.random(nodes: 200, classes: classes, partitions: 5, seed: 6)
    if classes == 2 {
      for node in 0..<graph.nodeCount where node % 5 != 0 { graph.labels[node] = 0 }
    }
    if multi {
      graph.multiLabels = (0..<graph.nodeCount * 3).map { $0 % 3 == 2 ? 0 : $0 % 7 == 0 ? 1 : 0 }
      graph.classCount = 3
    }
    return graph
  }

  private struct Outputs {
    let report: Exporter.Report
    /// x₁ − x₀, or all logits, node by node in the graph's order.
    let outputs: [Double]
    let predictions: [Bool]
  }

  private func export(_ fixture: RunFixture, _ threshold: Threshold?, multi: Bool) throws -> Outputs {
    let folder = try RunFolder.open(in: fixture.store, name: "run")
    var files = Exporter.Files(replacesExisting: true)
    files.logits = fixture.folder.file("logits.npy")
    files.predictions = fixture.folder.file("predictions.npy")
    let report = try Exporter(fixture.store, folder).export(files, threads: 2, threshold: threshold)
    let reader = try NpyReader(opening: files.logits!)
    let logits = reader.floats(0..<reader.elementCount).map(Double.init)
    let made = try NpyReader(opening: files.predictions!)
    return Outputs(
      report: report,
      outputs: multi ? logits : stride(from: 0, to: logits.count, by: 2).map { logits[$0 + 1] - logits[$0] },
      predictions: try made.integers(0..<made.elementCount).map { $0 == 1 })
  }

  private func probability(_ output: Double) -> Double { 1 / (1 + exp(-output)) }

  func testPredictionsAreThoseAboveTheThreshold() throws {
    for multi in [false, true] {
      let fixture = try RunFixture(graph(multi: multi))
      try fixture.train("run", RunFixture.settings { $0.epochs = 6 })
      let plain = try export(fixture, nil, multi: multi)
      let half = try export(fixture, .value(0.5), multi: multi)
      XCTAssertEqual(half.predictions, plain.predictions)
      XCTAssertEqual(half.report.scores, plain.report.scores)
      XCTAssertNil(plain.report.threshold)
      var differing = 0
      for value in [0.1, 0.3, 0.7] {
        let found = try export(fixture, .value(value), multi: multi)
        XCTAssertEqual(found.predictions, found.outputs.map { probability($0) > value })
        guard found.predictions != plain.predictions else { continue }
        differing += 1
        XCTAssertEqual(found.report.threshold?.values, [Double](repeating: value, count: multi ? 3 : 1))
        XCTAssertEqual(found.report.scores.test?[.rocAuc], plain.report.scores.test?[.rocAuc])
        XCTAssertNotEqual(found.report.scores, plain.report.scores)
      }
      XCTAssertGreaterThan(differing, 0, "or this shows nothing")
    }
  }

  /// F₁ of a column of predictions on nodes of a part.
  private func f1(_ graph: TinyGraph, _ predictions: [Bool], _ part: UInt8, column: Int, width: Int) -> Double {
    var counts = LabelTally.Counts()
    for node in 0..<graph.nodeCount where graph.splits[node] == part {
      let applies = graph.multiLabels.map { $0[node * width + column] == 1 } ?? (graph.labels[node] == 1)
      counts.add(applies: applies, isPredicted: predictions[node * width + column])
    }
    return counts.f1
  }

  func testChosenThresholdsHaveTheGreatestF1OnValidationNodes() throws {
    for multi in [false, true] {
      let graph = graph(multi: multi)
      let width = multi ? 3 : 1
      let fixture = try RunFixture(graph)
      try fixture.train("run", RunFixture.settings { $0.epochs = 6 })
      let found = try export(fixture, .auto, multi: multi)
      let report = try XCTUnwrap(found.report.threshold)
      XCTAssertEqual(report.values.count, width)
      let scores = try XCTUnwrap(report.validationF1)
      for column in 0..<width {
        // No node has the third label.
        guard !multi || column < 2 else {
          XCTAssertNil(scores[column])
          XCTAssertEqual(report.values[column], 0.5)
          continue
        }
        let own = f1(graph, found.predictions, 2, column: column, width: width)
        XCTAssertEqual(try XCTUnwrap(scores[column]), own, accuracy: 1e-12)
        let validation = (0..<graph.nodeCount).filter { graph.splits[$0] == 2 }
        for node in validation {
          let least = found.outputs[node * width + column]
          let others = found.outputs.map { $0 >= least }
          XCTAssertLessThanOrEqual(f1(graph, others, 2, column: column, width: width), own + 1e-12)
        }
      }
      if !multi {
        let test = try XCTUnwrap(found.report.scores.test)
        let (one, zero) = (
          f1(graph, found.predictions, 3, column: 0, width: 1),
          f1(graph.turned, found.predictions.map { !$0 }, 3, column: 0, width: 1)
        )
        XCTAssertEqual(try XCTUnwrap(test[.macroF1]), (one + zero) / 2, accuracy: 1e-12)
      }
    }
  }

  func testWhatHasNoThresholdIsRefused() throws {
    let fixture = try RunFixture(graph(classes: 4))
    try fixture.train("run", RunFixture.settings { $0.epochs = 1 })
    XCTAssertThrowsError(try export(fixture, .auto, multi: true)) { error in
      XCTAssertEqual(
        "\(error)",
        "\(fixture.store.path): a threshold is of two classes or multiple labels, and there are 4 classes; leave out "
          + "--threshold")
    }
    var unvalidated = graph()
    unvalidated.splits = unvalidated.splits.map { $0 == 2 ? 3 : $0 }
    let other = try RunFixture(unvalidated)
    try other.train("run", RunFixture.settings { $0.epochs = 1 })
    XCTAssertThrowsError(try export(other, .auto, multi: false)) { error in
      XCTAssertTrue("\(error)".contains("and there are none; pass a number"), "\(error)")
    }
    XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: other.folder.path), ["store"], "nothing is left")
    XCTAssertEqual(
      ["auto", "0.3", "0", "1", "nan", "x"].map(Threshold.init), [.auto, .value(0.3), nil, nil, nil, nil])
  }
}

extension TinyGraph {
  /// The same graph with its two classes exchanged.
  fileprivate var turned: TinyGraph {
    var graph = self
    graph.labels = labels.map { $0 < 0 ? $0 : 1 - $0 }
    return graph
  }
}
