import CGasKernels
import GasBase
import MatrixSupport
import XCTest

@testable import GasAutodiff

/// Tapes of bfloat16 give what tapes of float32 give, but for rounding: 8 bits a number.
final class NarrowTapeTests: XCTestCase {
  private var samples = Samples(seed: 101)

  /// Rounding an operand changes it by up to 2⁻⁹ of itself; what layers make of many of them is off by as much as a
  /// whole, and single gradients by more.
  private static let tolerance = 0.01

  private typealias Operation = (Tape, Variable, Variable) -> Variable

  /// Each with X of 40 rows, 30 of them the batch's, and W, 24 × 18.
  private func operations(_ graph: SparseMatrix) -> [(name: String, isKeptNarrow: Bool, Operation)] {
    [
      ("sum", false, { _, x, _ in x.aggregated(over: graph) }),
      ("mean", false, { _, x, _ in x.aggregated(over: graph, by: .mean) }),
      ("sum as an operand", true, { _, x, _ in x.aggregated(over: graph, by: .sum, asOperand: true) }),
      ("max", false, { _, x, _ in x.aggregated(over: graph, by: .max) }),
      ("product", false, { _, x, w in x.product(w) }),
      ("product of own rows", false, { _, x, w in x.prefixRows(30).product(w) }),
      ("added product", false, { _, x, w in x.product(w, addedTo: x.product(w).scaled(by: 2)) }),
      ("own rows", true, { _, x, _ in x.prefixRows(30) }),
      ("dropout", true, { _, x, _ in x.dropout(0.4) }),
      ("relu", true, { _, x, w in x.product(w).relu(inPlace: true) }),
      ("elu", false, { _, x, w in x.product(w).elu(inPlace: true) }),
      ("kept", true, { _, x, w in x.product(w).kept() }),
      ("sums of bfloat16", false, { _, x, _ in x.prefixRows(30).adding(x.prefixRows(30).dropout(0.2)) }),
      ("bias and relu", true, { tape, x, w in self.layer(tape, x.product(w)) }),
      (
        "layer after layer", false,
        { tape, x, w in
          let y = x.aggregated(over: graph, by: .mean, asOperand: true).product(w, addedTo: nil, isLastUse: true)
          return self.layer(tape, y).dropout(0.3).product(tape.constant(self.second))
        }
      ),
    ]
  }

  private lazy var second = samples.matrix(18, 5)
  private lazy var bias = samples.matrix(1, 18)

  private func layer(_ tape: Tape, _ y: Variable) -> Variable {
    y.addingBias(tape.constant(bias), inPlace: true).relu(inPlace: true)
  }

  func testOperationsWithAndWithoutNarrowProducts() {
    let graph = samples.sparse(30, 40, greatest: 6, weighted: true)
    let rows = rounded(samples.matrix(40, 24))
    let weight = rounded(samples.matrix(24, 18))
    forEachInstructionSet {
      for (name, isKeptNarrow, operation) in operations(graph) {
        let expected = run(operation, rows, weight, .float32)
        let found = run(operation, rows, weight, .bfloat16)
        XCTAssertEqual(found.precision, isKeptNarrow ? .bfloat16 : .float32, name)
        XCTAssertEqual(expected.precision, .float32, name)
        assertNear(found, expected, "\(name), \(kernelsInUse)")
      }
    }
  }

  private func assertNear(_ found: Results, _ expected: Results, _ name: String, line: UInt = #line) {
    for (index, pair) in zip([found.value] + found.gradients, [expected.value] + expected.gradients).enumerated() {
      XCTAssertEqual(pair.0.count, pair.1.count, name, line: line)
      XCTAssertLessThan(relativeDistance(pair.0, pair.1), Self.tolerance, "\(name): part \(index)", line: line)
    }
    XCTAssertTrue(expected.value.contains { $0 != 0 }, "\(name): nothing to compare", line: line)
  }

  private struct Results: Equatable {
    var value: [Float]
    var gradients: [[Float]]
    var precision: Precision
  }

