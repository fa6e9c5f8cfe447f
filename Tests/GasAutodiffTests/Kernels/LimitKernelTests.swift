import CGasKernels
import MatrixSupport
import XCTest

@testable import GasNN

/// The first number beyond a limit, wherever it stands in vectors, remainders and blocks.
final class LimitKernelTests: XCTestCase {
  private var samples = Samples(seed: 31)

  private func first(_ x: [Float], _ limit: Float) -> Int {
    let found = Int(gas_first_beyond(Int64(x.count), limit, x))
    XCTAssertEqual(found, Int(gas_reference_first_beyond(Int64(x.count), limit, x)), "\(x.count) numbers, \(limit)")
    return found
  }

  func testWhatIsBeyondIsFoundWhereItStands() {
    let odd: [Float] = [.nan, -.nan, .infinity, -.infinity, 65504.03, -65520, .signalingNaN]
    forEachInstructionSet {
      for count in [1, 7, 16, 33, 2047, 2048, 2049, 5000] {
        for (number, place) in [0, count / 3, count - 1].enumerated() {
          var x = samples.numbers(count, in: -65504...65504)
          XCTAssertEqual(first(x, 65504), count)
          x[place] = odd[(count + number) % odd.count]
          x[count - 1] = .nan
          XCTAssertEqual(first(x, 65504), place)
        }
      }
      XCTAssertEqual(first([], 1), 0)
    }
  }

  func testTheLimitItselfIsNotBeyond() {
    forEachInstructionSet {
      for limit in [Float(0), 1, 65504, .leastNonzeroMagnitude, .greatestFiniteMagnitude] {
        XCTAssertEqual(first([limit, -limit, 0, -0.0], limit), 4)
        XCTAssertEqual(first([0, -limit.nextUp, limit], limit), 1)
      }
    }
  }
}
