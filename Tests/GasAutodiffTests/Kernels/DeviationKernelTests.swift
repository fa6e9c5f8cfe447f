import CGasKernels
import MatrixSupport
import XCTest

@testable import GasAutodiff

/// Deviations of rows against their oracle, which takes the other formula in double.
final class DeviationKernelTests: XCTestCase {
  private var samples = Samples(seed: 24)

  func testEveryWidth() {
    forEachInstructionSet {
      for width in 1...40 {
        check(samples.sparse(12, 17, greatest: 5, weighted: width % 2 == 0), width: width)
      }
      check(samples.sparse(300, 400, greatest: 60, weighted: true), width: 64)
      check(SparseMatrix(rows: [[], [], []], columnCount: 4), width: 20)
    }
  }

  /// Float32 has about seven digits; mean(m²) − mean(m)² would leave one of them.
  func testLargeMeans() {
    forEachInstructionSet {
      check(samples.sparse(30, 40, greatest: 10, weighted: false), width: 8, offset: 1000)
    }
  }

  /// A range of rows: what lies outside stays as it is.
  private func check(_ matrix: SparseMatrix, width: Int, offset: Float = 0, line: UInt = #line) {
    let x = samples.matrix(matrix.columnCount, width)
    for index in 0..<x.count { x.base[index] += offset }
    for range in [0..<matrix.rowCount, matrix.rowCount / 3..<matrix.rowCount / 2] {
      let results = [gas_deviation, gas_reference_deviation].map { kernel in
        let y = Matrix(rows: matrix.rowCount, columns: width, repeating: 7)
        let means = Matrix(rows: matrix.rowCount, columns: width, repeating: 7)
        kernel(
          Int64(range.lowerBound), Int64(range.upperBound), Int64(width), matrix.offsets, matrix.columns, matrix.values,
          1e-5, x.base, y.base, means.base)
        return (y: y.array, means: means.array)
      }
      let tolerance = 2e-6 + Double(offset) * 1e-7
      assertClose(results[0].y, results[1].y, tolerance: tolerance, elementFloor: 1, "width \(width)", line: line)
      assertClose(results[0].means, results[1].means, tolerance: 1e-6, elementFloor: 1, "width \(width)", line: line)
    }
  }
}