  /// Values and gradients of X's own rows and W; with `split` X's last rows lie elsewhere.
  private func run(
    _ operation: Operation, _ rows: Matrix, _ weight: Matrix, _ precision: Precision, threads: Int = 2,
    split: ((Tape) -> ScatteredRows)? = nil
  ) -> Results {
    let tape = Tape(
      arena: Arena(), parallel: Parallel(threadCount: threads), isTraining: true, seed: 3, step: 4,
      precision: precision)
    let own = split == nil ? tape.input(rows, gradientRows: 30) : tape.input(rows.rowRange(0..<30))
    let x = split.map { own.kept().appendingRows($0(tape)) } ?? own.kept()
    let w = tape.input(weight)
    let y = operation(tape, x, w)
    let precision = y.dense.precision
    let value = y.value.array
    var samples = Samples(seed: 82)
    tape.backward(from: y, gradient: samples.matrix(y.rows, y.columns))
    return Results(value: value, gradients: [own, w].map { $0.gradient?.array ?? [] }, precision: precision)
  }

  /// A product that a bias and an activation take over has the bits of one that was computed before; so has one that
  /// is read meanwhile, or gets two biases.
  func testProductsThatWaitHaveTheSameBits() {
    // More rows than sums over rows take at a time.
    let rows = rounded(samples.matrix(4000, 24))
    let weight = samples.matrix(24, 18)
    let products: [(String, Operation)] = [
      ("waits", { $1.product($2) }),
      ("waits, its weight is constant", { tape, x, _ in x.product(tape.constant(weight)) }),
      ("waits for a sum", { $1.product($2, addedTo: $1.product($2).scaled(by: 2)) }),
    ]
    forEachInstructionSet {
      for (name, product) in products {
        func run(_ operation: @escaping (Variable) -> Variable, threads: Int = 2) -> Results {
          self.run({ operation(product($0, $1, $2)) }, rows, weight, .bfloat16, threads: threads)
        }
        func read(_ y: Variable) -> Variable {
          XCTAssertEqual(y.value.rows, 4000)
          return y
        }
        func biased(_ y: Variable) -> Variable { y.addingBias(y.tape.constant(self.bias), inPlace: true) }
        /// With the bias's gradient behind the others.
        func trained(isRead: Bool) -> Results {
          var b: Variable?
          var results = run { y in
            b = y.tape.input(self.bias)
            let sum = (isRead ? read(y) : y).addingBias(b!, inPlace: true)
            return (isRead ? read(sum) : sum).relu(inPlace: true)
          }
          results.gradients.append(b?.gradient?.array ?? [])
          return results
        }
        let expected = run { read(biased(read($0))).relu(inPlace: true) }
        XCTAssertTrue(expected.value.contains { $0 != 0 } && expected.value.contains(0), name)
        XCTAssertEqual(run { biased($0).relu(inPlace: true) }, expected, name)
        XCTAssertEqual(trained(isRead: false), trained(isRead: true), name)
        XCTAssertEqual(run({ biased($0).relu(inPlace: true) }, threads: 1), expected, name)
        XCTAssertEqual(run({ biased($0).relu(inPlace: true) }, threads: 3), expected, name)
        XCTAssertEqual(run { biased($0).relu() }, expected, name)
        XCTAssertEqual(run { biased($0) }, run { biased(read($0)) }, name)
        XCTAssertEqual(run { biased(biased($0)) }, run { biased(read(biased(read($0)))) }, name)
        XCTAssertEqual(run { $0.relu(inPlace: true) }, run { read($0).relu(inPlace: true) }, name)
      }
    }
  }

  /// Scores of edges are a product that waits, and threads share the work that reads them.
  func testAttentionReadsProductsThatWait() {
    let graph = samples.sparse(4000, 4000, greatest: 20, weighted: false)
    let edges = rounded(samples.matrix(graph.entryCount, 3))
    let (rows, weight) = (rounded(samples.matrix(4000, 64)), samples.matrix(64, 4))
    let edgeWeight = samples.matrix(3, 4)
    let results = [1, 3].map { threads in
      run(
        { tape, x, w in
          let scores = x.product(w)
          return x.attended(
            over: graph, source: x.product(w), target: scores,
            edge: tape.constant(edges).product(tape.constant(edgeWeight)))
        }, rows, weight, .bfloat16, threads: threads)
    }
    XCTAssertEqual(results[0], results[1])
    XCTAssertTrue(results[0].gradients.allSatisfy { $0.contains { $0 != 0 } })
  }

