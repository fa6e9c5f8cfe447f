import GasBase
import MatrixSupport
import XCTest

@testable import GasAutodiff
@testable import GasNN

final class TrainingTests: XCTestCase {
  /// A run that is stopped, saved and taken up again by another optimiser ends with the same bits.
  func testAdamResumesFromItsState() {
    let straight = trained(resumingAfter: nil)
    XCTAssertEqual(trained(resumingAfter: 3), straight)
  }

  private func trained(resumingAfter stop: Int?) -> [UInt32] {
    var random = SeededRandom(seed: 2)
    var samples = Samples(seed: 61)
    let parameter = Parameter("weight", rows: 3, columns: 4, initialiser: .fanIn(3), random: &random)
    var adam = Adam([parameter], learningRate: 0.1, regularisedDecay: 0.01)
    for step in 0..<6 {
      if step == stop {
        let resumed = Adam([parameter], learningRate: 0.1, regularisedDecay: 0.01)
        for (new, old) in zip(resumed.state, adam.state) {
          XCTAssertEqual(new.name, old.name)
          new.matrix.copy(from: old.matrix)
        }
        resumed.stepCount = adam.stepCount
        adam = resumed
      }
      parameter.gradient.copy(from: samples.matrix(3, 4))
      adam.step()
    }
    XCTAssertEqual(adam.state.map(\.name), ["weight.adam-m", "weight.adam-v"])
    return parameter.value.bits
  }

  func testBackwardAddsToParameterGradients() {
    var random = SeededRandom(seed: 3)
    let parameter = Parameter("weight", rows: 2, columns: 2, initialiser: .fanIn(2), random: &random)
    func backward() {
      let tape = Tape(arena: Arena(), isTraining: true)
      tape.backward(from: tape.use(parameter).sumOfSquares())
    }
    backward()
    let once = parameter.gradient.array
    XCTAssertEqual(once, parameter.value.array.map { 2 * $0 })
    backward()
    XCTAssertEqual(parameter.gradient.array, once.map { 2 * $0 })
    [parameter].zeroGradients()
    XCTAssertEqual(parameter.gradient.array, [0, 0, 0, 0])
  }

  func testNothingIsRecordedOutsideTraining() {
    var random = SeededRandom(seed: 3)
    let parameter = Parameter("weight", rows: 2, columns: 2, initialiser: .fanIn(2), random: &random)
    let tape = Tape(arena: Arena(), isTraining: false)
    let y = tape.use(parameter).relu().sumOfSquares()
    XCTAssertFalse(y.requiresGradient)
    XCTAssertEqual(parameter.gradient.array, [0, 0, 0, 0])
  }
}
