import GasBase
import MatrixSupport
import XCTest

@testable import GasAutodiff

/// Rows that are summed in chunks, between rows that are not. All numbers are small integers and powers of two, so that
/// every sum is exact in whatever order it is taken, and one entry of 70 001 that is left out shows.
final class HubRowsTests: XCTestCase {
  private static let counts = [3, 70_001, 0, HubRows.leastEntries, HubRows.leastEntries + 1, 5]
  private static let hubs = [1, 4]
  private var samples = Samples(seed: 71)
  private lazy var matrix = hubMatrix(Self.counts)
  private lazy var x = integers(500, 24)

  private func integers(_ rows: Int, _ columns: Int) -> Matrix {
    Matrix(rows: rows, columns: columns, (0..<rows * columns).map { _ in Float(samples.integer(below: 17) - 8) })
  }

  private func hubMatrix(_ counts: [Int]) -> SparseMatrix {
    let rows = counts.map { count in (0..<count).map { _ in UInt32(samples.integer(below: 500)) } }
    return SparseMatrix(
      rows: rows, columnCount: 500, values: (0..<counts.reduce(0, +)).map { _ in Float(1 + samples.integer(below: 2)) })
  }

  func testHubsAndTheRowsBetweenThem() {
    let rows = HubRows(offsets: matrix.offsets, rowCount: 6)
    XCTAssertEqual(rows.rows, Self.hubs)
    var between: [Range<Int>] = []
    rows.forEachRange(between: 0..<6) { between.append($0) }
    XCTAssertEqual(between, [0..<1, 2..<4, 5..<6])
    between = []
    rows.forEachRange(between: 1..<5) { between.append($0) }
    XCTAssertEqual(between, [2..<4])
  }

  func testSumsAgainstPlainOnesWhateverTheThreads() {
    var scale: [Float] = [0.5, 2, 1, 0.25, 1, 4]
    for adds in [false, true] {
      let start = integers(6, 24)
      let expected = plainProduct(scale, start: adds ? start : nil)
      for threads in 1...3 {
        let y = product(scale: &scale, start: start, adds: adds, threads: threads)
        XCTAssertEqual(y.array, expected, "\(threads) threads")
        XCTAssertEqual(y.array, product(scale: &scale, start: start, adds: adds, threads: 1).array, "same bits")
      }
    }
  }

  /// A batch that holds other rows besides, and one whose X lies in two places.
  func testBitsDoNotDependOnWhereTheRowsLie() {
    let whole = Matrix(rows: 6, columns: 24, [Float](repeating: 0, count: 6 * 24))
    SparseProduct(matrix).multiply(x, into: whole, parallel: Parallel(threadCount: 2))
    let joined = Matrix(rows: 6, columns: 24, [Float](repeating: 0, count: 6 * 24))
    SparseProduct(matrix).multiply(
      x.rowRange(0..<200), followedBy: ScatteredRows(x.rowRange(200..<500)), into: joined, parallel: .serial)
    XCTAssertEqual(joined.array, whole.array)
    let alone = SparseMatrix(
      rowCount: 1, columnCount: 500, offsets: matrix.offsets + 4, columns: matrix.columns, values: matrix.values)
    let y = Matrix(rows: 1, columns: 24, [Float](repeating: 0, count: 24))
    SparseProduct(alone).multiply(x, into: y, parallel: .serial)
    XCTAssertEqual(y.array, whole.rowRange(4..<5).array)
  }

  private func product(scale: inout [Float], start: Matrix, adds: Bool, threads: Int) -> Matrix {
    let y = Matrix(rows: 6, columns: 24, start.array)
    SparseProduct(matrix).multiply(
      x, into: y, rowScale: &scale, adds: adds, parallel: Parallel(threadCount: threads))
    return y
  }

  private func plainProduct(_ scale: [Float], start: Matrix?) -> [Float] {
    (0..<6).flatMap { row in
      (0..<24).map { column in
        let sum = matrix.entries(of: row).reduce(0.0) {
          $0 + Double(matrix.values![$1]) * Double(x[Int(matrix.columns[$1]), column])
        }
        return Float(sum * Double(scale[row]) + Double(start?[row, column] ?? 0))
      }
    }
  }
}
