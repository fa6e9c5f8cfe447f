import GasBase
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasBatch
@testable import GasSettings
@testable import GasTrain

/// Weights of both signs under symmetric normalisation: degrees that have no root are refused, and no others.
final class NormalisedDegreeTests: XCTestCase {
  private typealias Edge = (source: Int, target: Int, weight: Float)
  private static let normalising = ["gcn", "appnp", "gcnii"]

  /// Makes a graph of weighted edges.
  ///
  /// - Parameters:
  ///   - edges: directed edges; both directions of a pair for an undirected graph.
  ///   - nodes: how many nodes there are.
  ///   - partition: the partition of each node.
  ///   - ids: what the nodes are called.
  /// - Returns: the graph, with features, labels and splits.
  private func graph(
    _ edges: [Edge], nodes: Int = 4, partition: [Int] = [0, 0, 1, 1], ids: TinyGraph.Ids = .sequential
  ) -> TinyGraph {
    var graph = TinyGraph(
      nodeCount: nodes, edges: edges.map { ($0.source, $0.target) }, weights: edges.map(\.weight),
      features: (0..<nodes * 2).map { Float($0 % 3) }, featureWidth: 2, labels: (0..<nodes).map { Int32($0 % 2) },
      classCount: 2, splits: (0..<nodes).map { UInt8(1 + $0 % 3) }, partition: partition, directed: true)
    graph.ids = ids
    return graph
  }

  private func both(_ edges: [Edge]) -> [Edge] { edges + edges.map { ($0.target, $0.source, $0.weight) } }

  /// ../shared/cases/signed-weights.txt: degrees −2, 2, −1, 1, and 1 more with their self-loops.
  private var signed: [Edge] { both([(0, 1, 1), (0, 2, -3), (1, 2, 1), (2, 3, 1)]) }

  private func refusal(_ graph: TinyGraph, _ model: String = "gcn", _ values: RunSettings.EdgeValues = .auto) throws
    -> String?
  {
    let fixture = try RunFixture(graph)
    let settings = RunFixture.settings {
      $0.model = model
      $0.edgeValues = values
    }
    do {
      try Trainer.check(fixture.store, settings, model: ModelFactory.make(settings, for: fixture.store))
      return nil
    } catch {
      return "\(error)".replacingOccurrences(of: fixture.store.path, with: "STORE")
    }
  }

  func testTheCountAndOneNodeAreNamed() throws {
    for model in Self.normalising {
      XCTAssertEqual(
        try refusal(graph(signed), model),
        "STORE: the edge weights of 2 of 4 nodes, self-loop included, do not add up to a finite number above 0 (rounding aside), such as "
          + "-1.0 at node 0; symmetric normalisation (gcn, appnp, gcnii) divides by its square root; train sage, gat, gin or pna, which do not, "
          + "or train without the weights, with --edge-values none")
      XCTAssertNil(try refusal(graph(signed), model, .none))
    }
    for model in ModelFactory.names where !Self.normalising.contains(model) {
      XCTAssertNil(try refusal(graph(signed), model), model)
    }
  }

  func testNodesAreNamedAsTheUserDoes() throws {
    let integers = try XCTUnwrap(refusal(graph(signed, ids: .integers([-7, 3, 1 << 40, 9]))))
    XCTAssertTrue(integers.contains("-1.0 at node -7;"), integers)
    let names = try XCTUnwrap(refusal(graph(signed, ids: .names(["Ödön", "b", "c", "d"]))))
    XCTAssertTrue(names.contains("-1.0 at node \"Ödön\";"), names)
  }

