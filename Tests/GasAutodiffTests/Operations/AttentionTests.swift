import CGasKernels
import GasBase
import MatrixSupport
import XCTest

@testable import GasAutodiff

final class AttentionTests: XCTestCase {
  private var samples = Samples(seed: 72)

  /// Numbers `spacing` apart around `offset`: chosen so that no sum of source, target and edge comes near the leaky
  /// relu's kink.
  private func grid(_ rows: Int, _ columns: Int, spacing: Float, offset: Float) -> Matrix {
    Matrix(
      rows: rows, columns: columns,
      (0..<rows * columns).map { _ in Float(samples.integer(below: 5) - 2) * spacing + offset })
  }

  /// Row 0 is empty, row 4 a hub, and some rows have a self-loop.
  func testGradients() {
    for weighted in [false, true] {
      for heads in [1, 3] {
        let graph = samples.sparse(5, 8, weighted: weighted)
        let inputs = [
          samples.matrix(8, heads * 4), grid(8, heads, spacing: 0.5, offset: 0.25),
          grid(5, heads, spacing: 0.5, offset: 0.02), grid(graph.entryCount, heads, spacing: 0.03, offset: 0),
        ]
        for adjacency in [graph, graph.withTranspose, graph.withUnnumberedTranspose] {
          checkGradients(of: Array(inputs.prefix(3))) {
            $1[0].attended(over: adjacency, source: $1[1], target: $1[2])
          }
          checkGradients(of: inputs, gradientRows: [0: 5, 1: 5]) {
            $1[0].attended(over: adjacency, source: $1[1], target: $1[2], edge: $1[3], slope: 0.4)
          }
          checkGradients(of: inputs) {
            $1[0].attended(over: adjacency, source: $1[1], target: $1[2], edge: $1[3], dropout: 0.3)
              .adding($1[0].attended(over: adjacency, source: $1[1], target: $1[2], edge: $1[3], dropout: 0.3))
          }
        }
      }
    }
  }

  /// Halo rows are constants, but the weights before them are not.
  func testGradientThroughWeights() {
    let graph = samples.sparse(5, 8, weighted: false)
    let halo = samples.matrix(3, 2)
    let inputs = [samples.matrix(5, 2), samples.matrix(2, 6), samples.matrix(3, 2), samples.matrix(3, 2)]
    checkGradients(of: inputs, step: 1 / 512) {
      let z = $1[0].appendingRows(halo).product($1[1])
      return z.attended(over: graph, source: z.headProducts($1[2]), target: z.prefixRows(5).headProducts($1[3]))
    }
  }

  func testKernelsAgainstReference() {
    for (heads, width) in [(1, 1), (1, 7), (8, 8), (2, 16), (3, 5), (1, 64), (11, 3), (2, 32)] {
      for hasEdges in [false, true] {
        let graph = samples.sparse(40, 60, greatest: 20, weighted: false)
        let (x, source) = (samples.matrix(60, heads * width), samples.matrix(60, heads))
        let (target, edge) = (samples.matrix(40, heads), samples.matrix(graph.entryCount, heads))
        let (alpha, y) = (samples.matrix(graph.entryCount, heads), samples.matrix(40, heads * width))
        gas_reference_attention(
          40, Int64(heads), Int64(width), graph.offsets, graph.columns, 0.2, source.base, target.base,
          hasEdges ? edge.base : nil, x.base, alpha.base, y.base)
        let tape = Tape(arena: Arena(), parallel: Parallel(threadCount: 2), isTraining: false)
        let actual = tape.constant(x).attended(
          over: graph, source: tape.constant(source), target: tape.constant(target),
          edge: hasEdges ? tape.constant(edge) : nil)
        assertClose(actual.value.array, y.array, tolerance: 2e-6, elementFloor: 0.1, "\(heads) heads of \(width)")
        XCTAssertEqual(actual.value.rowRange(0..<1).array, Array(repeating: 0, count: heads * width), "no neighbours")
      }
    }
  }

  /// With equal scores every coefficient of a row is 1 / count, so the result counts what is left.
  func testDropoutOfCoefficients() {
    let graph = SparseMatrix(rows: [Array(0..<4000)], columnCount: 4000)
    let ones = Matrix(rows: 4000, columns: 2, repeating: 1)
    func attended(_ tape: Tape) -> [Float] {
      let scores = tape.constant(Matrix(rows: 4000, columns: 2, repeating: 0))
      return tape.constant(ones).attended(over: graph, source: scores, target: scores.prefixRows(1), dropout: 0.6)
        .value.array
    }
    XCTAssertEqual(attended(Tape(arena: Arena(), isTraining: false))[0], 1, accuracy: 1e-4)
    var seen: Set<[Float]> = []
    for seed in [1, 2] as [UInt64] {
      for _ in 0..<2 {
        let sums = attended(Tape(arena: Arena(), isTraining: true, seed: seed))
        for sum in sums { XCTAssertEqual(sum, 1, accuracy: 4 * (0.6 / 0.4 / 4000).squareRoot()) }
        XCTAssertNotEqual(sums[0], sums[1], "each head drops its own")
        seen.insert(sums)
      }
    }
    XCTAssertEqual(seen.count, 2, "the same seed, the same choices")
  }

  func testSameBitsForAnyNumberOfThreads() {
    let graph = samples.sparse(2000, 3000, greatest: 30, weighted: false)
    let (x, scores) = (samples.matrix(3000, 64), samples.matrix(3000, 4))
    let edge = samples.matrix(graph.entryCount, 4)
    let dy = samples.matrix(2000, 64)
    func run(threads: Int) -> [UInt32] {
      let tape = Tape(arena: Arena(), parallel: Parallel(threadCount: threads), isTraining: true, seed: 3)
      let inputs = [x, scores, scores.rowRange(0..<2000), edge].map { tape.input($0) }
      let y = inputs[0].attended(
        over: graph, source: inputs[1], target: inputs[2], edge: inputs[3], dropout: 0.5)
      let vectors = tape.input(Matrix(rows: 4, columns: 16, base: x.base))
      let z = y.scaledHeads(by: y.headProducts(vectors))
      tape.backward(from: z, gradient: dy)
      return z.value.bits + (inputs + [vectors]).flatMap { $0.gradient!.bits }
    }
    let serial = run(threads: 1)
    XCTAssertEqual(run(threads: 2), serial)
    XCTAssertEqual(run(threads: 5), serial)
  }
}
