import MatrixSupport
import XCTest

@testable import GasNN

/// What golden tests allow is small enough: a formula that is wrong by one hundredth in one place is found, and found
/// clearly, on every kernel.
final class GoldenSensitivityTests: GoldenTestCase {
  func testAlphaOfGCNII() throws { try assertNoticed("gcnii-", "alpha", GoldenLayers.gcnii) }
  func testThetaOfGCNII() throws { try assertNoticed("gcnii-", "theta", GoldenLayers.gcnii) }
  func testAlphaOfAPPNP() throws { try assertNoticed("appnp-", "alpha", steps: 10, GoldenLayers.propagation) }
  func testLearningRateOfAdam() throws { try assertNoticed("adam", "learningRate", GoldenOptimisers.adam) }
  func testWeightDecayOfAdam() throws { try assertNoticed("adam", "regularisedDecay", GoldenOptimisers.adam) }
  func testGreatestNorm() throws { try assertNoticed("clip", "greatest", GoldenOptimisers.clipping) }
  func testMomentumOfBatchNorm() throws { try assertNoticed("batchnorm", "momentum", GoldenLayers.batchNorm) }

  /// PNA's scalers divide by the mean log-degree; without scalers it plays no part.
  func testMeanLogDegreeOfPNA() throws {
    let scaled = try GoldenFile.names(startingWith: "pna-").filter { try GoldenFile($0).setting("scalers") > 1 }
    XCTAssertFalse(scaled.isEmpty)
    for name in scaled { try assertNoticed(name, "delta", steps: 3, GoldenLayers.pna) }
  }

  private func assertNoticed(
    _ prefix: String, _ setting: String, steps: Int = 1, line: UInt = #line,
    _ compute: (GoldenFile) throws -> [String: [Float]]
  ) throws {
    let names = try GoldenFile.names(startingWith: prefix)
    XCTAssertFalse(names.isEmpty, line: line)
    for name in names {
      var golden = try GoldenFile(name)
      golden.changedSettings[setting] = golden.setting(setting) * 1.01
      guard golden.setting(setting) != 0 else { continue }
      try forEachKernels {
        let greatest = try distances(golden, steps: steps, compute).values.max() ?? 0
        XCTAssertGreaterThan(greatest, 3, "\(name), \(setting) on \(kernelsInUse)", line: line)
      }
    }
  }
}
