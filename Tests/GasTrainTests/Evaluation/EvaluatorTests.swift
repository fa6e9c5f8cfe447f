import Foundation
import GasBase
import GasMetrics
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasBatch
@testable import GasRuns
@testable import GasTrain

/// Scores on stores that a model was not trained on.
final class EvaluatorTests: XCTestCase {
  private func graph(splits: Int, multi: Bool = false) -> TinyGraph {
    var graph = TinyGraph.random(nodes: 60, partitions: 4)
    graph.labels[7] = -1
    var random = SeededRandom(seed: 2)
    graph.splits = (0..<60 * splits).map { _ in UInt8(random.below(4)) }
    graph.splitCount = splits
    if multi { graph.multiLabels = (0..<60 * 3).map { UInt8($0 % 5 % 2) } }
    return graph
  }

  /// Scores of the nodes that are wanted, from the outputs of the whole graph as one batch.
  private func plainScore(
    _ store: Store, _ model: any GraphModel, in folder: String, _ graph: TinyGraph, _ isWanted: (Int) -> Bool
  ) throws -> Double {
    let widths = StageRunner.historyWidths(of: model)
    let histories = try HistorySet.scratch(beside: folder, store: store, widths: widths)
    let runner = StageRunner(store: store, model: model, histories: histories, batchSize: 4)
    var (right, total) = (0.0, 0.0)
    try runner.inferFullBatch { batch, logits in
      for (row, node) in graph.rows.enumerated() where isWanted(node) {
        let outputs = (0..<3).map { logits[row, $0] }
        guard let multi = graph.multiLabels else {
          guard graph.labels[node] >= 0 else { continue }
          total += 1
          right += outputs.firstIndex(of: outputs.max()!) == Int(graph.labels[node]) ? 1 : 0
          continue
        }
        // 2 TP / (2 TP + FP + FN): 2 for both, 1 for one.
        for column in 0..<3 {
          let (said, meant) = (outputs[column] > 0, multi[node * 3 + column] == 1)
          right += said && meant ? 2 : 0
          total += (said ? 1 : 0) + (meant ? 1 : 0)
        }
      }
    }
    return right / total
  }

  /// Mean cross-entropy in the plainest way.
  private func plainLoss(
    _ store: Store, _ model: any GraphModel, in folder: String, _ graph: TinyGraph, _ isWanted: (Int) -> Bool
  ) throws -> Double {
    let widths = StageRunner.historyWidths(of: model)
    let histories = try HistorySet.scratch(beside: folder, store: store, widths: widths)
    let runner = StageRunner(store: store, model: model, histories: histories, batchSize: 4)
    var (sum, count) = (0.0, 0.0)
    try runner.inferFullBatch { _, logits in
      for (row, node) in graph.rows.enumerated() where isWanted(node) {
        let outputs = (0..<3).map { Double(logits[row, $0]) }
        if let multi = graph.multiLabels {
          for column in 0..<3 {
            sum += log(1 + exp(multi[node * 3 + column] == 1 ? -outputs[column] : outputs[column])) / 3
          }
        } else {
          guard graph.labels[node] >= 0 else { continue }
          sum += log(outputs.reduce(0) { $0 + exp($1) }) - outputs[Int(graph.labels[node])]
        }
        count += 1
      }
    }
    return sum / count
  }

  func testTheValidationLossIsThatOfTheSplit() throws {
    for multi in [false, true] {
      for splits in [0, 1, 2] {
        let graph = graph(splits: splits, multi: multi)
        let fixture = try RunFixture(graph)
        let settings = RunFixture.settings {
          $0.split = max(0, splits - 1)
          $0.classWeights = .values([1, 5, 9])
        }
        let model = try ModelFactory.make(settings, for: fixture.store)
        let evaluator = try Evaluator(
          fixture.store, model: model, settings: settings, execution: ExecutionOptions(), scratchIn: fixture.folder.path
        )
        let scores = try evaluator.scores()
        // A store without splits validates with all its nodes.
        var replaced = SplitScores()
        XCTAssertTrue(replaced.replace(.validation, by: scores))
        let wanted = try plainLoss(fixture.store, model, in: fixture.folder.path, graph) {
          splits == 0 || graph.splits[$0 * splits + splits - 1] == 2
        }
        XCTAssertEqual(try XCTUnwrap(replaced.validationLoss), wanted, accuracy: 1e-5 * wanted)
        XCTAssertEqual(scores.validationLoss, splits == 0 ? nil : replaced.validationLoss)
      }
    }
    XCTAssertNil(SplitScores().validationLoss)
  }

  func testScoresAreThoseOfTheSplitOrOfAllNodes() throws {
    for multi in [false, true] {
      for splits in [0, 1, 2] {
        let graph = graph(splits: splits, multi: multi)
        let fixture = try RunFixture(graph)
        let settings = RunFixture.settings { $0.split = max(0, splits - 1) }
        let model = try ModelFactory.make(settings, for: fixture.store)
        let before = try FolderContents(fixture.folder.path)
        let evaluator = try Evaluator(
          fixture.store, model: model, settings: settings, execution: ExecutionOptions(), scratchIn: fixture.folder.path
        )
        let scores = try evaluator.scores()
        XCTAssertEqual(try evaluator.scores(), scores, "an evaluator is used again and again")
        XCTAssertEqual(
          try FolderContents(fixture.folder.path).differences(from: before), [], "scratch files have no name")
        func plain(_ isWanted: (Int) -> Bool) throws -> Double {
          try plainScore(fixture.store, model, in: fixture.folder.path, graph, isWanted)
        }
        if splits == 0 {
          XCTAssertEqual(try XCTUnwrap(scores.all?.main), try plain { _ in true }, accuracy: 1e-12)
          for part in SplitPart.allCases { XCTAssertNil(scores[part]) }
        } else {
          XCTAssertNil(scores.all)
          for part in SplitPart.allCases {
            let wanted = try plain { graph.splits[$0 * splits + splits - 1] == part.rawValue }
            XCTAssertEqual(try XCTUnwrap(scores[part]?.main), wanted, accuracy: 1e-12)
          }
        }
      }
    }
  }

