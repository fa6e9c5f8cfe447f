import GasBase
import MatrixSupport
import XCTest

@testable import GasAutodiff

/// The batch's rows and the halo's in two places, against the same rows in one.
final class JoinedRowsTests: XCTestCase {
  private var samples = Samples(seed: 81)

  private typealias Operation = (Tape, Variable, Variable) -> Variable

  /// Each with X of 8 rows, 5 of them the batch's, and W.
  private func operations(_ graph: SparseMatrix) -> [(String, Operation)] {
    [
      ("sum", { _, x, _ in x.aggregated(over: graph) }),
      ("mean", { _, x, _ in x.aggregated(over: graph, by: .mean) }),
      ("max", { _, x, _ in x.aggregated(over: graph, by: .max) }),
      ("product", { _, x, w in x.product(w) }),
      ("product of own rows", { _, x, w in x.prefixRows(5).product(w) }),
      ("more rows than own", { _, x, _ in x.prefixRows(7) }),
      ("dropout", { _, x, _ in x.dropout(0.4) }),
      ("relu", { _, x, _ in x.relu() }),
      ("twice", { _, x, w in x.aggregated(over: graph).product(w).adding(x.prefixRows(5).product(w)) }),
      ("copied, then not", { _, x, _ in x.relu().aggregated(over: graph).adding(x.aggregated(over: graph)) }),
    ]
  }

  func testOperationsGiveWhatTheyGiveOnCopiedRows() {
    let graph = samples.sparse(5, 8, weighted: true)
    let (rows, weight) = (samples.matrix(8, 6), samples.matrix(6, 4))
    for (name, operation) in operations(graph) {
      let copied = run(operation, weight) { tape in
        let x = tape.input(rows, gradientRows: 5)
        return (x, x)
      }
      for appended in [ScatteredRows(rows.rowRange(5..<8)), scattered(rows.rowRange(5..<8))] {
        let joined = run(operation, weight) { tape in
          let own = tape.input(rows.rowRange(0..<5))
          return (own, own.appendingRows(appended))
        }
        XCTAssertEqual(joined.result, copied.result, name)
        XCTAssertEqual(joined.gradients.map(\.count), copied.gradients.map(\.count), name)
        for (found, expected) in zip(joined.gradients, copied.gradients) {
          assertClose(found, expected, tolerance: 1e-6, name)
        }
      }
    }
  }

  private let larger = Matrix(rows: 20, columns: 6, repeating: .nan)
  private let numbers = Buffer<UInt32>()

  /// The same rows among others, valid until the next call.
  private func scattered(_ rows: Matrix) -> ScatteredRows {
    let numbers = numbers.resized(to: rows.rows)
    for row in 0..<rows.rows {
      numbers[row] = [3, 4, 17][row]
      larger.row(Int(numbers[row])).update(from: rows.row(row), count: 6)
    }
    return ScatteredRows(UnsafeBufferPointer(numbers), of: larger.base, columns: 6)
  }

  func testGradients() {
    let graph = samples.sparse(5, 8, weighted: true)
    let halo = samples.matrix(3, 6)
    let inputs = [samples.matrix(5, 6), samples.matrix(6, 4)]
    checkGradients(of: inputs) { _, inputs in
      let x = inputs[0].appendingRows(halo)
      return x.product(inputs[1]).aggregated(over: graph).adding(x.prefixRows(5).product(inputs[1]))
    }
    checkGradients(of: inputs) { _, inputs in
      inputs[0].appendingRows(halo).dropout(0.3).aggregated(over: graph, by: .mean).product(inputs[1])
    }
  }

  private func run(
    _ operation: Operation, _ weight: Matrix, _ input: (Tape) -> (own: Variable, x: Variable)
  ) -> (result: [Float], gradients: [[Float]]) {
    let tape = Tape(arena: Arena(), parallel: Parallel(threadCount: 2), isTraining: true, seed: 3, step: 4)
    let ((own, x), w) = (input(tape), tape.input(weight))
    let y = operation(tape, x, w)
    let result = y.value.array
    var samples = Samples(seed: 82)
    tape.backward(from: y, gradient: samples.matrix(y.rows, y.columns))
    return (result, [own, w].map { $0.gradient?.array ?? [] })
  }
}
