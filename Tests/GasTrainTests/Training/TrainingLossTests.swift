import Foundation
import GasAutodiff
import GasBase
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasBatch
@testable import GasRuns
@testable import GasSettings
@testable import GasTrain

/// What a step learns from: labels of training nodes that are known, weighed.
final class TrainingLossTests: XCTestCase {
  /// Six partitions; some labels or values are missing, and all of some nodes.
  private func graph(_ kind: Manifest.Labels.Kind, weighted: Bool = false) -> TinyGraph {
    var graph = TinyGraph.random(nodes: 90, partitions: 6)
    func isMissing(_ place: Int) -> Bool { place / 3 % 11 == 4 || place % 7 == 2 }
    switch kind {
    case .single: for node in 0..<90 where node % 11 == 4 { graph.labels[node] = -1 }
    case .multi: graph.multiLabels = (0..<270).map { isMissing($0) ? 255 : UInt8($0 % 5 % 2) }
    case .values: graph.values = (0..<270).map { isMissing($0) ? .nan : Float($0 % 13) }
    }
    if weighted { graph.sampleWeights = (0..<90).map { Float($0 * 5 % 4) / 2 } }
    return graph
  }

  private static let kinds: [Manifest.Labels.Kind] = [.single, .multi, .values]

  private func records(_ graph: TinyGraph, _ change: (inout RunSettings) -> Void = { _ in }) throws -> [EpochRecord] {
    let fixture = try RunFixture(graph)
    try fixture.train("run", RunFixture.settings(change))
    return try fixture.records("run")
  }

  private func assertEqual(_ a: [EpochRecord], _ b: [EpochRecord], _ what: String, line: UInt = #line) {
    XCTAssertEqual(a.map(\.loss), b.map(\.loss), what, line: line)
    XCTAssertEqual(a.map(\.step), b.map(\.step), what, line: line)
    XCTAssertEqual(a.map(\.val), b.map(\.val), what, line: line)
    XCTAssertEqual(a.map(\.valLoss), b.map(\.valLoss), what, line: line)
  }

  /// The loss of a batch in the plainest way: Σ w · term / Σ w over what is known of training nodes.
  private func plain(_ graph: TinyGraph, _ nodes: [Int], _ outputs: Matrix) -> (loss: Double, weight: Double) {
    var (sum, total, weight) = (0.0, 0.0, 0.0)
    for (row, node) in nodes.enumerated() where graph.splits[node] == 1 {
      let own = Double(graph.sampleWeights?[node] ?? 1)
      let x = (0..<3).map { Double(outputs[row, $0]) }
      for (column, place) in (3 * node..<3 * node + 3).enumerated() {
        if let values = graph.values {
          guard !values[place].isNaN else { continue }
          sum += own * pow((x[column] - Double(values[place])) / 4, 2)
        } else if let labels = graph.multiLabels {
          guard labels[place] != 255 else { continue }
          sum += own * log(1 + exp(labels[place] == 1 ? -x[column] : x[column]))
        } else {
          guard graph.labels[node] == column else { continue }
          sum += own * 3 * (log(x.reduce(0) { $0 + exp($1) }) - x[column])
          total += 2 * own
          weight += 2 * own / 3
        }
        total += own
        weight += own / 3
      }
    }
    return (sum / total, weight)
  }

  func testLossOfABatch() throws {
    var random = SeededRandom(seed: 5)
    for (kind, weighted) in Self.kinds.flatMap({ [($0, false), ($0, true)] }) {
      let graph = graph(kind, weighted: weighted)
      let store = try RunFixture(graph).store
      let (builder, batch) = (BatchBuilder(store, form: .plain, histories: []), Batch())
      try builder.fill(batch, with: [1, 3, 4], .training(layers: 1..<1))
      let nodes = batch.segments.flatMap { $0.nodes.map { graph.rows[$0] } }
      XCTAssertEqual(batch.sampleWeights.map(Array.init), weighted ? nodes.map { graph.sampleWeights![$0] } : nil)
      let outputs = OwnedMatrix(rows: batch.rowCount, columns: 3)
      for place in 0..<outputs.matrix.count { outputs.matrix.base[place] = Float(4 * random.uniform() - 2) }
      let tape = Tape(arena: Arena(), isTraining: true)
      var loss = TrainingLoss()
      loss.columnScales = [0.25, 0.25, 0.25]
      let (found, weight) = TrainingLabels(loss).loss(of: tape.input(outputs.matrix), batch)
      let wanted = plain(graph, nodes, outputs.matrix)
      XCTAssertEqual(Double(found.scalar), wanted.loss, accuracy: 1e-5 * wanted.loss, "\(kind)")
      XCTAssertEqual(weight, wanted.weight, accuracy: 1e-9, "\(kind)")
    }
  }

