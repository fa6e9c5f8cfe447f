import Foundation
import GasBase
import GasFiles
import GasFormats
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasBatch
@testable import GasRuns
@testable import GasSettings
@testable import GasTrain

/// Runs whose numbers grow beyond all.
class NumberCheckCase: XCTestCase {
  func message(_ body: () throws -> some Any) -> String {
    do {
      return "no error but \(try body())"
    } catch let error as GasError {
      return "\(error)"
    } catch {
      return "not a GasError: \(error)"
    }
  }

  func assertSays(_ message: String, _ texts: String..., line: UInt = #line) {
    for text in texts where !message.contains(text) { XCTFail("no \"\(text)\" in \(message)", line: line) }
  }
}
