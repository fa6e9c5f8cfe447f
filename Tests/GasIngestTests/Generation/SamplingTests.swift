import GasBase
import XCTest

@testable import GasGenerate

final class SamplingTests: XCTestCase {
  func testPermutationsArePermutations() {
    for count in Array(1...70) + [255, 256, 257, 5000] {
      let permutation = Permutation(count: count, seed: 3, stream: UInt64(count))
      let images = (0..<count).map { permutation[$0] }
      XCTAssertEqual(images.sorted(), Array(0..<count))
      for (value, image) in images.enumerated() { XCTAssertEqual(permutation.inverse(image), value) }
    }
  }

  func testPermutationsLookRandom() {
    let count = 10_000
    let permutation = Permutation(count: count, seed: 1, stream: 1)
    let other = Permutation(count: count, seed: 2, stream: 1)
    XCTAssertLessThan((0..<count).count { permutation[$0] == $0 }, 10)
    XCTAssertLessThan((0..<count).count { permutation[$0] == other[$0] }, 10)
    // Neighbours end up a third of the range apart on average.
    let distance = (1..<count).reduce(0) { $0 + abs(permutation[$1] - permutation[$1 - 1]) }
    XCTAssertEqual(Double(distance) / Double(count), Double(count) / 3, accuracy: Double(count) / 30)
  }

  func testAliasTablesFollowTheirWeights() {
    let weights = [1.0, 7, 0.5, 1.5, 30]
    let table = AliasTable(weights)
    var random = SeededRandom(seed: 2)
    var counts = [Int](repeating: 0, count: weights.count)
    for _ in 0..<200_000 { counts[table.draw(&random)] += 1 }
    for (count, weight) in zip(counts, weights) {
      XCTAssertEqual(Double(count) / 200_000, weight / 40, accuracy: 0.005)
    }
    let single = AliasTable([3])
    XCTAssertEqual(single.draw(&random), 0)
  }

  func testNormalNumbersAreNormal() {
    var random = SeededRandom(seed: 6)
    let values = (0..<100_000).map { _ in random.normal() }
    let mean = values.reduce(0, +) / 100_000
    XCTAssertEqual(mean, 0, accuracy: 0.02)
    XCTAssertEqual(values.reduce(0) { $0 + $1 * $1 } / 100_000, 1, accuracy: 0.02)
    XCTAssertEqual(Double(values.count { abs($0) < 1.96 }) / 100_000, 0.95, accuracy: 0.005)
    XCTAssertTrue(values.allSatisfy(\.isFinite))
  }
}
