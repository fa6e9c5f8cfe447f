import CountedAllocation
import GasBase
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasBatch
@testable import GasTrain

/// Memory is taken while the first batches are seen, and used again and again from then on.
final class AllocationTests: XCTestCase {
  /// What a step still allocates are the handles of its operations: a few hundred small objects, nearly as many
  /// whatever the batch (ten times the rows make some more pieces of work).
  func testTrainingAllocatesNoMemoryForBatches() throws {
    for model in ["gcn", "sage", "gat"] {
      let small = try allocations(of: model, nodes: 600)
      let large = try allocations(of: model, nodes: 6000)
      XCTAssertGreaterThan(small.count, 0, "nothing is counted")
      XCTAssertLessThan(Double(large.count), 1.5 * Double(small.count), "\(model): more objects for more rows")
      XCTAssertLessThan(large.greatest, 16 << 10, "\(model): more than a handle")
      XCTAssertLessThan(large.bytes, 128 << 10, model)
    }
  }

  /// Of one step, batch and prefetching included, when all batches have been seen.
  private func allocations(of model: String, nodes: Int) throws -> (count: Int, bytes: Int, greatest: Int) {
    let fixture = try RunFixture(.random(nodes: nodes, degree: 6, partitions: 8))
    let settings = RunFixture.settings {
      $0.model = model
      $0.hidden = 16
    }
    let trainer = try fixture.start("run", settings)
    let groups = VisitOrder.groups(Array(0..<8), size: 2)
    func epoch(_ number: Int) throws {
      _ = try trainer.runner.trainEpoch(groups, firstStep: 4 * number, optimiser: trainer.optimiser, clip: 1)
    }
    for number in 0..<3 { try epoch(number) }
    start_counting_allocations()
    let epochs = 5
    for number in 0..<epochs { try epoch(3 + number) }
    let counted = stop_counting_allocations()
    let steps = epochs * groups.count
    return (Int(counted.count) / steps, Int(counted.bytes) / steps, Int(counted.greatest))
  }
}
