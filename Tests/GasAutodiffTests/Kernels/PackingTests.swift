import CGasKernels
import MatrixSupport
import XCTest

/// Packed integers of every width, against the plain reader of single bits.
final class PackingTests: XCTestCase {
  private var samples = Samples(seed: 31)
  private static let counts = [0, 1, 2, 3, 4, 5, 127, 128, 129, 255, 256, 1000]

  private enum Kind: CaseIterable {
    case random, ascending, fewLarge, manyLarge, zeros, largest
  }

  private func numbers(_ count: Int, _ width: Int, _ kind: Kind) -> [UInt32] {
    let limit = 1 << width
    func mixed(_ share: Int) -> [UInt32] {
      (0..<count).map { _ in
        let isLarge = samples.integer(below: 100) < share
        return UInt32(samples.integer(below: isLarge ? limit : min(limit, 8)))
      }
    }
    switch kind {
    case .random: return mixed(100)
    case .ascending: return mixed(100).sorted()
    case .fewLarge: return mixed(5)
    case .manyLarge: return mixed(30)
    case .zeros: return Array(repeating: 0, count: count)
    case .largest: return Array(repeating: UInt32(limit - 1), count: count)
    }
  }

  private func pack(_ differences: [UInt32], _ width: Int) -> [UInt8] {
    let count = Int64(differences.count)
    return [UInt8](unsafeUninitializedCapacity: Int(gas_pack_limit(count)) + 1) { packed, size in
      size = Int(gas_pack(count, Int32(width), differences, packed.baseAddress!))
    }
  }

  private typealias Unpack = (Int64, Int32, Int64, UnsafePointer<UInt8>, UnsafeMutablePointer<UInt32>) -> Bool

  /// - Returns: the numbers, or `nil` if the bytes are not those of so many; fails where the memory behind them was
  ///   written.
  private func unpack(_ packed: [UInt8], _ count: Int, _ width: Int, _ kernel: Unpack) -> [UInt32]? {
    var x = [UInt32](repeating: 0xdead_beef, count: count + 64)
    guard kernel(Int64(count), Int32(width), Int64(packed.count), packed, &x) else { return nil }
    XCTAssertTrue(x[count...].allSatisfy { $0 == 0xdead_beef }, "\(count) numbers of \(width) bits")
    return Array(x[..<count])
  }

  private func forEachCase(_ body: (_ x: [UInt32], _ width: Int, _ label: String) -> Void) {
    for width in 0...32 {
      for kind in Kind.allCases {
        for count in Self.counts { body(numbers(count, width, kind), width, "\(count) \(kind) of \(width) bits") }
      }
    }
  }

  func testSumsUndoDifferences() {
    forEachInstructionSet {
      forEachCase { x, width, label in
        var differences = Array(repeating: UInt32(0), count: x.count)
        gas_differences(Int64(x.count), Int32(width), x, &differences)
        let expected = x.indices.map { ((x[$0] &- ($0 == 0 ? .max : x[$0 - 1]) &- 1) & Self.mask(width)) }
        XCTAssertEqual(differences, expected, label)
        var sums = Array(repeating: UInt32(0), count: x.count)
        gas_sums(Int64(x.count), Int32(width), differences, &sums)
        XCTAssertEqual(sums, x, label)
        differences.withUnsafeMutableBufferPointer {
          guard let base = $0.baseAddress else { return }
          gas_sums(Int64(x.count), Int32(width), base, base)
        }
        XCTAssertEqual(differences, x, "\(label), in place")
      }
    }
  }

  private static func mask(_ width: Int) -> UInt32 { UInt32(truncatingIfNeeded: (1 << width) - 1) }

  func testUnpackingEveryWidth() {
    forEachInstructionSet {
      forEachCase { x, width, label in
        // Differences of x, and x as differences: these are as wide as can be.
        var differences = Array(repeating: UInt32(0), count: x.count)
        gas_differences(Int64(x.count), Int32(width), x, &differences)
        let packed = pack(differences, width)
        XCTAssertEqual(unpack(packed, x.count, width, gas_unpack), x, label)
        XCTAssertEqual(unpack(packed, x.count, width, gas_reference_unpack), x, label)
        let wide = pack(x, width)
        var sums = Array(repeating: UInt32(0), count: x.count)
        gas_sums(Int64(x.count), Int32(width), x, &sums)
        XCTAssertEqual(unpack(wide, x.count, width, gas_unpack), sums, label)
        XCTAssertEqual(unpack(wide, x.count, width, gas_reference_unpack), sums, label)
      }
    }
  }

  /// Whatever the low width costs, no other would be shorter: all of them tried on one group.
  func testTheShortestWidthIsTaken() {
    forEachInstructionSet {
      for width in [7, 20, 32] {
        for kind in Kind.allCases {
          let differences = numbers(128, width, kind)
          let lengths = (0...width).map { low in
            let patches = differences.count { $0 > Self.mask(low) }
            return 2 + 16 * low + min(patches, 16) + (patches * (width - low) + 7) / 8
          }
          XCTAssertEqual(pack(differences, width).count, lengths.min(), "\(kind) of \(width) bits")
        }
      }
    }
  }

  /// Any byte may be anything: both readers say the same of it. Nothing behind the bytes is read into the result.
  func testDamagedBytes() {
    forEachInstructionSet {
      for (width, kind) in [(9, Kind.fewLarge), (20, .fewLarge), (20, .manyLarge), (32, .random), (32, .manyLarge)] {
        let count = 300
        let packed = pack(numbers(count, width, kind), width)
        for length in 0..<packed.count { XCTAssertNil(unpack(Array(packed[..<length]), count, width, gas_unpack)) }
        XCTAssertNil(unpack(packed + [0], count, width, gas_unpack))
        XCTAssertNil(unpack(packed, count + 128, width, gas_unpack))
        for place in packed.indices {
          for mask in [1, 0x80, 0xff] as [UInt8] {
            var damaged = packed
            damaged[place] ^= mask
            let expected = unpack(damaged, count, width, gas_reference_unpack)
            XCTAssertEqual(unpack(damaged, count, width, gas_unpack), expected, "\(kind), byte \(place) ^ \(mask)")
          }
        }
      }
    }
  }
}
