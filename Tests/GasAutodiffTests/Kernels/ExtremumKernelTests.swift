import CGasKernels
import MatrixSupport
import XCTest

@testable import GasAutodiff

/// Extrema of rows against their oracle, to the bit: nothing is added up.
final class ExtremumKernelTests: XCTestCase {
  private var samples = Samples(seed: 22)

  func testEveryWidth() {
    forEachInstructionSet {
      for width in 1...70 {
        check(samples.sparse(12, 17, greatest: 5, weighted: width % 2 == 0), width: width)
      }
      check(samples.sparse(300, 400, greatest: 60, weighted: true), width: 64)
    }
  }

  func testEmptyMatrices() {
    forEachInstructionSet {
      check(SparseMatrix(rows: [[], [], []], columnCount: 4), width: 20)
      check(SparseMatrix(rows: [], columnCount: 0), width: 3)
      check(SparseMatrix(rows: [[0]], columnCount: 1), width: 0)
    }
  }

  /// With and without winners, and a range of rows: what lies outside stays as it is.
  private func check(_ matrix: SparseMatrix, width: Int, line: UInt = #line) {
    // Few different numbers, so that several entries attain the extremum.
    let x = samples.matrix(matrix.columnCount, width)
    for index in 0..<x.count { x.base[index] = (x.base[index] * 4).rounded() }
    for least in [false, true] {
      for range in [0..<matrix.rowCount, matrix.rowCount / 3..<matrix.rowCount / 2] {
        let expected = run(gas_reference_extremum, matrix, x, least, range, withWinners: true)
        let actual = run(gas_extremum, matrix, x, least, range, withWinners: true)
        XCTAssertEqual(actual.y, expected.y, "width \(width)", line: line)
        XCTAssertEqual(actual.winners, expected.winners, "width \(width)", line: line)
        XCTAssertEqual(run(gas_extremum, matrix, x, least, range, withWinners: false).y, expected.y, line: line)
      }
    }
  }

  private typealias Kernel = (
    Int64, Int64, Int64, UnsafePointer<Int64>, UnsafePointer<UInt32>, UnsafePointer<Float>?, Bool,
    UnsafePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<UInt32>?
  ) -> Void

  private func run(
    _ kernel: Kernel, _ matrix: SparseMatrix, _ x: Matrix, _ least: Bool, _ rows: Range<Int>, withWinners: Bool
  ) -> (y: [Float], winners: [UInt32]) {
    let y = Matrix(rows: matrix.rowCount, columns: x.columns, repeating: 7)
    var winners = Array(repeating: UInt32(9), count: y.count)
    winners.withUnsafeMutableBufferPointer { winners in
      kernel(
        Int64(rows.lowerBound), Int64(rows.upperBound), Int64(x.columns), matrix.offsets, matrix.columns, matrix.values,
        least, x.base, y.base, withWinners ? winners.baseAddress : nil)
    }
    return (y.array, winners)
  }
}
