import GasBase
import MatrixSupport
import XCTest

@testable import GasAutodiff

final class AggregationTests: XCTestCase {
  private var samples = Samples(seed: 3)

  /// The same matrix with what a data loader may have prepared of its transposed form.
  private func transposedWays(_ graph: SparseMatrix) -> [SparseMatrix] {
    [graph, graph.withTranspose, graph.withTranspose(columnCount: 5), graph.withUnnumberedTranspose]
  }

  func testGradients() {
    for weighted in [false, true] {
      for aggregator in [Aggregator.sum, .mean] {
        let graph = samples.sparse(5, 8, weighted: weighted)
        for adjacency in transposedWays(graph) {
          checkGradients(of: [samples.matrix(8, 3)]) { $1[0].aggregated(over: adjacency, by: aggregator) }
          checkGradients(of: [samples.matrix(8, 3)], gradientRows: [0: 5]) {
            $1[0].aggregated(over: adjacency, by: aggregator)
          }
        }
      }
    }
  }

  func testValues() {
    let graph = SparseMatrix(rows: [[], [0, 2], [1]], columnCount: 3, values: [2, 4, -1])
    let x = Matrix(rows: 3, columns: 2, [1, 2, 3, 4, 5, 6])
    let tape = Tape(arena: Arena(), isTraining: false)
    let value = tape.constant(x)
    XCTAssertEqual(value.aggregated(over: graph, by: .sum).value.array, [0, 0, 22, 28, -3, -4])
    XCTAssertEqual(value.aggregated(over: graph, by: .mean).value.array, [0, 0, 11, 14, -3, -4])
  }

  /// The step is small enough not to change which entry wins.
  func testGradientsOfExtrema() {
    for weighted in [false, true] {
      for aggregator in [Aggregator.max, .min] {
        let graph = samples.sparse(5, 8, weighted: weighted)
        for adjacency in transposedWays(graph) {
          let inputs = [samples.matrix(8, 3)]
          checkGradients(of: inputs, step: 1 / 2048) { $1[0].aggregated(over: adjacency, by: aggregator) }
          checkGradients(of: inputs, gradientRows: [0: 5], step: 1 / 2048) {
            $1[0].aggregated(over: adjacency, by: aggregator).adding($1[0].prefixRows(5))
          }
          checkGradients(of: inputs, gradientRows: [0: 5], step: 1 / 2048) {
            $1[0].prefixRows(5).adding($1[0].aggregated(over: adjacency, by: aggregator))
          }
        }
      }
    }
  }

  func testGradientsOfDeviation() {
    for weighted in [false, true] {
      let graph = samples.sparse(5, 8, weighted: weighted)
      // The same for all: where two messages are nearly equal, a deviation has a kink that differences step over.
      let inputs = [samples.matrix(8, 3)]
      for adjacency in transposedWays(graph) {
        checkGradients(of: inputs, step: 1 / 256) { $1[0].aggregated(over: adjacency, by: .std) }
        checkGradients(of: inputs, gradientRows: [0: 5], step: 1 / 256) {
          $1[0].aggregated(over: adjacency, by: .std)
        }
      }
    }
  }

  func testExtremaAndDeviation() {
    let graph = SparseMatrix(rows: [[], [0, 2], [1]], columnCount: 3, values: [2, 4, -1])
    let tape = Tape(arena: Arena(), isTraining: false)
    let value = tape.constant(Matrix(rows: 3, columns: 2, [1, -2, 3, 4, 5, -6]))
    XCTAssertEqual(value.aggregated(over: graph, by: .max).value.array, [0, 0, 20, -4, -3, -4])
    XCTAssertEqual(value.aggregated(over: graph, by: .min).value.array, [0, 0, 2, -24, -3, -4])
    XCTAssertEqual(value.aggregated(over: graph, by: .std).value.array, [0, 0, 9, 10, 0, 0])
  }

  /// All of dY goes to the first of the entries that attain the extremum, also where the same neighbour is listed
  /// twice.
  func testTiesGoToTheFirst() throws {
    let graph = SparseMatrix(rows: [[0, 1, 2], [2, 2]], columnCount: 3, values: [1, 1, 2, 1, 1])
    for aggregator in [Aggregator.max, .min] {
      let tape = Tape(arena: Arena(), isTraining: true)
      let x = tape.input(Matrix(rows: 3, columns: 1, [4, 4, 2]))
      let y = x.aggregated(over: graph, by: aggregator)
      XCTAssertEqual(y.value.array, [4, 2])
      tape.backward(from: y, gradient: Matrix(rows: 2, columns: 1, [3, 5]))
      XCTAssertEqual(try XCTUnwrap(x.gradient).array, [3, 0, 5])
    }
  }