  /// Training nodes of which nothing is known are as if they were not training nodes: no batch, step or mean has them.
  func testUnlabelledTrainingNodesCountNowhere() throws {
    for kind in Self.kinds {
      var graph = graph(kind)
      for node in 0..<90 where graph.partition[node] == 2 && graph.splits[node] == 1 {
        graph.labels[node] = -1
        for place in 3 * node..<3 * node + 3 {
          graph.multiLabels?[place] = 255
          graph.values?[place] = .nan
        }
      }
      var without = graph
      for node in 0..<90 where graph.splits[node] == 1 {
        let isUnknown =
          switch kind {
          case .single: graph.labels[node] < 0
          case .multi: graph.multiLabels![3 * node..<3 * node + 3].allSatisfy { $0 == 255 }
          case .values: graph.values![3 * node..<3 * node + 3].allSatisfy(\.isNaN)
          }
        if isUnknown { without.splits[node] = 0 }
      }
      XCTAssertNotEqual(graph.splits, without.splits)
      let found = try records(graph) { $0.batchPartitions = .partitions(1) }
      assertEqual(found, try records(without) { $0.batchPartitions = .partitions(1) }, "\(kind)")
      XCTAssertEqual(found.map(\.step), (0...4).map { 5 * $0 }, "partition 2 has nothing to learn from")
    }
  }

  func testNothingKnownIsRefused() throws {
    var graph = graph(.multi)
    graph.multiLabels = [UInt8](repeating: 255, count: 270)
    assertRefused("none of the 30 training nodes in split 0 has a label") {
      _ = try TrainingPartitions(RunFixture(graph).store, split: 0)
    }
  }

  /// What is missing beside a label that is known changes neither counts nor class weights.
  func testMissingLabelsDoNotCountForClassWeights() throws {
    let graph = graph(.multi)
    let counts = try ClassSizes(RunFixture(graph).store, split: 0)[.train]
    for label in 0..<3 {
      let known = (0..<90).filter { graph.splits[$0] == 1 && graph.multiLabels![3 * $0 + label] != 255 }
      XCTAssertEqual(counts.known[label], known.count)
      XCTAssertEqual(counts.positives[label], known.count { graph.multiLabels![3 * $0 + label] == 1 })
    }
    let balanced = try LossWeights.of(RunFixture(graph).store, RunFixture.settings { $0.classWeights = .balanced })
    XCTAssertEqual(
      balanced, (0..<3).map { Float(counts.known[$0] - counts.positives[$0]) / Float(counts.positives[$0]) })
  }

  func testSampleWeights() throws {
    for kind in Self.kinds {
      let graph = graph(kind)
      var weighted = graph
      weighted.sampleWeights = [Float](repeating: 1, count: 90)
      let plain = try records(graph)
      assertEqual(try records(weighted), plain, "weights of 1 change no bit of \(kind)")
      weighted.sampleWeights = [Float](repeating: 0.375, count: 90)
      for (a, b) in zip(try records(weighted), plain) {
        XCTAssertEqual(a.loss ?? 0, b.loss ?? 0, accuracy: 1e-4 * (b.loss ?? 0), "only ratios matter")
      }
      weighted.sampleWeights = (0..<90).map { $0 % 2 == 0 || graph.partition[$0] == 1 ? 0 : 1 }
      var without = graph
      for node in 0..<90 where weighted.sampleWeights![node] == 0 && graph.splits[node] == 1 {
        without.splits[node] = 0
      }
      // Mean and deviation of real values are those of all training nodes, whatever they weigh.
      if kind != .values {
        let one: (inout RunSettings) -> Void = { $0.batchPartitions = .partitions(1) }
        assertEqual(try records(weighted, one), try records(without, one), "weight 0 is not trained on: \(kind)")
      }
    }
    var nothing = graph(.single)
    nothing.sampleWeights = (0..<90).map { nothing.splits[$0] == 1 ? 0 : 1 }
    assertRefused("training nodes with a label in split 0 have sample weight 0; choose another --split") {
      _ = try TrainingPartitions(RunFixture(nothing).store, split: 0)
    }
  }

  /// Scores are those of all nodes alike, whatever they weigh in the loss.
  func testScoresAreNotWeighted() throws {
    for kind in Self.kinds {
      let (plain, weighted) = (try records(graph(kind)), try records(graph(kind, weighted: true)))
      XCTAssertEqual(plain[0].val, weighted[0].val, "before training")
      XCTAssertEqual(plain[0].valLoss, weighted[0].valLoss)
      XCTAssertNotEqual(plain.last?.loss, weighted.last?.loss)
    }
  }

  func testFocalLoss() throws {
    for kind in [Manifest.Labels.Kind.single, .multi] {
      let plain = try records(graph(kind))
      assertEqual(try records(graph(kind)) { $0.focalGamma = 0 }, plain, "0 is no focus")
      let focal = try records(graph(kind)) { $0.focalGamma = 2 }
      for (a, b) in zip(focal, plain).dropFirst() { XCTAssertLessThan(a.loss!, b.loss!) }
      XCTAssertEqual(focal[0].val, plain[0].val)
    }
  }
}
