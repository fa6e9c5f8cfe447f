import TestSupport
import XCTest

@testable import GasBase

/// Bisection, ranks in a bitmap, quantiles, rounding, chunks and digits, beside the plainest way to the same answer.
final class SmallMachineTests: XCTestCase {
  private func numbers(below limit: Int) -> (inout SeededRandom) -> [Int] {
    { random in (0..<random.below(40)).map { _ in random.below(limit) } }
  }

  private func check(_ seed: UInt64, below limit: Int, _ holds: ([Int]) -> String?, line: UInt = #line) {
    let found = Property.counterexample(
      among: 300, seed: seed, draw: numbers(below: limit), smaller: Property.shorter, holds: holds)
    if let found { XCTFail("\(found.value): \(found.problem)", line: line) }
  }

  func testBisection() {
    check(1, below: 20) { drawn in
      let sorted = drawn.sorted()
      for wanted in -1...20 {
        let place = sorted.indices.partitioningIndex { sorted[$0] >= wanted }
        let plain = sorted.firstIndex { $0 >= wanted } ?? sorted.count
        if place != plain { return "\(wanted) at \(place) instead of \(plain)" }
      }
      return nil
    }
    XCTAssertEqual((5..<5).partitioningIndex { _ in true }, 5)
    XCTAssertEqual((5..<9).partitioningIndex { _ in false }, 9)
  }

  func testRanks() {
    check(2, below: 300) { drawn in
      let words = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: RankBitmap.wordCount(limit: 300))
      let ranks = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: words.count)
      defer {
        words.deallocate()
        ranks.deallocate()
      }
      words.initialize(repeating: 0)
      ranks.initialize(repeating: .max)
      let bitmap = RankBitmap(words: words, ranks: ranks)
      drawn.forEach(bitmap.insert)
      var seen: [Int] = []
      let count = bitmap.seal { seen.append($0) }
      let plain = Set(drawn).sorted()
      if seen != plain || count != plain.count { return "\(seen) instead of \(plain)" }
      for (rank, number) in plain.enumerated() where bitmap.rank(of: number) != rank {
        return "\(number) has rank \(bitmap.rank(of: number)) instead of \(rank)"
      }
      drawn.forEach(bitmap.clearWord)
      return words.allSatisfy { $0 == 0 } ? nil : "not cleared"
    }
  }

  func testQuantiles() {
    check(3, below: 9) { drawn in
      let sorted = drawn.sorted()
      let counts = Dictionary(grouping: sorted) { $0 }.map { (value: $0.key, count: $0.value.count) }
      let quantiles = Quantiles(counts.sorted { $0.value < $1.value }, total: sorted.count)
      guard let least = sorted.first, let greatest = sorted.last else {
        return quantiles.least == 0 && quantiles[0.5] == 0 && quantiles.greatest == 0 ? nil : "of nothing"
      }
      if quantiles.least != least || quantiles.greatest != greatest { return "least or greatest" }
      for share in [0.1, 0.5, 0.9, 1] {
        let plain = sorted[Int((share * Double(sorted.count)).rounded(.up)) - 1]
        if quantiles[share] != plain { return "\(share): \(quantiles[share]) instead of \(plain)" }
      }
      return nil
    }
  }

  func testRoundingUpAndChunks() {
    check(5, below: 60) { drawn in
      for (value, unit) in zip(drawn, drawn.dropFirst().map { $0 + 1 }) {
        let plain = (0...).first { $0 * unit >= value }!
        if dividedUp(value, by: unit) != plain { return "\(value) / \(unit) is \(dividedUp(value, by: unit))" }
        if roundedUp(value, to: unit) != plain * unit { return "\(value) to \(unit): \(roundedUp(value, to: unit))" }
        let chunks = Array((value..<2 * value).chunks(ofCount: unit))
        let isWhole = chunks.first?.lowerBound ?? value == value && chunks.last?.upperBound ?? value == 2 * value
        let areJoined = zip(chunks, chunks.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound }
        let areFull = chunks.dropLast().allSatisfy { $0.count == unit } && chunks.allSatisfy { 1...unit ~= $0.count }
        guard chunks.count == plain, isWhole, areJoined, areFull else { return "\(value) by \(unit): \(chunks)" }
      }
      return nil
    }
  }

  func testDigits() {
    XCTAssertEqual(UInt16(0xab).hexadecimal, "00ab")
    XCTAssertEqual(UInt32.max.hexadecimal, "ffffffff")
    XCTAssertEqual(UInt64(0).hexadecimal, "0000000000000000")
  }

  func testCounterexamplesAreMadeSmall() throws {
    let found = Property.counterexample(
      seed: 4, draw: numbers(below: 100), smaller: Property.shorter,
      holds: { list in list.contains { $0 > 90 } ? "has \(list.first { $0 > 90 }!)" : nil })
    XCTAssertEqual(try XCTUnwrap(found).value.count, 1)
  }
}
