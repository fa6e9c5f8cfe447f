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
@testable import GasSettings
@testable import GasTrain

/// Several ranks train one model: the same bits for a number of ranks, and scores that are those of one.
final class RankedTrainingTests: XCTestCase {
  private func settings(_ change: (inout RunSettings) -> Void = { _ in }) -> RunSettings {
    RunFixture.settings {
      ($0.epochs, $0.dropout, $0.batchPartitions) = (3, 0.2, .partitions(1))
      change(&$0)
    }
  }

  func testSameBitsWhateverTheTiming() throws {
    let fixture = try RunFixture(.random(nodes: 300, degree: 6, partitions: 11))
    for model in ModelFactory.names {
      for (count, encoding, exchange) in [
        (2, RowEncoding.float32, RunSettings.Exchange.synchronous), (3, .int8, .synchronous), (3, .float32, .overlap),
      ] {
        let settings = settings {
          ($0.model, $0.historyType, $0.evaluateEvery, $0.exchange) = (model, encoding, 2, exchange)
        }
        try fixture.train("one", settings, ranks: count)
        var slower = settings
        (slower.prefetch, slower.threads, slower.keepAggregate) = (false, 3, false)
        try fixture.train("other", slower, ranks: count)
        try fixture.assertSameFiles("one", "other")
      }
    }
  }

  /// Scores are exact, and so do not depend on who computes them.
  func testScoresAreThoseOfOneRank() throws {
    let fixture = try RunFixture(.random(nodes: 300, degree: 6, partitions: 11))
    for model in ModelFactory.names {
      for norm in model == "gcn" ? [NormKind.none, .batch] : [.none] {
        let settings = settings { ($0.model, $0.norm) = (model, norm) }
        let result = try fixture.train("ranks", settings, ranks: 3)
        let folder = try RunFolder.open(in: fixture.store, name: "ranks")
        let trained = try ModelFactory.make(settings, for: fixture.store)
        let state = try Checkpoint(reading: folder.checkpoint)
        try WeightTransfer.write(state.weights, to: trained.namedWeights, file: folder.checkpoint)
        let alone = try Evaluator(
          fixture.store, model: trained, settings: settings, execution: ExecutionOptions(),
          scratchIn: fixture.folder.path
        ).scores()
        let found = try XCTUnwrap(result.lastScores)
        for part in SplitPart.allCases {
          for score in Score.allCases {
            guard let expected = alone[part]?[score] else { continue }
            let value = try XCTUnwrap(found[part]?[score], "\(model) \(part) \(score)")
            XCTAssertEqual(value, expected, accuracy: 1e-5, "\(model) \(part) \(score)")
          }
        }
      }
    }
  }

  func testResumingGivesTheSameBits() throws {
    let fixture = try RunFixture(.random(nodes: 200, degree: 5, partitions: 9))
    for exchange in RunSettings.Exchange.allCases {
      let settings = settings {
        ($0.epochs, $0.schedule, $0.schedulePatience, $0.norm, $0.exchange) = (6, .plateau, 0, .batch, exchange)
      }
      try fixture.train("whole", settings, ranks: 3)
      let stopped = try fixture.train("parts", settings, ranks: 3, stoppingAfter: 2)
      XCTAssertFalse(stopped.isComplete)
      try fixture.train("parts", settings, ranks: 3, resuming: true)
      try fixture.assertSameFiles("whole", "parts")
    }
  }

  /// A run goes on from its weights on another number of ranks, and on one, which then has histories again.
  func testResumingOnOtherNumbersOfRanks() throws {
    let fixture = try RunFixture(.random(nodes: 200, degree: 5, partitions: 9))
    var settings = settings { $0.epochs = 2 }
    try fixture.train("run", settings)
    XCTAssertFalse(try RunFolder.open(in: fixture.store, name: "run").historyFiles.isEmpty)
    settings.epochs = 4
    try fixture.train("run", settings, ranks: 2, resuming: true)
    XCTAssertEqual(try Checkpoint(reading: RunFolder.open(in: fixture.store, name: "run").checkpoint).ranks, 2)
    XCTAssertTrue(try RunFolder.open(in: fixture.store, name: "run").historyFiles.isEmpty)
    _ = try RunVerifier(fixture.store).verify()
    settings.epochs = 6
    _ = try fixture.resume("run", settings)
    XCTAssertEqual(try fixture.records("run").map(\.epoch), [0, 1, 2, 3, 4, 5, 6])
    _ = try RunVerifier(fixture.store).verify()
  }

