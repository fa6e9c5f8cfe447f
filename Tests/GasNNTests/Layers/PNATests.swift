import Foundation
import GasBase
import MatrixSupport
import XCTest

@testable import GasAutodiff
@testable import GasNN

final class PNATests: XCTestCase {
  private var samples = Samples(seed: 45)
  private var random = SeededRandom(seed: 46)

  func testScalers() {
    for degree in [0, 1, 5] {
      let logarithm = log(Double(degree) + 1)
      XCTAssertEqual(DegreeScaler.identity.factor(degree: degree, meanLogDegree: 1.5), 1)
      XCTAssertEqual(DegreeScaler.amplification.factor(degree: degree, meanLogDegree: 1.5), logarithm / 1.5)
      XCTAssertEqual(
        DegreeScaler.attenuation.factor(degree: degree, meanLogDegree: 1.5), 1.5 / max(logarithm, log(2)))
    }
    for scaler in DegreeScaler.allCases { XCTAssertEqual(scaler.factor(degree: 0, meanLogDegree: 0), 1) }
  }

  func testSparseFeaturesGiveTheSame() {
    let graph = samples.sparse(5, 8, weighted: true)
    let features = samples.sparse(8, 6, weighted: true)
    let layer = PNAConvolution("layer", inputs: 6, outputs: 4, meanLogDegree: 1.2, random: &random)
    XCTAssertEqual(layer.towers.count, 15 - 3)
    XCTAssertEqual(Set(layer.parameters.map(\.name)).count, 2 * 24 + 2)
    let results = [false, true].map { isSparse in
      let tape = Tape(arena: Arena(), isTraining: true)
      layer.parameters.zeroGradients()
      let x = isSparse ? tape.constant(features) : tape.constant(features).densified()
      let y = layer(x, in: StageContext(tape: tape, adjacency: graph))
      tape.backward(from: y.sumOfSquares())
      return [y.value.array] + layer.parameters.map(\.gradient.array)
    }
    for (sparse, dense) in zip(results[1], results[0]) {
      assertClose(sparse, dense, tolerance: 1e-4, elementFloor: 1)
    }
  }

  /// Only leading rows want a gradient: the batch's, in front of halo rows.
  func testGradients() {
    let graph = samples.sparse(5, 8, weighted: true)
    let layer = PNAConvolution(
      "layer", inputs: 3, outputs: 4, aggregators: [.mean, .max, .min], meanLogDegree: 1.2, random: &random)
    checkGradients(of: [samples.matrix(8, 3)], gradientRows: [0: 5], step: 1 / 2048, tolerance: 5e-3) { tape, inputs in
      layer(inputs[0], in: StageContext(tape: tape, adjacency: graph))
    }
  }

  func testGraphWithoutEdges() {
    let layer = PNAConvolution("layer", inputs: 3, outputs: 4, meanLogDegree: 0, random: &random)
    let tape = Tape(arena: Arena(), isTraining: false)
    let graph = SparseMatrix(rows: [[], []], columnCount: 2)
    let y = layer(tape.constant(samples.matrix(2, 3)), in: StageContext(tape: tape, adjacency: graph))
    XCTAssertTrue(y.value.elements.allSatisfy { $0.isFinite })
  }
}
