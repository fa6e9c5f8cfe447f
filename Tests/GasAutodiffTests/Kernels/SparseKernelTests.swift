import CGasKernels
import MatrixSupport
import XCTest

@testable import GasAutodiff

/// The sparse kernels against their oracles.
final class SparseKernelTests: XCTestCase {
  private var samples = Samples(seed: 21)

  func testProductForEveryWidth() {
    forEachInstructionSet {
      for width in 1...130 {
        checkProduct(samples.sparse(12, 17, greatest: 5, weighted: width % 2 == 0), width: width)
      }
      for width in [200, 255, 256, 257, 500] { checkProduct(samples.sparse(12, 17, weighted: true), width: width) }
    }
  }

  /// X in two places gives the bits of X in one, whether its second part lies there in order or anywhere.
  func testProductOfJoinedRows() {
    forEachInstructionSet {
      for (own, appended) in [(0, 17), (5, 12), (16, 1), (17, 0)] {
        for (width, weighted) in [(1, true), (7, false), (16, true), (40, true), (64, false), (130, true), (256, true)]
        {
          let matrix = samples.sparse(12, 17, greatest: 6, weighted: weighted)
          let x = samples.matrix(17, width)
          let parts = (Array(x.array[..<(own * width)]), Array(x.array[(own * width)...]))
          let scale = samples.numbers(12)
          let expected = Matrix(rows: 12, columns: width, repeating: 1)
          gas_spmm(
            2, 11, Int64(width), matrix.offsets, matrix.columns, matrix.values, scale, x.base, expected.base, width == 7
          )
          let numbers = (0..<appended).map { UInt32(2 * ($0 ^ 1)) }
          let scattered = Matrix(rows: 2 * appended + 2, columns: width, repeating: .nan)
          for (row, number) in numbers.enumerated() {
            scattered.row(Int(number)).update(from: x.row(own + row), count: width)
          }
          for (appended, numbers) in [(parts.1, nil as [UInt32]?), (scattered.array, numbers)] {
            let actual = Matrix(rows: 12, columns: width, repeating: 1)
            gas_spmm_joined(
              2, 11, Int64(width), matrix.offsets, matrix.columns, matrix.values, scale, parts.0, Int64(own), appended,
              numbers, actual.base, width == 7)
            XCTAssertEqual(actual.array, expected.array, "\(own) + \(appended.count), width \(width)")
          }
        }
      }
    }
  }

  func testProductOfManyEntries() {
    forEachInstructionSet {
      checkProduct(samples.sparse(300, 400, greatest: 60, weighted: true), width: 64)
      checkProduct(samples.sparse(300, 400, greatest: 60, weighted: false), width: 37)
    }
  }

  func testEmptyProducts() {
    forEachInstructionSet {
      checkProduct(SparseMatrix(rows: [[], [], []], columnCount: 4), width: 20)
      checkProduct(SparseMatrix(rows: [], columnCount: 0), width: 3)
    }
  }

  /// All four combinations of row scale and accumulation, and a range of rows: what lies outside stays as it is.
  private func checkProduct(_ matrix: SparseMatrix, width: Int, line: UInt = #line) {
    let x = samples.matrix(matrix.columnCount, width)
    let scale = samples.numbers(matrix.rowCount)
    let before = samples.matrix(matrix.rowCount, width).array
    let ranges = [0..<matrix.rowCount, matrix.rowCount / 3..<matrix.rowCount / 2]
    for (scaled, adds) in [(false, false), (false, true), (true, false), (true, true)] {
      for range in ranges {
        let actual = Matrix(rows: matrix.rowCount, columns: width, before)
        let expected = Matrix(rows: matrix.rowCount, columns: width, before)
        for (kernel, y) in [(gas_spmm, actual), (gas_reference_spmm, expected)] {
          kernel(
            Int64(range.lowerBound), Int64(range.upperBound), Int64(width), matrix.offsets, matrix.columns,
            matrix.values,
            scaled ? scale : nil, x.base, y.base, adds)
        }
        assertClose(
          actual.array, expected.array, tolerance: 1e-6, elementFloor: 1,
          "width \(width) scaled \(scaled) adds \(adds)",
          line: line)
        for row in 0..<matrix.rowCount where !range.contains(row) {
          XCTAssertEqual(actual.rowRange(row..<row + 1).array, Array(before[row * width..<(row + 1) * width]))
        }
      }
    }
  }