  /// More ranks than partitions, and ranks without training nodes, take part in all steps.
  func testRanksWithoutWork() throws {
    var graph = TinyGraph.random(nodes: 120, degree: 5, partitions: 4)
    for node in 0..<120 where graph.partition[node] != 2 && graph.splits[node] == 1 { graph.splits[node] = 2 }
    let fixture = try RunFixture(graph)
    for model in ["gcn", "mlp", "gcnii"] {
      let settings = settings { $0.model = model }
      let one = try fixture.train("one", settings)
      let losses = try fixture.records("one").map(\.loss)
      for count in [2, 4, 6] {
        let several = try fixture.train("several", settings, ranks: count)
        XCTAssertEqual(several.epochs, one.epochs)
        XCTAssertNotNil(several.testAccuracy)
        XCTAssertEqual(try fixture.records("several").map(\.loss).count, losses.count)
        // Partition 2 alone is trained on, so that all ranks but one only evaluate.
        for (a, b) in zip(try fixture.records("several").map(\.loss), losses) {
          XCTAssertEqual(a ?? 0, b ?? 0, accuracy: 1e-5, model)
        }
      }
    }
  }

  /// Batches of a step draw different masks, and the only one of a step those of a process that works alone.
  func testBatchesOfAStepAreToldApart() {
    let steps = EpochSteps([0..<2, 2..<2, 2..<3], batchSize: 1, seed: 1, epoch: 1, mostSteps: nil) { _ in true }
    XCTAssertEqual((0..<3).map { steps.place(of: $0, at: 0) }, [0, 1, 1])
    XCTAssertEqual(steps.place(of: 2, at: 1), 1)
    let onlyLast = EpochSteps([0..<2, 2..<3], batchSize: 1, seed: 1, epoch: 1, mostSteps: nil) { $0 == [2] }
    XCTAssertEqual(onlyLast.place(of: 1, at: 0), 0)
  }

  /// One rank sends nothing, so that nothing could travel while it computes.
  func testOverlapChangesNothingOnOneRank() throws {
    let fixture = try RunFixture(.random(nodes: 120, degree: 5, partitions: 5))
    try fixture.train("synchronous", settings(), ranks: 1)
    try fixture.train("overlap", settings { $0.exchange = .overlap }, ranks: 1)
    try fixture.assertSameFiles("synchronous", "overlap")
  }

  /// Rank 0 writes what all ranks did, each under its name and in the time of rank 0.
  func testTraceHasAllRanks() throws {
    struct File: Decodable {
      struct Event: Decodable {
        var name: String
        var ph: String
        var pid: Int
        var ts: Double?
        var dur: Double?
        var args: [String: String]?
      }
      var traceEvents: [Event]
    }
    let fixture = try RunFixture(.random(nodes: 200, degree: 5, partitions: 9))
    let trace = Trace()
    try fixture.train("run", settings { $0.exchange = .overlap }, ranks: 3, trace: trace)
    let events = try JSONDecoder().decode(File.self, from: trace.chromeJSON()).traceEvents
    let names = events.filter { $0.name == "process_name" }.compactMap { $0.args?["name"] }
    XCTAssertEqual(names.map { $0.prefix(13) }, ["rank 0 of 3 o", "rank 1 of 3 o", "rank 2 of 3 o"])
    func spans(_ process: Int) -> [File.Event] { events.filter { $0.pid == process && $0.ph == "X" } }
    for process in 1...3 {
      let found = Set(spans(process).map(\.name))
      XCTAssertTrue(found.isSuperset(of: ["send gradients", "send rows", "send ghosts", "backward"]), "\(found)")
    }
    // Threads of one process have one clock, so that what is exchanged together overlaps.
    let sums = (1...3).map { process in spans(process).first { $0.name == "send gradients" } }.compactMap { $0 }
    XCTAssertEqual(sums.count, 3)
    let (latestStart, firstEnd) = (sums.map { $0.ts! }.max()!, sums.map { $0.ts! + $0.dur! }.min()!)
    XCTAssertLessThan(latestStart, firstEnd + 2000)
  }

  func testOnePartition() throws {
    let fixture = try RunFixture(.random(nodes: 60, degree: 4, partitions: 1))
    try fixture.train("one", settings())
    let losses = try fixture.records("one").map(\.loss)
    try fixture.train("three", settings(), ranks: 3)
    XCTAssertEqual(try fixture.records("three").map(\.loss), losses)
  }

  /// A rank that fails ends the training of all, with what was wrong.
  func testOtherStoresAreRefused() throws {
    let fixture = try RunFixture()
    try TinyGraph.random(nodes: 91, partitions: 6).write(to: fixture.folder.file("other"))
    let (path, other) = (fixture.store.path, fixture.folder.file("other"))
    XCTAssertThrowsError(
      try fixture.train("run", settings(), ranks: 2) { try Store(opening: $0 == 0 ? path : other) }
    ) { XCTAssertTrue("\($0)".contains("rank 1") && "\($0)".contains("has another store"), "\($0)") }
    XCTAssertThrowsError(
      try fixture.train("run", settings(), ranks: 2) { try Store(opening: $0 == 0 ? path : other + "-missing") })
  }
}
