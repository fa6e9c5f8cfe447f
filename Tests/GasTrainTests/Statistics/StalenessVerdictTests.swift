import GasMetrics
import GasRuns
import RunSupport
import XCTest

@testable import GasTrain

/// The verdict follows from what was measured, and names what can be changed.
final class StalenessVerdictTests: XCTestCase {
  private func layer(_ number: Int, drift: Double, staleness: Double?) -> LayerStaleness {
    LayerStaleness(
      layer: number, age: AgeSummary(counts: [1: 1]), drift: drift, noise: staleness.map { _ in 0 },
      staleness: staleness, meanDistance: 0, largestDistance: 0, partitions: [])
  }

  private func verdict(
    _ staleness: [Double?], drift: Double = 0.9, batch: Int = 2, every: Int = 1, steps: Int? = nil,
    partitioner: String = "metis", ranks: Int = 1
  ) -> StalenessVerdict {
    let layers = staleness.enumerated().map { layer($0.offset + 1, drift: drift, staleness: $0.element) }
    return StalenessVerdict(
      layers, nil,
      .init(
        ranks: ranks, partitions: 16, batchPartitions: batch, evaluateEvery: every, maxSteps: steps, learningRate: 0.02,
        partitioner: partitioner))
  }

  func testLevels() {
    let (noticeable, harmful) = (StalenessVerdict.noticeable, StalenessVerdict.harmful)
    for (staleness, level) in [
      (0, .harmless), (noticeable - 0.001, .harmless), (noticeable, .noticeable), (harmful - 0.001, .noticeable),
      (harmful, .harmful), (7, .harmful), (.nan, .notKnown), (.infinity, .notKnown),
    ] as [(Double, StalenessVerdict.Level)] {
      let verdict = verdict([0.01, staleness])
      XCTAssertEqual(verdict.level, level, "\(staleness)")
      XCTAssertEqual(verdict.changes.isEmpty, level == .harmless || level == .notKnown, "\(staleness)")
      XCTAssertTrue(verdict.reason.contains("layer \(staleness == 0 ? 1 : 2)"), verdict.reason)
    }
  }

  /// Drift has noise in it. A small one bounds staleness, and of a large one nothing is known.
  func testDriftAlone() {
    XCTAssertEqual(verdict([nil, nil], drift: 0.05).level, .harmless)
    XCTAssertEqual(verdict([nil, nil], drift: 0.3).level, .notKnown)
    XCTAssertEqual(verdict([]).level, .notKnown)
    XCTAssertEqual(verdict([0.9], batch: 16).level, .harmless, "no history is read")
  }

  /// Each change is one that the run has not made yet.
  func testChanges() {
    func starts(_ verdict: StalenessVerdict) -> [String] {
      verdict.changes.map { $0.split { $0 == " " || $0 == ":" }.prefix(2).joined(separator: " ") }
    }
    XCTAssertEqual(starts(verdict([0.6])), ["--batch-partitions 4", "--lr 0.01", "--max-steps 4"])
    XCTAssertEqual(
      starts(verdict([0.6], every: 5, partitioner: "random")),
      ["--evaluate-every 1", "gas-ingest --partitioner", "--batch-partitions 4", "--lr 0.01", "--max-steps 4"])
    XCTAssertEqual(starts(verdict([0.6], batch: 12)), ["--batch-partitions 16", "--lr 0.01", "--max-steps 1"])
    XCTAssertEqual(starts(verdict([0.6], steps: 1)), ["--batch-partitions 4", "--lr 0.01"])
  }

  /// A batch of a rank reads rows of others, however many of its own partitions it has; and ranks measure no noise.
  func testOnSeveralRanks() {
    let found = verdict([nil], drift: 0.5, batch: 16, ranks: 2)
    XCTAssertEqual(found.level, .notKnown)
    XCTAssertTrue(found.reason.hasSuffix("several ranks do not measure it"), found.reason)
    XCTAssertEqual(verdict([nil], drift: 0.05, batch: 16, ranks: 2).level, .harmless)
    XCTAssertEqual(verdict([0.6], batch: 20, ranks: 2).changes.map { $0.prefix(9) }, ["--lr 0.01"])
  }

  /// What a run's statistics say is of what its last evaluation found.
  func testOfARun() throws {
    let fixture = try RunFixture()
    try fixture.train("gcn", RunFixture.settings())
    let folder = try RunFolder.open(in: fixture.store, name: "gcn")
    let statistics = try RunStatistics(fixture.store, folder)
    let found = try XCTUnwrap(statistics.verdict)
    let worst = try XCTUnwrap(statistics.atLastRefresh.compactMap(\.staleness).max())
    XCTAssertEqual(found.level, verdict([worst]).level)
    XCTAssertTrue(found.reason.contains("with these histories, noise included, outputs are"), found.reason)
    try fixture.train("mlp", RunFixture.settings { $0.model = "mlp" })
    XCTAssertNil(try RunStatistics(fixture.store, RunFolder.open(in: fixture.store, name: "mlp")).verdict)
  }
}
