import CGasKernels
import MatrixSupport
import XCTest

@testable import GasAutodiff

/// Number formats, gathers and byte planes, exhaustively where that is possible. Conversions run over long arrays and
/// number by number, since a processor's own instructions may take full vectors only.
final class ConversionTests: XCTestCase {
  private var samples = Samples(seed: 22)

  /// Every 16-bit pattern, one after the other and so through the vector and the remainder paths.
  private let patterns = (0...UInt16.max).map { $0 }

  func testWideningOfEveryBinary16() {
    forEachInstructionSet {
      let wide = widened(patterns, gas_f16_to_f32) + patterns.flatMap { widened([$0], gas_f16_to_f32) }
      for (pattern, x) in zip(patterns + patterns, wide) {
        XCTAssertTrue(same(x, gas_reference_f16_to_f32(pattern)), "\(pattern) became \(x)")
      }
    }
  }

  func testWideningOfEveryBfloat16() {
    forEachInstructionSet {
      let wide = widened(patterns, gas_bf16_to_f32)
      for (pattern, x) in zip(patterns, wide) {
        XCTAssertTrue(same(x, gas_reference_bf16_to_f32(pattern)), "\(pattern) became \(x)")
      }
    }
  }

  /// Off by at most half a step; the greatest number and zeros come back as they were.
  func testRowsOfScaledBytes() {
    forEachInstructionSet {
      for width in [1, 3, 8, 31, 64, 257] {
        let rows = 9
        var x = samples.numbers(rows * width, in: -3...3)
        for place in 0..<width { x[place] = 0 }
        for place in width..<2 * width { x[place] = x[place] * 1e-38 * 1e-4 }
        for place in 2 * width..<3 * width { x[place] *= 1e37 }
        let back = scaledBytes(x, rows, width)
        for row in 0..<rows {
          let (found, wanted) = (back[row * width..<(row + 1) * width], x[row * width..<(row + 1) * width])
          let greatest = wanted.map(abs).max()!
          let step = max(greatest / 127, .leastNonzeroMagnitude)
          for (a, b) in zip(found, wanted) {
            XCTAssertLessThanOrEqual(abs(a - b), 0.5001 * step + 1.5e-36, "row \(row)")
            if b == 0 { XCTAssertEqual(a, 0) }
          }
          if row > 2 { XCTAssertEqual(found.map(abs).max()!, greatest, accuracy: 1e-6 * greatest) }
        }
      }
    }
  }

  func testScaledBytesKeepThatThereIsNoNumber() {
    forEachInstructionSet {
      for bad in [Float.nan, .infinity, -.infinity] {
        for place in [0, 5, 15] {
          var x = samples.numbers(32)
          x[place] = bad
          let back = scaledBytes(x, 2, 16)
          XCTAssertTrue(back[..<16].allSatisfy { !$0.isFinite }, "\(bad) at \(place)")
          XCTAssertTrue(back[16...].allSatisfy { $0.isFinite })
          var bytes = [UInt8](repeating: 0, count: 2 * (16 + 4))
          gas_f32_to_scaled_i8(2, 16, x, &bytes)
          let narrow = narrowed(32) { gas_scaled_i8_to_bf16(2, 16, bytes, $0) }
          XCTAssertEqual(narrow.map { gas_reference_bf16_to_f32($0).isFinite }, back.map(\.isFinite))
        }
      }
    }
  }

  private func scaledBytes(_ x: [Float], _ rows: Int, _ width: Int) -> [Float] {
    var bytes = [UInt8](repeating: 0xee, count: rows * (width + 4))
    gas_f32_to_scaled_i8(Int64(rows), Int64(width), x, &bytes)
    var back = [Float](repeating: .nan, count: rows * width)
    gas_scaled_i8_to_f32(Int64(rows), Int64(width), bytes, &back)
    return back
  }

  func testNarrowingToBinary16() {
    forEachInstructionSet {
      checkNarrowing(gas_f32_to_f16, gas_reference_f32_to_f16, back: gas_reference_f16_to_f32)
    }
  }

  func testNarrowingToBfloat16() {
    forEachInstructionSet {
      checkNarrowing(gas_f32_to_bf16, gas_reference_f32_to_bf16, back: gas_reference_bf16_to_f32)
    }
  }

  /// Tries every number of the format, the midpoints to the next, the floats beside those, and random bit patterns.
  private func checkNarrowing(
    _ kernel: (Int64, UnsafePointer<Float>, UnsafeMutablePointer<UInt16>) -> Void, _ oracle: (Float) -> UInt16,
    back: (UInt16) -> Float
  ) {
    var numbers: [Float] = [
      .infinity, -.infinity, .nan, -.nan, Float(bitPattern: 0x7f80_0001), 65504, 65519, 65520, 65536,
    ]
    numbers += [.greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, .leastNormalMagnitude]
    for pattern in patterns.dropLast() {
      let exact = back(pattern)
      let middle = Float((Double(exact) + Double(back(pattern + 1))) / 2)
      numbers += [exact, middle, middle.nextUp, middle.nextDown]
    }
    for _ in 0..<100_000 { numbers.append(Float(bitPattern: UInt32(samples.integer(below: 1 << 32)))) }
    var narrow = Array(repeating: UInt16(0), count: 2 * numbers.count)
    kernel(Int64(numbers.count), numbers, &narrow)
    narrow.withUnsafeMutableBufferPointer { narrow in
      for (index, x) in numbers.enumerated() { kernel(1, [x], narrow.baseAddress! + numbers.count + index) }
    }
    for (x, pattern) in zip(numbers + numbers, narrow) {
      if x.isNaN {
        XCTAssertTrue(back(pattern).isNaN, "\(x.bitPattern) became \(back(pattern))")
      } else if pattern != oracle(x) {
        XCTFail("\(x) became \(back(pattern)), not \(back(oracle(x)))")
      }
    }
  }

