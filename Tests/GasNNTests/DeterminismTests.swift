import GasBase
import MatrixSupport
import XCTest

@testable import GasAutodiff
@testable import GasNN

/// The same bits for any number of threads.
final class DeterminismTests: XCTestCase {
  private static let nodes = 3000
  private static let halo = 2500
  private static let features = 70

  private struct Batch {
    let adjacency: SparseMatrix
    let words: SparseMatrix
    let x: Matrix
    let pulled: Matrix
    let labels: [Int32]

    init(hidden: Int, weighted: Bool) {
      var samples = Samples(seed: 31)
      let columns = nodes + halo
      adjacency = samples.sparse(nodes, columns, greatest: 30, weighted: weighted)
      words = samples.sparse(columns, features, greatest: 20, weighted: true)
      x = samples.matrix(columns, features)
      pulled = samples.matrix(halo, hidden)
      labels = (0..<nodes).map { _ in Int32(samples.integer(below: 8)) - 1 }
    }
  }

  /// What one training step leaves behind: loss, output, gradients and the weights after the step.
  private func step(
    _ model: any GraphModel, _ batch: Batch, threads: Int, prepared: Bool, sparseFeatures: Bool
  ) -> [UInt32] {
    let parallel = Parallel(threadCount: threads)
    let tape = Tape(arena: Arena(), parallel: parallel, isTraining: true, seed: 5, step: 9)
    let context = StageContext(tape: tape, adjacency: prepared ? batch.adjacency.withTranspose : batch.adjacency)
    let words = prepared ? batch.words.withTranspose : batch.words
    let input = sparseFeatures ? tape.constant(words) : tape.constant(batch.x)
    let hidden = model.stages[0].forward(input, context)
    let output = model.stages[1].forward(hidden.appendingRows(batch.pulled), context)
    let loss = batch.labels.withUnsafeBufferPointer { output.crossEntropy(labels: $0) }
    tape.backward(from: loss)
    let norm = model.parameters.clipGradientNorm(to: 0.1)
    Adam(model.parameters, learningRate: 0.01, regularisedDecay: 0.1).step(parallel: parallel)
    return [loss.scalar.bitPattern, Float(norm).bitPattern] + output.value.bits
      + model.parameters.flatMap { $0.gradient.bits + $0.value.bits }
  }

  private func check(_ make: (inout SeededRandom) -> any GraphModel) {
    var random = SeededRandom(seed: 6)
    let (hidden, form) = { (model: any GraphModel) in (model.stages[0].width, model.graphForm) }(make(&random))
    let batch = Batch(hidden: hidden, weighted: form == .symmetric)
    for sparseFeatures in [false, true] {
      func run(threads: Int, prepared: Bool = false) -> [UInt32] {
        var random = SeededRandom(seed: 6)
        return step(make(&random), batch, threads: threads, prepared: prepared, sparseFeatures: sparseFeatures)
      }
      let serial = run(threads: 1)
      XCTAssertEqual(run(threads: 2), serial)
      XCTAssertEqual(run(threads: 3), serial)
      XCTAssertEqual(run(threads: 2, prepared: true), serial, "with transposed forms prepared by the loader")
    }
  }

  func testGCN() {
    check { GCN(StackShape(features: Self.features, hidden: 96, classes: 7), random: &$0) }
  }

  func testGraphSAGE() {
    check { GraphSAGE(StackShape(features: Self.features, hidden: 64, classes: 7), random: &$0) }
  }

  func testAggregators() {
    let batch = Batch(hidden: 8, weighted: true)
    for aggregator in Aggregator.allCases {
      func run(threads: Int, prepared: Bool = false) -> [UInt32] {
        let tape = Tape(arena: Arena(), parallel: Parallel(threadCount: threads), isTraining: true)
        let x = tape.input(batch.x, gradientRows: Self.nodes)
        let adjacency = prepared ? batch.adjacency.withTranspose : batch.adjacency
        let y = x.aggregated(over: adjacency, by: aggregator)
        tape.backward(from: y.sumOfSquares())
        return y.value.bits + x.gradient!.bits
      }
      let serial = run(threads: 1)
      XCTAssertEqual(run(threads: 2), serial, "\(aggregator)")
      XCTAssertEqual(run(threads: 5), serial, "\(aggregator)")
      XCTAssertEqual(run(threads: 2, prepared: true), serial, "\(aggregator)")
    }
  }

  /// Long and wide enough that each product is split.
  func testDenseProducts() {
    var samples = Samples(seed: 32)
    let (a, b, w) = (samples.matrix(1300, 600), samples.matrix(1300, 500), samples.matrix(600, 500))
    func products(threads: Int) -> [UInt32] {
      let parallel = Parallel(threadCount: threads)
      let arena = Arena()
      let c = arena.matrix(rows: 1300, columns: 500)
      DenseProduct.multiply(a, w, into: c, parallel: parallel)
      let back = arena.matrix(rows: 1300, columns: 600)
      DenseProduct.multiply(c, transposed: w, into: back, parallel: parallel)
      let wide = arena.matrix(rows: 600, columns: 500)
      DenseProduct.multiply(transposed: a, b, into: wide, arena: arena, parallel: parallel)
      let narrowA = Matrix(rows: 8000, columns: 90, base: a.base)
      let narrowB = Matrix(rows: 8000, columns: 75, base: b.base)
      let narrow = arena.matrix(rows: 90, columns: 75)
      DenseProduct.multiply(transposed: narrowA, narrowB, into: narrow, arena: arena, parallel: parallel)
      return c.bits + back.bits + wide.bits + narrow.bits
    }
    let serial = products(threads: 1)
    XCTAssertEqual(products(threads: 2), serial)
    XCTAssertEqual(products(threads: 3), serial)
  }
}