  /// A diverging run is to show, so no-numbers are not passed over.
  func testExtremaKeepWhatIsNoNumber() {
    let graph = SparseMatrix(rows: [[0, 1, 2], [1, 0], [0, 2]], columnCount: 3)
    let tape = Tape(arena: Arena(), isTraining: false)
    let x = tape.constant(Matrix(rows: 3, columns: 1, [1, .nan, 2]))
    for aggregator in [Aggregator.max, .min] {
      XCTAssertEqual(x.aggregated(over: graph, by: aggregator).value.array.map(\.isNaN), [true, true, false])
    }
  }

  func testGradientOfIsolatedNodesIsZero() {
    let graph = SparseMatrix(rows: [[1], [0], []], columnCount: 3)
    let x = samples.matrix(3, 2)
    let tape = Tape(arena: Arena(), isTraining: true)
    let input = tape.input(x)
    tape.backward(from: input.aggregated(over: graph).sumOfSquares())
    XCTAssertEqual(input.gradient?[2, 0], 0)
    XCTAssertEqual(input.gradient?[2, 1], 0)
  }

  func testPrefixAndHaloRows() {
    let graph = samples.sparse(4, 7, weighted: true)
    let halo = samples.matrix(3, 2)
    checkGradients(of: [samples.matrix(4, 2)]) { tape, inputs in
      let x = inputs[0].appendingRows(halo)
      XCTAssertEqual(x.gradientRows, 4)
      return x.aggregated(over: graph).adding(x.prefixRows(4))
    }
  }

  func testHaloOfNoRows() {
    let graph = samples.sparse(4, 4, weighted: false)
    checkGradients(of: [samples.matrix(4, 2)]) { _, inputs in
      inputs[0].appendingRows(Matrix(rows: 0, columns: 2, repeating: 0)).aggregated(over: graph, by: .mean)
    }
  }

  func testPrefixRows() {
    checkGradients(of: [samples.matrix(6, 2)]) { $1[0].prefixRows(2) }
    checkGradients(of: [samples.matrix(6, 2)], gradientRows: [0: 3]) {
      $1[0].prefixRows(5).adding($1[0].prefixRows(5).scaled(by: 2))
    }
    let graph = samples.sparse(4, 6, weighted: false)
    checkGradients(of: [samples.matrix(6, 2)]) {
      $1[0].prefixRows(4).adding($1[0].aggregated(over: graph))
    }
    checkGradients(of: [samples.matrix(6, 2)]) {
      $1[0].aggregated(over: graph).adding($1[0].prefixRows(4))
    }
  }

  func testPrefixOfSparseFeatures() {
    let features = samples.sparse(6, 5, weighted: true)
    for matrix in [features, features.withTranspose] {
      checkGradients(of: [samples.matrix(5, 2)]) { tape, inputs in
        let all = tape.constant(matrix)
        return all.prefixRows(4).product(inputs[0]).adding(all.product(inputs[0]).prefixRows(4))
      }
    }
  }

  func testColumns() {
    let inputs = [samples.matrix(3, 2), samples.matrix(3, 1), samples.matrix(3, 4)]
    checkGradients(of: inputs) { $0.concatenateColumns($1) }
    checkGradients(of: inputs, gradientRows: [1: 2]) {
      $0.concatenateColumns([$1[0], $1[1], $1[2], $1[0]]).scaled(by: 2)
    }
    let tape = Tape(arena: Arena(), isTraining: false)
    let side = tape.concatenateColumns(inputs.map { tape.constant($0) }).value
    XCTAssertEqual(side[1, 2], inputs[1][1, 0])
    XCTAssertEqual(side[2, 6], inputs[2][2, 3])
  }

  func testRowNormalisation() {
    checkGradients(of: [samples.matrix(5, 4)]) { $1[0].normalisedRows() }
    let tape = Tape(arena: Arena(), isTraining: true)
    let zero = tape.input(Matrix(rows: 1, columns: 3, repeating: 0))
    XCTAssertEqual(zero.normalisedRows().value.array, [0, 0, 0])
  }

  func testDensify() {
    let features = SparseMatrix(rows: [[2, 2], []], columnCount: 3, values: [1.5, 2])
    let tape = Tape(arena: Arena(), isTraining: false)
    XCTAssertEqual(tape.constant(features).densified().value.array, [0, 0, 3.5, 0, 0, 0])
  }
}