  func testGathers() {
    forEachInstructionSet {
      for width in [1, 2, 3, 7, 8, 16, 33, 64, 100] {
        let rows = (0..<50).map { _ in UInt32(samples.integer(below: 20)) }
        let source = samples.matrix(20, width)
        let expected = Matrix(rows: 50, columns: width, repeating: 9)
        gas_reference_gather_f32(50, rows, Int64(width), source.base, expected.base)
        let gathered = Matrix(rows: 50, columns: width, repeating: 9)
        gas_gather_f32(50, rows, Int64(width), source.base, gathered.base)
        XCTAssertEqual(gathered.array, expected.array)
        checkNarrowGather(source, rows, gas_f32_to_f16, gas_f16_to_f32, gas_gather_f16)
        checkNarrowGather(source, rows, gas_f32_to_bf16, gas_bf16_to_f32, gas_gather_bf16)
        checkScaledGather(source, rows)
      }
    }
  }

  private func checkScaledGather(_ source: Matrix, _ rows: [UInt32]) {
    let width = Int64(source.columns)
    var scaled = [UInt8](repeating: 0, count: source.rows * (source.columns + MemoryLayout<Float>.size))
    gas_f32_to_scaled_i8(Int64(source.rows), width, source.base, &scaled)
    let rounded = Matrix(rows: source.rows, columns: source.columns, repeating: 9)
    gas_scaled_i8_to_f32(Int64(source.rows), width, scaled, rounded.base)
    let expected = Matrix(rows: rows.count, columns: source.columns, repeating: 9)
    gas_reference_gather_f32(Int64(rows.count), rows, width, rounded.base, expected.base)
    let gathered = Matrix(rows: rows.count, columns: source.columns, repeating: 9)
    gas_gather_scaled_i8(Int64(rows.count), rows, width, scaled, gathered.base)
    XCTAssertEqual(gathered.array, expected.array)
    // Straight to bfloat16 is what it is by way of float32.
    XCTAssertEqual(
      narrowed(source.count) { gas_scaled_i8_to_bf16(Int64(source.rows), width, scaled, $0) },
      narrowed(source.count) { gas_f32_to_bf16(Int64(source.count), rounded.base, $0) })
    XCTAssertEqual(
      narrowed(expected.count) { gas_gather_scaled_i8_to_bf16(Int64(rows.count), rows, width, scaled, $0) },
      narrowed(expected.count) { gas_f32_to_bf16(Int64(expected.count), expected.base, $0) })
  }

  private func narrowed(_ count: Int, _ write: (UnsafeMutablePointer<UInt16>) -> Void) -> [UInt16] {
    // One more, which nothing may write.
    var numbers = [UInt16](repeating: 0xeeee, count: count + 1)
    write(&numbers)
    XCTAssertEqual(numbers.popLast(), 0xeeee)
    return numbers
  }

  private func checkNarrowGather(
    _ source: Matrix, _ rows: [UInt32], _ narrow: (Int64, UnsafePointer<Float>, UnsafeMutablePointer<UInt16>) -> Void,
    _ widen: (Int64, UnsafePointer<UInt16>, UnsafeMutablePointer<Float>) -> Void,
    _ gather: (Int64, UnsafePointer<UInt32>, Int64, UnsafePointer<UInt16>, UnsafeMutablePointer<Float>) -> Void
  ) {
    var halves = Array(repeating: UInt16(0), count: source.count)
    narrow(Int64(source.count), source.base, &halves)
    let rounded = Matrix(rows: source.rows, columns: source.columns, widened(halves, widen))
    let expected = Matrix(rows: rows.count, columns: source.columns, repeating: 9)
    gas_reference_gather_f32(Int64(rows.count), rows, Int64(source.columns), rounded.base, expected.base)
    let gathered = Matrix(rows: rows.count, columns: source.columns, repeating: 9)
    gather(Int64(rows.count), rows, Int64(source.columns), halves, gathered.base)
    XCTAssertEqual(gathered.array, expected.array)
  }

  func testBytePlanes() {
    forEachInstructionSet {
      for bytes in [1, 2, 4, 8] {
        for count in [0, 1, 15, 16, 17, 63, 64, 100, 1000] {
          let elements = (0..<count * bytes).map { _ in UInt8(samples.integer(below: 256)) }
          var planes = Array(repeating: UInt8(0), count: elements.count)
          gas_shuffle(Int64(count), Int64(bytes), elements, &planes)
          let expected = (0..<bytes).flatMap { byte in (0..<count).map { elements[$0 * bytes + byte] } }
          XCTAssertEqual(planes, expected, "\(count) elements of \(bytes) bytes")
          var back = Array(repeating: UInt8(0), count: elements.count)
          gas_unshuffle(Int64(count), Int64(bytes), planes, &back)
          XCTAssertEqual(back, elements)
        }
      }
    }
  }

  private func widened(
    _ halves: [UInt16], _ kernel: (Int64, UnsafePointer<UInt16>, UnsafeMutablePointer<Float>) -> Void
  ) -> [Float] {
    var wide = Array(repeating: Float(0), count: halves.count)
    kernel(Int64(halves.count), halves, &wide)
    return wide
  }

  private func same(_ a: Float, _ b: Float) -> Bool {
    a.isNaN ? b.isNaN : a.bitPattern == b.bitPattern
  }
}
