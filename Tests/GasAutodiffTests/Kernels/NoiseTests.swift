import CGasKernels
import MatrixSupport
import XCTest

@testable import GasAutodiff

final class NoiseTests: XCTestCase {
  func testAgainstTheReference() {
    forEachInstructionSet {
      for key in [UInt64(0), 1, 0x1234_5678_9abc_def0] {
        let numbers = normal(0..<5000, key: key)
        for (place, number) in numbers.enumerated() {
          XCTAssertEqual(Double(number), gas_reference_normal(UInt64(place), key), accuracy: 1e-5)
        }
      }
    }
  }

  /// Each number is its own: any part of the range gives what the whole gives, also across 2³².
  func testSplitDoesNotMatter() {
    forEachInstructionSet {
      let start = Int64(1) << 32 - 37
      let whole = normal(start..<start + 100, key: 5)
      for cut in [1, 36, 37, 38, 99] {
        let parts = normal(start..<start + Int64(cut), key: 5) + normal(start + Int64(cut)..<start + 100, key: 5)
        XCTAssertEqual(parts, whole)
      }
      XCTAssertNotEqual(Array(whole[37...]), normal(0..<63, key: 5), "2³² places apart")
    }
  }

  /// Means of powers to four standard errors, of the numbers themselves and of neighbours' and keys' products.
  func testDistribution() {
    forEachInstructionSet {
      let count = 200_000
      let (numbers, others) = (normal(0..<Int64(count), key: 6), normal(0..<Int64(count), key: 7))
      func mean(_ term: (Int) -> Float) -> Double { (0..<count).reduce(0) { $0 + Double(term($1)) } / Double(count) }
      let error = 4 / Double(count).squareRoot()
      XCTAssertEqual(mean { numbers[$0] }, 0, accuracy: error)
      XCTAssertEqual(mean { numbers[$0] * numbers[$0] }, 1, accuracy: 1.5 * error)
      XCTAssertEqual(mean { numbers[$0] * numbers[$0] * numbers[$0] }, 0, accuracy: 4 * error)
      XCTAssertEqual(mean { numbers[$0] * numbers[$0] * numbers[$0] * numbers[$0] }, 3, accuracy: 10 * error)
      XCTAssertEqual(mean { numbers[$0] * numbers[($0 + 1) % count] }, 0, accuracy: error)
      XCTAssertEqual(mean { numbers[$0] * others[$0] }, 0, accuracy: error)
      XCTAssertEqual(mean { abs(numbers[$0]) > 1.959964 ? 1 : 0 }, 0.05, accuracy: 0.22 * error)
    }
  }

  func testTapeScalesAndKeepsNoisesApart() {
    forEachInstructionSet {
      let tape = Tape(arena: Arena(), isTraining: true, seed: 1, step: 2)
      let first = tape.normalNoise(rows: 3, columns: 4, deviation: 0.1)
      let second = tape.normalNoise(rows: 3, columns: 4, deviation: 0.1)
      XCTAssertFalse(first.requiresGradient)
      XCTAssertNotEqual(first.value.array, second.value.array)
      XCTAssertTrue(first.value.array.allSatisfy { abs($0) < 0.6 && $0 != 0 })
    }
  }

  /// Numbers of the places in `range`.
  private func normal(_ range: Range<Int64>, key: UInt64) -> [Float] {
    var numbers = Array(repeating: Float.nan, count: range.count)
    numbers.withUnsafeMutableBufferPointer {
      gas_normal(range.lowerBound, range.upperBound, key, 1, $0.baseAddress! - Int(range.lowerBound))
    }
    return numbers
  }
}
