import Foundation
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

/// Runs whose pushed rows have noise.
class NoiseMeterCase: XCTestCase {
  typealias Change = (inout RunSettings) -> Void

  /// What makes rows that are pushed in training differ from exact ones.
  let noisy: [(String, Change)] = [
    ("dropout", { $0.dropout = 0.5 }),
    (
      "edges",
      {
        $0.dropout = 0
        $0.edgeDropout = 0.3
      }
    ),
    (
      "batch norm",
      {
        $0.dropout = 0
        $0.batchNorm = true
      }
    ),
    (
      "attention",
      {
        $0.model = "gat"
        $0.dropout = 0.6
      }
    ), ("deep", { $0.model = "gcnii" }),
  ]

  func metrics(_ fixture: RunFixture, _ run: String) throws -> [EpochRecord] {
    try fixture.records(run)
  }
}
