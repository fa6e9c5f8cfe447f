import GasBase
import XCTest

final class SeededRandomTests: XCTestCase {
  /// Computed by another program from the published recurrence: numbers must never change, or no run could be repeated.
  func testKnownNumbers() {
    let known: [(seed: UInt64, stream: UInt64, numbers: [UInt64])] = [
      (0, 0, [0x3cf1_1a8c_42ac_bfb8, 0xb89b_5d53_30b0_3b54, 0x3667_53a9_9bf5_b1ca]),
      (1, 0, [0x8c76_3a22_0dbc_a164, 0x2347_e882_9062_b17c, 0x4e50_4e74_dd05_7b7c]),
      (0, 1, [0xf150_0e90_0c69_760f, 0x481a_316f_0aba_6f86, 0x6bad_bb3e_30f7_b7e3]),
      (12345, 67, [0x1bf8_554c_d4ed_03b6, 0x488d_b41c_e907_3f06, 0xfd79_dcbc_9f50_2db9]),
      (.max, .max, [0x4ef5_f3cc_942f_2bd0, 0x1494_6aa1_b54a_e037, 0x508a_dc40_3d2a_553d]),
    ]
    for (seed, stream, numbers) in known {
      var random = SeededRandom(seed: seed, stream: stream)
      XCTAssertEqual(numbers.map { _ in random.next() }, numbers, "seed \(seed), stream \(stream)")
    }
  }

  func testKnownDraws() {
    var random = SeededRandom(seed: 42)
    XCTAssertEqual((0..<12).map { _ in random.below(10) }, [2, 7, 7, 6, 9, 1, 8, 5, 5, 1, 4, 4])
    random = SeededRandom(seed: 42)
    XCTAssertEqual([random.uniform(), random.uniform()], [0.23544327362780482, 0.7632120017303211])
    random = SeededRandom(seed: 7)
    var items = Array(0..<10)
    random.shuffle(&items)
    XCTAssertEqual(items, [8, 6, 0, 5, 2, 7, 1, 9, 3, 4])
  }

  /// Numbers of neighbouring seeds and streams agree in half of their bits, as unrelated numbers do.
  func testNeighbouringStreamsAreUnrelated() {
    func agreement(_ a: SeededRandom, _ b: SeededRandom) -> Double {
      var (a, b) = (a, b)
      let count = 2000
      let equalBits = (0..<count).reduce(0) { sum, _ in sum + 64 - (a.next() ^ b.next()).nonzeroBitCount }
      return Double(equalBits) / Double(64 * count)
    }
    for n in UInt64(0)..<20 {
      let pairs = [
        (SeededRandom(seed: n, stream: 0), SeededRandom(seed: n + 1, stream: 0)),
        (SeededRandom(seed: 5, stream: n), SeededRandom(seed: 5, stream: n + 1)),
        (SeededRandom(seed: n, stream: n + 1), SeededRandom(seed: n + 1, stream: n)),
      ]
      // 128 000 bits: a deviation of 0.01 is seven standard deviations.
      for (a, b) in pairs { XCTAssertEqual(agreement(a, b), 0.5, accuracy: 0.01) }
    }
  }

  func testAStreamDoesNotDependOnOthers() {
    var used = SeededRandom(seed: 3, stream: 1)
    _ = used.next()
    var fresh = SeededRandom(seed: 3, stream: 2)
    var again = SeededRandom(seed: 3, stream: 2)
    XCTAssertEqual(fresh.next(), again.next())
  }

  func testDrawsAreUniform() {
    var random = SeededRandom(seed: 9)
    var counts = [Int](repeating: 0, count: 10)
    for _ in 0..<20_000 {
      let value = random.uniform()
      XCTAssertTrue(value >= 0 && value < 1)
      counts[Int(value * 10)] += 1
      counts[random.below(10)] += 1
    }
    // 4000 expected, standard deviation 60.
    for count in counts { XCTAssertEqual(Double(count), 4000, accuracy: 300) }
    XCTAssertEqual(random.below(1), 0)
  }

  func testShufflesAreUniformPermutations() {
    var random = SeededRandom(seed: 11)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<6000 {
      var items = [0, 1, 2]
      random.shuffle(&items)
      counts[items, default: 0] += 1
    }
    XCTAssertEqual(counts.count, 6)
    for count in counts.values { XCTAssertEqual(Double(count), 1000, accuracy: 180) }
    var (none, one) = ([Int](), [5])
    random.shuffle(&none)
    random.shuffle(&one)
    XCTAssertEqual(none, [])
    XCTAssertEqual(one, [5])
  }
}