  /// Halo rows behind the batch's, and halo rows in a history of either kind, give the same bits; so do threads.
  func testRowsElsewhereAndThreadsChangeNothing() {
    let graph = samples.sparse(30, 40, greatest: 6, weighted: true)
    let rows = rounded(samples.matrix(40, 24))
    let weight = samples.matrix(24, 18)
    let numbers: [UInt32] = (0..<10).map { UInt32(2 * ($0 ^ 1)) }
    let wide = Matrix(rows: 22, columns: 24, repeating: .nan)
    for (index, number) in numbers.enumerated() {
      wide.row(Int(number)).update(from: rows.row(30 + index), count: 24)
    }
    numbers.withUnsafeBufferPointer { numbers in
      let places: [(String, (Tape) -> ScatteredRows)] = [
        ("float32", { _ in ScatteredRows(rows.rowRange(30..<40)) }),
        ("bfloat16", { ScatteredRows(.bfloat16($0.narrowed(rows.rowRange(30..<40)))) }),
        ("float32, scattered", { _ in ScatteredRows(numbers, of: wide.base, columns: 24) }),
        ("bfloat16, scattered", { ScatteredRows(numbers, of: $0.narrowed(wide).base, columns: 24, .bfloat16) }),
      ]
      for (name, _, operation) in operations(graph) where name != "max" {
        let expected = run(operation, rows, weight, .bfloat16)
        XCTAssertEqual(run(operation, rows, weight, .bfloat16, threads: 1), expected, name)
        let parts = run(operation, rows, weight, .bfloat16, split: places[0].1)
        for (place, appended) in places {
          let found = run(operation, rows, weight, .bfloat16, split: appended)
          XCTAssertEqual(found.value, parts.value, "\(name), \(place)")
          // Where halo rows are multiplied, the parts' shares of the weights' gradient are added in another order.
          for (gradient, wanted) in zip(found.gradients, expected.gradients) {
            XCTAssertLessThan(relativeDistance(gradient, wanted), 1e-5, "\(name), \(place)")
          }
        }
        // Where the library multiplies, rows at the end of a matrix may be summed in another order than those before.
        if gas_has_bf16_products() {
          XCTAssertEqual(parts.value, expected.value, name)
        } else {
          XCTAssertLessThan(relativeDistance(parts.value, expected.value), 1e-5, name)
        }
      }
    }
  }

  /// Products that are split among threads, with parts that are summed.
  func testLargeProductsGiveTheSameBitsForAnyThreads() {
    let rows = rounded(samples.matrix(5000, 70))
    let weight = samples.matrix(70, 33)
    let results = [1, 2, 3].map { threads -> [[Float]] in
      let tape = Tape(
        arena: Arena(), parallel: Parallel(threadCount: threads), isTraining: true, precision: .bfloat16)
      let (x, w) = (tape.input(rows), tape.input(weight))
      let y = x.product(w)
      let value = y.value.array
      tape.backward(from: y, gradient: Matrix(rows: 5000, columns: 33, value))
      return [value, x.gradient!.array, w.gradient!.array]
    }
    XCTAssertEqual(results[1], results[0])
    XCTAssertEqual(results[2], results[0])
  }

  /// Rows with so many entries that they are summed in chunks.
  func testHubs() {
    let counts = [3, HubRows.leastEntries + 70, 0, 5]
    let columns = counts.map { count in (0..<count).map { _ in UInt32(samples.integer(below: 40)) } }
    let graph = SparseMatrix(rows: columns, columnCount: 40)
    // Small integers, whose sums are exact.
    let rows = Matrix(rows: 40, columns: 24, (0..<40 * 24).map { _ in Float(samples.integer(below: 3) - 1) })
    func sums(_ precision: Precision, asOperand: Bool) -> [Float] {
      let tape = Tape(arena: Arena(), parallel: Parallel(threadCount: 2), isTraining: false, precision: precision)
      return tape.constant(rows).kept().aggregated(over: graph, by: .sum, asOperand: asOperand).value.array
    }
    let expected = sums(.float32, asOperand: false)
    XCTAssertEqual(sums(.bfloat16, asOperand: false), expected)
    XCTAssertEqual(
      sums(.bfloat16, asOperand: true), expected.map { gas_reference_bf16_to_f32(gas_reference_f32_to_bf16($0)) })
  }

  /// The same numbers, rounded to bfloat16.
  private func rounded(_ matrix: Matrix) -> Matrix {
    Matrix(
      rows: matrix.rows, columns: matrix.columns,
      matrix.array.map { gas_reference_bf16_to_f32(gas_reference_f32_to_bf16($0)) })
  }
}
