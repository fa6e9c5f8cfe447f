import GasBase
import GasNN
import GasRuns
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasSettings
@testable import GasTrain

/// What one process tells of several ranks, against what these do.
final class RankPlanTests: XCTestCase {
  private func plan(
    _ settings: RunSettings, ranks: Int, of store: Store, network: RankTime.Network? = nil, computing: Double? = nil
  ) throws -> RankPlan {
    let model = try ModelFactory.make(settings, for: store)
    let alone = try RunPlan(.training, on: store, settings, model: model, memoryBytes: nil)
    return try RankPlan(
      ranks, on: store, settings, model: model, beside: alone, network: network, computing: computing)
  }

  func testPlannedBytesAreThoseThatRanksSend() throws {
    let graphs = [
      TinyGraph.random(nodes: 300, degree: 6, partitions: 11), .random(nodes: 90, degree: 4, partitions: 2),
    ]
    for graph in graphs {
      let fixture = try RunFixture(graph)
      for (model, ranks, encoding) in [("gcn", 2, RowEncoding.float32), ("gat", 3, .int8), ("gcnii", 4, .float16)] {
        for exchange in RunSettings.Exchange.allCases {
          let settings = RunFixture.settings {
            ($0.model, $0.historyType, $0.epochs, $0.batchPartitions) = (model, encoding, 2, .partitions(2))
            ($0.exchange, $0.norm) = (exchange, model == "gcn" ? .batch : .none)
          }
          let plan = try plan(settings, ranks: ranks, of: fixture.store)
          let result = try fixture.train("ranks", settings, ranks: ranks)
          let records = try fixture.records("ranks")
          XCTAssertEqual(plan.ranks.map(\.partitions).reduce(0, +), fixture.store.partitions.count)
          XCTAssertEqual(plan.steps, records[1].step)
          XCTAssertEqual(plan.parameterCount, result.parameterCount)
          let sent = try XCTUnwrap(records[1].ranks)
          XCTAssertEqual(plan.ranks.map(\.gradientBytes), sent.map { $0.gradientBytes ?? 0 }, model)
          XCTAssertEqual(plan.ranks.map(\.rowBytes), sent.map { $0.rowBytes ?? 0 }, model)
          XCTAssertEqual(plan.ranks.map(\.ghostBytes), sent.map { $0.ghostBytes ?? 0 }, model)
          XCTAssertEqual(plan.ranks.map(\.outputBytes), sent.map { $0.outputBytes ?? 0 }, model)
          XCTAssertEqual(plan.ranks.map(\.receivedRowBytes).reduce(0, +), plan.ranks.map(\.rowBytes).reduce(0, +))
          XCTAssertGreaterThan(plan.ranks[0].rowBytes, 0)
        }
      }
    }
  }

  /// The rule for time, in numbers that can be followed by hand.
  func testTimeOfAnEpoch() throws {
    let fixture = try RunFixture(.random(nodes: 200, degree: 5, partitions: 8))
    let settings = RunFixture.settings { $0.batchPartitions = .partitions(1) }
    let network = RankTime.Network(bytesPerSecond: 1e6, latencySeconds: 1e-3)
    let plan = try plan(settings, ranks: 2, of: fixture.store, network: network, computing: 8)
    let time = try XCTUnwrap(plan.time)
    // Steps are as long as their longer batch is.
    XCTAssertGreaterThanOrEqual(time.computingSeconds, 4)
    XCTAssertLessThan(time.computingSeconds, 8)
    let gradients = Double(plan.ranks.map(\.gradientBytes).max() ?? 0) / 1e6 + 2e-3 * Double(plan.steps)
    XCTAssertEqual(time.gradientSeconds, gradients, accuracy: 1e-9)
    XCTAssertGreaterThanOrEqual(time.rowSeconds, Double(plan.ranks.map(\.rowBytes).max() ?? 0) / 1e6)
    XCTAssertEqual(
      time.synchronousSeconds, time.computingSeconds + time.gradientSeconds + time.rowSeconds, accuracy: 1e-9)
    // Rows are sent faster than batches are computed, so that those of the last step alone are waited for.
    XCTAssertLessThan(time.overlapSeconds, time.synchronousSeconds)
    XCTAssertGreaterThan(time.overlapSeconds, time.computingSeconds + time.gradientSeconds)
    let slow = RankTime.Network(bytesPerSecond: 100, latencySeconds: 0)
    let late = try XCTUnwrap(self.plan(settings, ranks: 2, of: fixture.store, network: slow, computing: 1e-6).time)
    // Rows take longer than anything else: all but computing the first batch waits for them.
    XCTAssertEqual(late.overlapSeconds, late.gradientSeconds + late.rowSeconds, accuracy: 1e-3)
    XCTAssertNil(try self.plan(settings, ranks: 2, of: fixture.store).time)
  }

  func testOneRankAndMoreRanksThanPartitions() throws {
    let fixture = try RunFixture(.random(nodes: 90, degree: 4, partitions: 3))
    let settings = RunFixture.settings { $0.batchPartitions = .partitions(1) }
    let one = try plan(settings, ranks: 1, of: fixture.store)
    XCTAssertEqual(one.ranks.map(\.ghosts), [0])
    XCTAssertEqual(one.ranks.map { $0.rowBytes + $0.gradientBytes + $0.ghostBytes + $0.outputBytes }, [0])
    let many = try plan(settings, ranks: 5, of: fixture.store)
    XCTAssertEqual(many.ranks.map(\.partitions), [1, 1, 1, 0, 0])
    XCTAssertEqual(many.ranks[4].nodes, 0)
  }
}
