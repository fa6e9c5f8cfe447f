import Foundation
import GasBase
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasRuns
@testable import GasTrain

/// Files of runs, and what is said of them.
class RunFileCase: XCTestCase {
  func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "nothing was thrown"
    } catch {
      return "\(error)"
    }
  }

  func assertSays(_ text: String, _ parts: String..., line: UInt = #line) {
    for part in parts { XCTAssertTrue(text.contains(part), "no \"\(part)\" in \(text)", line: line) }
  }

  func run(_ fixture: RunFixture, _ name: String = "run") throws -> RunFolder {
    try RunFolder.open(in: fixture.store, name: name)
  }

  func epochs(_ run: RunFolder) throws -> [Int] {
    try MetricsFile(run.metrics, of: Checkpoint(reading: run.checkpoint)).records.map(\.epoch)
  }
}