  /// Adds to its output what the first stage has left for the second.
  private final class Remembering: GraphModel {
    let first: Linear
    let graphForm = GraphForm.selfLoops
    var parameters: [Parameter] { first.parameters }

    init() {
      var random = SeededRandom(seed: 3)
      first = Linear("first", inputs: 8, outputs: 3, random: &random)
    }

    var stages: [Stage] {
      [
        Stage(width: 3, carries: ["start": 3]) { [self] x, context in
          let y = first(x.prefixRows(context.batchRowCount))
          context.carried["start"] = y
          return y.relu()
        },
        Stage(width: 3) { x, context in
          x.aggregated(over: context.adjacency, by: .mean).adding(context.carried["start"])
        },
      ]
    }
  }

  func testStateThatStagesCarryIsScratchToo() throws {
    let graph = graph(splits: 0)
    let fixture = try RunFixture(graph)
    let before = try FolderContents(fixture.folder.path)
    let model = Remembering()
    let evaluator = try Evaluator(
      fixture.store, model: model, settings: RunFixture.settings(), execution: ExecutionOptions(),
      scratchIn: fixture.folder.path)
    let wanted = try plainScore(fixture.store, model, in: fixture.folder.path, graph) { _ in true }
    XCTAssertEqual(try XCTUnwrap(evaluator.scores().all?.main), wanted, accuracy: 1e-12)
    XCTAssertEqual(try FolderContents(fixture.folder.path).differences(from: before), [])
  }

  func testWhichSplit() throws {
    for (count, asked, expected) in [(0, 3, 0), (1, 3, 0), (2, 1, 1)] {
      let fixture = try RunFixture(graph(splits: count))
      XCTAssertEqual(try Evaluator.split(of: fixture.store, RunFixture.settings { $0.split = asked }), expected)
    }
    let fixture = try RunFixture(graph(splits: 2))
    XCTAssertThrowsError(try Evaluator.split(of: fixture.store, RunFixture.settings { $0.split = 2 })) { error in
      XCTAssertEqual("\(error)", "\(fixture.store.path): expected a split below 2, found split 2")
    }
  }

  private final class EdgeReader: GraphModel {
    let parameters: [Parameter] = []
    let graphForm = GraphForm.plain
    let usesEdgeFeatures = true
    var stages: [Stage] { [Stage(width: 3) { x, context in x.aggregated(over: context.adjacency) }] }
  }

  func testWidthsOfEdgeFeaturesMatterToModelsThatUseThem() throws {
    let graph = TinyGraph.random(nodes: 30, partitions: 2)
    let training = try RunFixture(graph.withEdgeFeatures(width: 2)).store
    let gcn = try ModelFactory.make(RunFixture.settings(), for: training)
    for (width, found) in [(0, "none"), (3, "3 an edge")] {
      let other = try RunFixture(width == 0 ? graph : graph.withEdgeFeatures(width: width)).store
      XCTAssertNoThrow(try Evaluator.check(other, trainedOn: training, model: gcn))
      XCTAssertThrowsError(try Evaluator.check(other, trainedOn: training, model: EdgeReader())) { error in
        let text = "\(error)"
        XCTAssertTrue(text.contains("expected edge features as in \(training.path): 2 an edge, found \(found)"), text)
      }
    }
    let same = try RunFixture(graph.withEdgeFeatures(width: 2)).store
    XCTAssertNoThrow(try Evaluator.check(same, trainedOn: training, model: EdgeReader()))
  }

  func testProgressOfAnInferenceCountsTheNodesOfEachLayer() throws {
    let fixture = try RunFixture()
    let settings = RunFixture.settings { $0.dropInput = false }
    let model = try ModelFactory.make(settings, for: fixture.store)
    var seen: [PassProgress] = []
    let evaluator = try Evaluator(
      fixture.store, model: model, settings: settings,
      execution: ExecutionOptions(keepsAggregate: true, progress: { seen.append($0) }), scratchIn: fixture.folder.path)
    _ = try evaluator.scores()
    let passes: [PassProgress.Pass] = [.aggregation] + (1...3).map { .inference(layer: $0, of: 3) }
    // Six partitions, two in a batch.
    XCTAssertEqual(seen.map(\.pass), passes.flatMap { [$0, $0, $0] })
    for start in stride(from: 0, to: seen.count, by: 3) {
      let pass = seen[start..<start + 3]
      XCTAssertEqual(pass.last?.nodesDone, fixture.store.nodeCount)
      XCTAssertTrue(zip(pass, pass.dropFirst()).allSatisfy { $0.nodesDone < $1.nodesDone })
      XCTAssertTrue(pass.allSatisfy { $0.nodeCount == fixture.store.nodeCount })
    }
  }
}
