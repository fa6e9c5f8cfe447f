import GasBase
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasBatch
@testable import GasRuns
@testable import GasSettings
@testable import GasTrain

/// Plans in which halo rows come by mail.
final class MailPlanTests: XCTestCase {
  /// Mail takes more with larger batches, and more memory allows larger ones: advice holds nevertheless.
  func testAdviceOfMailHolds() throws {
    let fixture = try RunFixture(.random(nodes: 6000, degree: 4, partitions: 60))
    let settings = RunFixture.settings {
      $0.haloWindows = .mail
      $0.batchPartitions = .auto
      $0.hidden = 400
    }
    let model = try ModelFactory.make(settings, for: fixture.store)
    func plan(_ budget: Int) throws -> RunPlan {
      try RunPlan(.training, on: fixture.store, settings, model: model, memoryBytes: budget)
    }
    let ample = try plan(1 << 40)
    XCTAssertGreaterThan(ample.batchPartitions, 1)
    let tight = ample.smallestBytes + 16 << 20
    try XCTAssertThrowsError(plan(tight)) { error in
      let text = "\(error)"
      guard let advised = text.firstMatch(of: /pass --memory (\d+)MiB/), let mebibytes = Int(advised.1) else {
        return XCTFail(text)
      }
      XCTAssertNoThrow(try plan(mebibytes << 20))
    }
  }
}
