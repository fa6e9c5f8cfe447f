import GasBase
import MatrixSupport
import XCTest

@testable import GasNN

/// Tests against golden tensors, each on every kernel that this machine can execute (`forEachKernels`).
///
/// Golden tensors were computed in float64. What float32 may differ by is not a constant: a sum of n terms is off by up
/// to n·ε·Σ|terms| (ε = 2⁻²⁴, Higham, *Accuracy and Stability of Numerical Algorithms*, section 4.2), in whatever order
/// a BLAS adds them, and what follows makes that larger or smaller. A sum that is off by n·ε·Σ|terms| is the exact sum
/// of terms that are each off by n·ε. So the computation is repeated a few times on inputs of which each number is off
/// by up to n·ε of itself, and what comes out differently tells how far rounding may lead. A correct kernel stays
/// within twice that; a wrong formula is off by far more (GoldenSensitivityTests).
class GoldenTestCase: XCTestCase {
  private static let repetitions = 6

  /// Demands that `compute` makes of a golden file's inputs what the file says.
  ///
  /// `steps` is how often the longest sum comes after itself. `compute` gives results by the names of their tensors.
  func assertGolden(
    _ name: String, steps: Int = 1, file: StaticString = #filePath, line: UInt = #line,
    _ compute: (GoldenFile) throws -> [String: [Float]]
  ) throws {
    for (tensor, distance) in try distances(GoldenFile(name), steps: steps, compute) {
      XCTAssertLessThanOrEqual(
        distance, 1, "\(name) \(tensor) on \(kernelsInUse)", file: file, line: line)
    }
  }

  /// How far each result is from its golden tensor, as a multiple of what rounding can explain; infinite for another
  /// shape.
  func distances(
    _ golden: GoldenFile, steps: Int = 1, _ compute: (GoldenFile) throws -> [String: [Float]]
  ) throws -> [String: Double] {
    let actual = try compute(golden)
    let terms = Double(steps * golden.longestSum) * 0x1p-24
    let others = try (1...Self.repetitions).map { try compute(golden.perturbed(by: terms, seed: UInt64($0))) }
    return try actual.reduce(into: [:]) { distances, result in
      let (tensor, values) = result
      let expected = try XCTUnwrap(golden.expected(tensor), "no tensor \(tensor)")
      guard values.count == expected.count else {
        distances[tensor] = .infinity
        return
      }
      let allowed = Self.allowed(values, others.map { $0[tensor]! }, expected, terms)
      distances[tensor] = zip(zip(values, expected), allowed).reduce(0) { greatest, pair in
        let distance = abs(Double(pair.0.0) - pair.0.1)
        return distance.isFinite ? max(greatest, distance / pair.1) : .infinity
      }
    }
  }

  /// For each element twice the greatest change, and twice the typical one of the tensor, since few repetitions may
  /// leave an element nearly as it was by chance; and what rounding the result itself takes.
  private static func allowed(_ values: [Float], _ others: [[Float]], _ expected: [Double], _ terms: Double) -> [Double]
  {
    let changes = values.indices.map { index in
      others.reduce(0) { max($0, abs(Double($1[index]) - Double(values[index]))) }
    }
    let typical = (changes.reduce(0) { $0 + $1 * $1 } / Double(max(1, changes.count))).squareRoot()
    return zip(changes, expected).map { 2 * ($0 + typical) + terms * abs($1) + 1e-30 }
  }
}