  /// Each with the nodes that are refused, and the example.
  func testWhichDegreesCount() throws {
    let cases: [(edges: [Edge], refused: Int, example: String)] = [
      // Cancelled to 0: the added self-loop makes 1 of it.
      (both([(0, 1, 2), (0, 2, -2), (1, 2, 5)]), 0, ""),
      // Exactly −1, and the self-loop makes 0 of it.
      (both([(0, 1, -1), (1, 2, 3)]), 1, "0.0 at node 0;"),
      (both([(0, 1, -0.75), (1, 2, 3)]), 0, ""),
      // A self-loop of the graph's own is there already.
      (both([(1, 2, 1)]) + [(0, 0, -0.5)], 1, "-0.5 at node 0;"),
      (both([(0, 1, 2), (1, 2, 1)]) + [(0, 0, -2)], 1, "0.0 at node 0;"),
      (both([(0, 1, 2), (1, 2, 1)]) + [(0, 0, -1.5)], 0, ""),
      (both([(0, 1, -3), (1, 2, 5)]) + [(0, 0, 2)], 1, "-1.0 at node 0;"),
      (both([(0, 1, -0.5), (1, 2, 5)]) + [(3, 3, 0.25)], 0, ""),
      (both([(0, 1, -0.5), (1, 2, 5)]) + [(3, 3, 0)], 1, "0.0 at node 3;"),
      // Of a directed graph, edges that come in.
      ([(0, 1, -3), (1, 2, -0.5)], 1, "-2.0 at node 1;"),
      ([(0, 1, -3), (2, 1, 4)], 0, ""),
      // These cancel out but for rounding, which is 6e-8 and 4e-8 here; 1/√ of it would be 4000. Others are small, but
      // meant so.
      (both([(0, 1, 0.1), (0, 2, 0.2), (0, 3, -1.3), (1, 2, 3), (1, 3, 3)]), 1, "e-08 at node 0;"),
      ([(1, 0, 0.1), (2, 0, 0.7), (3, 0, -1.8)], 1, "e-08 at node 0;"),
      ([(1, 0, -0.999)], 0, ""),
      ([(1, 0, 1e-9)] + [(0, 0, 1e-9)], 0, ""),
      ([(1, 0, 0.1), (2, 0, 0.2), (3, 0, -1.3), (0, 0, 1)], 1, "e-08 at node 0;"),
      ([(1, 0, 1e-10), (2, 0, -1.99e-9), (0, 0, 2e-9)], 0, ""),
      // Beyond float32.
      ([(0, 1, 3e38), (2, 1, 3e38)], 1, "inf at node 1;"),
      ([(0, 1, -3e38), (2, 1, -3e38), (0, 3, -2)], 2, "-inf at node 1;"),
    ]
    for (edges, count, example) in cases {
      for (model, partition) in zip(Self.normalising, [[0, 0, 1, 1], [0, 0, 0, 0], [0, 1, 2, 3]]) {
        let found = try refusal(graph(edges, partition: partition), model)
        guard count > 0 else {
          XCTAssertNil(found, "\(edges)")
          continue
        }
        XCTAssertTrue(found?.contains("weights of \(count) of 4 nodes") ?? false, "\(edges): \(found ?? "taken")")
        XCTAssertTrue(found?.contains(example) ?? false, "\(edges): \(found ?? "taken")")
      }
    }
  }

  /// Negative weights whose sums are above 0 give w / √(d_v d_u), whichever partitions a batch has.
  func testNegativeWeightsWithPositiveDegreesAreUsed() throws {
    let edges = both([(0, 1, 2), (0, 2, -1.5), (1, 2, 3), (2, 3, -0.25)]) + [(1, 1, -0.5)]
    let degrees: [Float] = [1.5, 4.5, 2.25, 0.75]
    for partition in [[0, 0, 1, 1], [0, 0, 0, 0], [0, 1, 2, 3]] {
      let graph = graph(edges, partition: partition)
      let store = try RunFixture(graph).store
      let builder = BatchBuilder(store, form: .symmetric, histories: [])
      for group in store.partitions.indices {
        let batch = Batch()
        try builder.fill(batch, with: [group], .training(layers: 1..<1))
        let columns = Array(store.partitions.nodes(group)) + batch.haloRows.map { Int($0) }
        for row in 0..<batch.rowCount {
          for entry in batch.adjacency.entries(of: row) {
            let (target, source) = (columns[row], columns[Int(batch.adjacency.columns[entry])])
            let weight = edges.first { $0.source == source && $0.target == target }?.weight ?? 1
            let expected = weight / (degrees[target] * degrees[source]).squareRoot()
            XCTAssertEqual(batch.adjacency.values![entry], expected, accuracy: 1e-6, "\(source) to \(target)")
          }
        }
      }
    }
  }

  /// Other ways than `Trainer.check` meet the same refusal: training, resuming, the aggregation of features that is
  /// kept.
  func testBatchesAreNotFilled() throws {
    let fixture = try RunFixture(graph(signed))
    for model in Self.normalising {
      for keeps in [false, true] {
        let trainer = try fixture.start(
          "run",
          RunFixture.settings {
            $0.model = model
            $0.dropout = 0
            $0.keepAggregate = keeps
          })
        XCTAssertThrowsError(try trainer.train()) {
          XCTAssertTrue("\($0)".contains("-1.0 at node 0;"), "\($0)")
        }
      }
    }
  }

  func testStoresOfEvaluationAndInference() throws {
    let training = try RunFixture(graph(signed.map { ($0.source, $0.target, abs($0.weight)) }))
    let other = try RunFixture(graph(signed))
    let unweighted = try RunFixture(
      {
        var plain = graph(signed)
        plain.weights = nil
        return plain
      }())
    for model in ModelFactory.names {
      var settings = RunFixture.settings { $0.model = model }
      let made = try ModelFactory.make(settings, for: training.store)
      settings.testStore = other.store.path
      if Self.normalising.contains(model) {
        XCTAssertThrowsError(try Evaluator.check(other.store, trainedOn: training.store, model: made), model) {
          XCTAssertTrue("\($0)".hasPrefix("\(other.store.path): the edge weights of 2 of 4 nodes"), "\($0)")
        }
        XCTAssertThrowsError(try Trainer.check(training.store, settings, model: made), model)
      } else {
        XCTAssertNoThrow(try Evaluator.check(other.store, trainedOn: training.store, model: made), model)
        XCTAssertNoThrow(try Trainer.check(training.store, settings, model: made), model)
      }
      if model != "gat" {
        XCTAssertNoThrow(try Evaluator.check(unweighted.store, trainedOn: training.store, model: made), model)
      }
    }
  }
}
