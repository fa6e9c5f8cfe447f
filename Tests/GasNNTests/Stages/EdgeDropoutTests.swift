import GasBase
import MatrixSupport
import XCTest

@testable import GasAutodiff
@testable import GasNN

final class EdgeDropoutTests: XCTestCase {
  private var samples = Samples(seed: 12)

  private func dropped(
    _ adjacency: SparseMatrix, _ p: Double, step: Int = 0, threads: Int = 1, isTraining: Bool = true,
    edgeFeatures: Matrix? = nil, _ body: (StageContext) -> Void
  ) {
    let tape = Tape(
      arena: Arena(), parallel: Parallel(threadCount: threads), isTraining: isTraining, seed: 3, step: step)
    body(StageContext(tape: tape, adjacency: adjacency, edgeFeatures: edgeFeatures).droppingEdges(p))
  }

  private func dense(_ matrix: SparseMatrix) -> [Double] {
    var numbers = [Double](repeating: 0, count: matrix.rowCount * matrix.columnCount)
    for row in 0..<matrix.rowCount {
      for entry in matrix.entries(of: row) {
        numbers[row * matrix.columnCount + Int(matrix.columns[entry])] += Double(matrix.values?[entry] ?? 1)
      }
    }
    return numbers
  }

  /// Values keep their expectation; entries without values are kept with probability 1 − p.
  func testExpectation() {
    let (p, steps) = (0.3, 2000)
    for weighted in [true, false] {
      let adjacency = samples.sparse(6, 9, weighted: weighted)
      var mean = [Double](repeating: 0, count: 54)
      for step in 0..<steps {
        dropped(adjacency, p, step: step) { context in
          for (place, number) in dense(context.adjacency).enumerated() { mean[place] += number / Double(steps) }
        }
      }
      for (found, number) in zip(mean, dense(adjacency)) {
        let expected = weighted ? number : number * (1 - p)
        // Five deviations of the mean.
        XCTAssertEqual(found, expected, accuracy: 5 * number * (p / (1 - p) / Double(steps)).squareRoot() + 1e-9)
      }
    }
  }

  func testWhatIsLeftKeepsItsPlaceAndItsFeatures() {
    let adjacency = samples.sparse(50, 80, greatest: 12, weighted: true)
    let features = samples.matrix(adjacency.entryCount, 3)
    for entry in 0..<adjacency.entryCount { features[entry, 0] = adjacency.values![entry] }
    dropped(adjacency, 0.5, edgeFeatures: features) { context in
      let left = context.adjacency
      XCTAssertTrue(1..<adjacency.entryCount ~= left.entryCount)
      XCTAssertEqual(context.edgeFeatures?.rows, left.entryCount)
      let (before, after) = (dense(adjacency), dense(left))
      for (x, y) in zip(before, after) where y != 0 { XCTAssertEqual(y, 2 * x, accuracy: 1e-6) }
      for entry in 0..<left.entryCount {
        XCTAssertEqual(context.edgeFeatures![entry, 0] * 2, left.values![entry], accuracy: 1e-6)
      }
    }
    dropped(adjacency, 0.5, isTraining: false) { XCTAssertEqual($0.adjacency.entryCount, adjacency.entryCount) }
    dropped(adjacency, 0) { XCTAssertEqual($0.adjacency.offsets, adjacency.offsets) }
  }

  func testSameBitsForAnyNumberOfThreads() {
    let adjacency = samples.sparse(20_000, 25_000, greatest: 9, weighted: true)
    func left(_ threads: Int, step: Int = 4) -> [UInt32] {
      var bits: [UInt32] = []
      dropped(adjacency, 0.4, step: step, threads: threads) { context in
        let left = context.adjacency
        for row in 0..<left.rowCount {
          bits.append(UInt32(left.entries(of: row).count))
          for entry in left.entries(of: row) { bits += [left.columns[entry], left.values![entry].bitPattern] }
        }
      }
      return bits
    }
    let one = left(1)
    XCTAssertGreaterThan(one.count, 100_000)
    for threads in [2, 3] { XCTAssertTrue(left(threads) == one, "\(threads) threads") }
    XCTAssertFalse(left(1, step: 5) == one)
  }

  func testGradient() {
    let adjacency = samples.sparse(7, 10, weighted: true).withTranspose
    for aggregator in [Aggregator.sum, .mean] {
      checkGradients(of: [samples.matrix(10, 3)]) { tape, x in
        let context = StageContext(tape: tape, adjacency: adjacency).droppingEdges(0.4)
        return x[0].aggregated(over: context.adjacency, by: aggregator)
      }
    }
  }
}
