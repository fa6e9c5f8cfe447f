import CGasKernels
import Foundation
import MatrixSupport
import XCTest

@testable import GasNN

/// Numerical functions against double precision.
final class FunctionTests: XCTestCase {
  private var samples = Samples(seed: 23)

  func testExponential() {
    forEachInstructionSet {
      var numbers = stride(from: Float(-87.3), through: 88.7, by: 0.0037).map { $0 }
      numbers += [0, -0, 1, -1, 88.72283, -87.33654]
      let results = exponentials(numbers)
      for (x, y) in zip(numbers, results) {
        let exact = exp(Double(x))
        XCTAssertLessThanOrEqual(abs(Double(y) - exact), 2 * Double(Float(exact).ulp), "exp(\(x)) became \(y)")
      }
    }
  }

  func testExponentialAtTheEnds() {
    forEachInstructionSet {
      let results = exponentials([.infinity, 89, -.infinity, -90, -1e30, 1e30, .nan])
      XCTAssertEqual(Array(results.dropLast()), [.infinity, .infinity, 0, 0, 0, .infinity])
      XCTAssertTrue(results[6].isNaN)
    }
  }

  private func exponentials(_ numbers: [Float]) -> [Float] {
    var results = Array(repeating: Float(0), count: numbers.count)
    gas_exp(Int64(numbers.count), numbers, &results)
    return results
  }

  func testSquaredNorm() {
    forEachInstructionSet {
      let numbers = samples.numbers(10_001, in: -3...3)
      let exact = numbers.reduce(0) { $0 + Double($1) * Double($1) }
      XCTAssertEqual(gas_squared_norm(10_001, numbers), exact, accuracy: exact * 1e-13)
      XCTAssertEqual(gas_squared_norm(0, numbers), 0)
    }
  }

  func testArgmaxTakesTheFirstGreatest() {
    forEachInstructionSet {
      let x: [Float] = [1, 3, 3, -2, -1, -5, 0, 0, 0]
      var places = [Int32](repeating: -1, count: 3)
      gas_argmax_rows(3, 3, x, &places)
      XCTAssertEqual(places, [1, 1, 0])
    }
  }

  /// Each element's fate is its own: any part of the range gives what the whole gives, also across 2³².
  func testDropoutDoesNotDependOnTheSplit() {
    forEachInstructionSet {
      let first = Int64(1) << 32 - 37
      let count = 100
      let ones = Array(repeating: Float(1), count: count)
      let whole = dropped(ones, from: first, cuts: [])
      XCTAssertEqual(dropped(ones, from: first, cuts: [1, 36, 37, 38, 99]), whole)
      XCTAssertTrue(whole[..<37].contains(0) && whole[37...].contains(0))
      XCTAssertNotEqual(Array(whole[37...]), dropped(Array(ones[37...]), from: 0, cuts: []), "2³² elements apart")
    }
  }

  /// Drops elements that stand at `first` and after.
  private func dropped(_ x: [Float], from first: Int64, cuts: [Int]) -> [Float] {
    var y = Array(repeating: Float(-1), count: x.count)
    let ends = [0] + cuts + [x.count]
    x.withUnsafeBufferPointer { x in
      y.withUnsafeMutableBufferPointer { y in
        for (begin, end) in zip(ends, ends.dropFirst()) {
          // The kernel's pointers belong to element 0, which lies far before this memory and is never touched.
          let distance = Int(first) * MemoryLayout<Float>.stride
          let source = UnsafeRawPointer(x.baseAddress!) - distance
          let target = UnsafeMutableRawPointer(y.baseAddress!) - distance
          gas_dropout(
            first + Int64(begin), first + Int64(end), 99, 0.5, source.assumingMemoryBound(to: Float.self),
            target.assumingMemoryBound(to: Float.self))
        }
      }
    }
    return y
  }

  /// Neighbouring elements and neighbouring keys drop out independently: each pair of fates is equally frequent.
  func testDropoutIsUncorrelated() {
    forEachInstructionSet {
      let count = 1 << 16
      let ones = Array(repeating: Float(1), count: count)
      func mask(_ key: UInt64) -> [Bool] {
        var y = ones
        gas_dropout(0, Int64(count), key, 0.5, ones, &y)
        return y.map { $0 != 0 }
      }
      let one = mask(1)
      for (name, a, b) in [
        ("neighbours", one, Array(one[1...]) + [one[0]]), ("keys", one, mask(2)),
        ("upper keys", one, mask(1 | 1 << 32)),
        ("rows of 64", one, Array(one[64...]) + Array(one[..<64])),
      ] {
        let equal = zip(a, b).lazy.filter { $0 == $1 }.count
        XCTAssertEqual(Double(equal) / Double(count), 0.5, accuracy: 4 * 0.5 / Double(count).squareRoot(), name)
      }
    }
  }
}