  /// Against the plain product with the plainly transposed matrix; columns one piece after the other, each piece by
  /// itself.
  func testTransposedProduct() {
    forEachInstructionSet {
      for (width, weighted) in [(1, true), (16, false), (31, true), (32, false), (33, true), (64, true), (100, false)] {
        let matrix = samples.sparse(40, 23, greatest: 9, weighted: weighted)
        let x = samples.matrix(40, width)
        let before = samples.matrix(23, width).array
        let (actual, expected) = (Matrix(rows: 23, columns: width, before), Matrix(rows: 23, columns: width, before))
        for first in stride(from: 0, to: width, by: 32) {
          gas_spmm_transposed(
            40, Int64(width), Int64(first), Int64(min(width, first + 32)), matrix.offsets, matrix.columns,
            matrix.values,
            x.base, actual.base)
        }
        let plain = transposed(matrix, matrix.columnCount, gas_reference_transpose)
        plain.values.withUnsafeBufferPointer { values in
          gas_reference_spmm(
            0, 23, Int64(width), plain.offsets, plain.rows, weighted ? values.baseAddress : nil, nil, x.base,
            expected.base, true)
        }
        assertClose(actual.array, expected.array, tolerance: 1e-6, elementFloor: 1, "width \(width)")
      }
    }
  }

  func testTransposition() {
    forEachInstructionSet {
      for (rows, columns) in [(1, 1), (7, 3), (3, 7), (40, 50), (5, 0), (0, 5)] {
        for weighted in [false, true] {
          let matrix = samples.sparse(rows, columns, greatest: 6, weighted: weighted)
          for listed in Set([columns, columns / 2, 0]) {
            let fast = transposed(matrix, listed, gas_transpose)
            XCTAssertEqual(
              fast, transposed(matrix, listed, gas_reference_transpose), "\(listed) of \(rows) × \(columns)")
            XCTAssertEqual(fast.values.isEmpty, !weighted || fast.rows.isEmpty)
          }
        }
      }
    }
  }

  func testTwiceTransposedIsTheSame() {
    forEachInstructionSet {
      let matrix = samples.sparse(30, 20, weighted: true)
      let arena = Arena()
      let once = SparseTranspose(of: matrix, columnCount: 20, in: arena)
      let again = SparseTranspose(
        of: SparseMatrix(
          rowCount: 20, columnCount: 30, offsets: once.offsets, columns: once.rows, values: once.values),
        columnCount: 30,
        in: arena)
      XCTAssertEqual((0...30).map { again.offsets[$0] }, (0...30).map { matrix.offsets[$0] })
      XCTAssertEqual(
        (0..<matrix.entryCount).map { again.rows[$0] }, (0..<matrix.entryCount).map { matrix.columns[$0] })
      XCTAssertEqual(
        (0..<matrix.entryCount).map { again.values![$0] }, (0..<matrix.entryCount).map { matrix.values![$0] })
    }
  }

  private struct Transposed: Equatable {
    var offsets: [Int64]
    var rows: [UInt32]
    var entries: [UInt32]
    var values: [Float]
  }

  private func transposed(_ matrix: SparseMatrix, _ columnCount: Int, _ kernel: TransposeKernel) -> Transposed {
    var result = Transposed(
      offsets: Array(repeating: -1, count: columnCount + 2), rows: Array(repeating: 9, count: matrix.entryCount),
      entries: Array(repeating: 9, count: matrix.entryCount),
      values: Array(repeating: 9, count: matrix.values == nil ? 0 : matrix.entryCount))
    result.values.withUnsafeMutableBufferPointer { values in
      kernel(
        Int64(matrix.rowCount), Int64(columnCount), matrix.offsets, matrix.columns, matrix.values,
        &result.offsets,
        &result.rows, matrix.values == nil ? nil : values.baseAddress, &result.entries)
    }
    result.offsets.removeLast()
    // What is behind belongs to columns that are left out.
    let count = Int(result.offsets[columnCount])
    result.rows.removeLast(result.rows.count - count)
    result.entries.removeLast(result.entries.count - count)
    result.values.removeLast(max(0, result.values.count - count))
    return result
  }

  private typealias TransposeKernel = (
    Int64, Int64, UnsafePointer<Int64>, UnsafePointer<UInt32>, UnsafePointer<Float>?, UnsafeMutablePointer<Int64>,
    UnsafeMutablePointer<UInt32>, UnsafeMutablePointer<Float>?, UnsafeMutablePointer<UInt32>?
  ) -> Void
}
