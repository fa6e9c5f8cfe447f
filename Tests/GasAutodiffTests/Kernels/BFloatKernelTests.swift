import CGasKernels
import GasBase
import MatrixSupport
import XCTest

@testable import GasAutodiff

/// The kernels for bfloat16 against their oracles, and against the kernels for float32 where both must agree.
final class BFloatKernelTests: XCTestCase {
  private var samples = Samples(seed: 91)

  // MARK: Dense products

  /// Every shape around the edges of tiles, and depths beyond a packed block.
  func testProducts() throws {
    try forEachProducts { checkAllProducts() }
  }

  private func checkAllProducts() {
    let sizes = [0, 1, 2, 6, 7, 16, 17, 31, 64, 65, 130]
    for rows in sizes {
      for depth in sizes {
        for width in sizes { checkProducts(rows, depth, width) }
      }
    }
    for (rows, depth, width) in [
      (250, 513, 70), (7, 1025, 17), (481, 512, 129), (3, 2000, 3), (40, 1024, 70), (33, 544, 17),
    ] {
      checkProducts(rows, depth, width)
    }
  }

  /// A · B, A · Bᵀ given as B, and Aᵀ · B given as A, stored and added.
  private func checkProducts(_ rows: Int, _ depth: Int, _ width: Int, line: UInt = #line) {
    let (a, b) = (samples.narrow(rows, depth), samples.narrow(depth, width))
    let expected = plain(a, b, rows, depth, width)
    var packed = [UInt16](repeating: 0xffff, count: Int(gas_bf16_packed_count(Int64(depth), Int64(width))))
    var scratch = [UInt16](repeating: 0xffff, count: Int(gas_bf16_scratch_count(Int64(rows), Int64(width))))
    let before = samples.numbers(rows * width)
    let transposed = (a: Self.transposed(a, rows, depth), b: Self.transposed(b, depth, width))
    for adds in [false, true] {
      func check(_ what: String, _ compute: (UnsafeMutablePointer<Float>) -> Void) {
        // One number more on either side shows what is written outside.
        var c = [Float(7)] + (adds || depth == 0 ? before : before.map { _ in .nan }) + [7]
        c.withUnsafeMutableBufferPointer { compute($0.baseAddress! + 1) }
        XCTAssertEqual([c.first, c.last], [7, 7], "\(what) writes outside", line: line)
        let sums = zip(expected, before).map { product, old in
          var sum = product
          if adds || depth == 0 { sum += Double(old) }
          return sum
        }
        assertSums(
          Array(c.dropFirst().dropLast()), sums, terms: depth + 2, "\(what) \(rows)×\(depth)×\(width)", line: line)
      }
      gas_bf16_pack(Int64(depth), Int64(width), b, &packed)
      check("A·B") { gas_bf16_multiply(Int64(rows), Int64(depth), Int64(width), a, packed, $0, adds) }
      gas_bf16_pack_transposed(Int64(depth), Int64(width), transposed.b, &packed)
      check("A·Bᵀ") { gas_bf16_multiply(Int64(rows), Int64(depth), Int64(width), a, packed, $0, adds) }
      check("Aᵀ·B") {
        gas_bf16_multiply_transposed(
          Int64(depth), Int64(rows), Int64(width), transposed.a, b, $0, adds, &scratch)
      }
    }
  }

  /// The oracle agrees with sums that are taken here, and tells how large the terms were.
  private func plain(_ a: [UInt16], _ b: [UInt16], _ rows: Int, _ depth: Int, _ width: Int) -> [PlainSum] {
    var sums = [PlainSum](repeating: PlainSum(), count: rows * width)
    for row in 0..<rows {
      for column in 0..<width {
        for index in 0..<depth {
          sums[row * width + column] +=
            Double(Self.wide(a[row * depth + index])) * Double(Self.wide(b[index * width + column]))
        }
      }
    }
    var oracle = [Double](repeating: 0, count: max(1, sums.count))
    gas_reference_bf16_multiply(Int64(rows), Int64(depth), Int64(width), false, a, b, &oracle)
    for (sum, found) in zip(sums, oracle) { XCTAssertEqual(sum.sum, found, accuracy: 1e-12 * (1 + sum.magnitude)) }
    return sums
  }

  /// What is infinite or no number reaches the elements that it belongs to, and no others.
  func testProductsOfOddNumbers() throws {
    try forEachProducts { checkOddNumbers() }
  }

  private func checkOddNumbers() {
    for (bits, isWanted): (UInt16, (Float) -> Bool) in [
      (0x7fc0, { $0.isNaN }), (0x7f80, { $0 == .infinity }), (0xff80, { $0 == -.infinity }),
    ] {
      let (rows, depth, width) = (9, 67, 35)
      var a = [UInt16](repeating: 0x3f80, count: rows * depth)
      let b = [UInt16](repeating: 0x3f80, count: depth * width)
      a[4 * depth + depth - 1] = bits
      var packed = [UInt16](repeating: 0, count: Int(gas_bf16_packed_count(Int64(depth), Int64(width))))
      gas_bf16_pack(Int64(depth), Int64(width), b, &packed)
      var c = [Float](repeating: 0, count: rows * width)
      gas_bf16_multiply(Int64(rows), Int64(depth), Int64(width), a, packed, &c, false)
      for (index, value) in c.enumerated() {
        XCTAssertTrue(index / width == 4 ? isWanted(value) : value == Float(depth), "\(index): \(value)")
      }
    }
  }

  /// Runs `body` with all kernels that multiply bfloat16 numbers on this processor.
  private func forEachProducts(_ body: () -> Void) throws {
    var names: Set<String> = []
    forEachInstructionSet {
      guard let name = Precision.bfloat16Products else { return }
      names.insert(name)
      body()
    }
    guard !names.isEmpty else { throw XCTSkip("this processor has neither AMX nor AVX512-BF16") }
  }

  /// An element's bits depend on its row of A and its column of B alone, and not on where in a tile they are.
  func testPlacesInTilesDoNotShow() throws {
    try forEachProducts {
      // Tiles are copied from rows of the first depth, and read in place from those of the others.
      for depth in [45, 64, 1024] { checkPlaces(depth) }
    }
  }

  private func checkPlaces(_ depth: Int) {
    let (rows, width) = (70, 83)
    let (a, b) = (samples.narrow(rows, depth), samples.narrow(depth, width))
    func product(_ a: [UInt16], _ rows: Int) -> [Float] {
      var packed = [UInt16](repeating: 0, count: Int(gas_bf16_packed_count(Int64(depth), Int64(width))))
      gas_bf16_pack(Int64(depth), Int64(width), b, &packed)
      var c = [Float](repeating: .nan, count: rows * width)
      gas_bf16_multiply(Int64(rows), Int64(depth), Int64(width), a, packed, &c, false)
      return c
    }
    let whole = product(a, rows)
    for (first, count) in [(0, 1), (1, 16), (5, 33), (69, 1), (3, 64)] {
      XCTAssertEqual(
        product(Array(a[first * depth..<(first + count) * depth]), count),
        Array(whole[first * width..<(first + count) * width]), "rows from \(first)")
    }
  }

  func testANamedInstructionSetIsNotExceeded() {
    for name in InstructionSet.available {
      XCTAssertTrue(gas_choose_instruction_set(name))
      XCTAssertNotEqual(Precision.bfloat16Products, "AMX")
    }
    restoreInstructionSet()
  }

  func testLesserInstructionSetsHaveNoProducts() {
    forEachInstructionSet {
      if InstructionSet.current != "x86-64-v4" { XCTAssertFalse(gas_has_bf16_products()) }
    }
  }

  // MARK: Sparse products

  /// Where sums are float32, the results are those of the kernel for float32 on the widened rows: the same terms, added
  /// in the same order. Narrow results are these, rounded.
  func testSparseProducts() {
    forEachInstructionSet {
      for width in Array(1...70) + [96, 127, 128, 130, 200, 255, 256, 257, 500] {
        for (own, isScattered) in [(17, false), (5, false), (5, true)] {
          checkSparse(samples.sparse(12, 17, greatest: 6, weighted: width % 2 == 0), own: own, isScattered, width)
        }
      }
      checkSparse(samples.sparse(200, 300, greatest: 60, weighted: true), own: 300, false, 64)
      checkSparse(SparseMatrix(rows: [[], []], columnCount: 4), own: 4, false, 20)
    }
  }

  private func checkSparse(_ matrix: SparseMatrix, own: Int, _ isScattered: Bool, _ width: Int, line: UInt = #line) {
    let (rows, columns) = (matrix.rowCount, matrix.columnCount)
    let x = samples.narrow(columns, width)
    let wide = x.map(Self.wide)
    let scale = samples.numbers(rows)
    let before = samples.numbers(rows * width)
    let (first, last) = (rows / 3, rows)
    var places = (own..<columns).map { UInt32($0 - own) }
    var appended = Array(x[(own * width)...])
    if isScattered {
      places.reverse()
      appended = places.flatMap { appended[Int($0) * width..<(Int($0) + 1) * width] }
    }
    for adds in [false, true] {
      func product(_ y: UnsafeMutablePointer<Float>?, _ narrow: UnsafeMutablePointer<UInt16>?) {
        appended.withUnsafeBufferPointer { appended in
          places.withUnsafeBufferPointer { places in
            gas_spmm_bf16(
              Int64(first), Int64(last), Int64(width), matrix.offsets, matrix.columns, matrix.values, scale, x,
              Int64(own), own < columns ? appended.baseAddress : nil, isScattered ? places.baseAddress : nil, y, narrow,
              adds)
          }
        }
      }
      var (y, expected) = (before, before)
      product(&y, nil)
      gas_reference_spmm(
        Int64(first), Int64(last), Int64(width), matrix.offsets, matrix.columns, matrix.values, scale, wide, &expected,
        adds)
      assertClose(y, expected, tolerance: 1e-6, elementFloor: 1, "width \(width)", line: line)
      var alike = before
      gas_spmm(
        Int64(first), Int64(last), Int64(width), matrix.offsets, matrix.columns, matrix.values, scale, wide, &alike,
        adds)
      // Of fewer columns, the other kernel rounds once less when it adds.
      if width >= 4 { XCTAssertEqual(y, alike, "width \(width)", line: line) }
      if adds { continue }
      var narrow = [UInt16](repeating: 0xffff, count: rows * width)
      product(nil, &narrow)
      let rounded = y.enumerated().map {
        $0.offset < first * width ? 0xffff : gas_reference_f32_to_bf16($0.element)
      }
      XCTAssertEqual(narrow, rounded, "narrow, width \(width)", line: line)
    }
  }

  // MARK: Elements and rows

  /// Each is the kernel for float32, rounded.
  func testElementwise() {
    forEachInstructionSet {
      let x = samples.numbers(1003) + [0, -0.0, .infinity, -.infinity, .nan]
      let count = x.count
      for slope: Float in [0, 0.2] {
        var (wide, narrow) = ([Float](repeating: 0, count: count), [UInt16](repeating: 1, count: count))
        gas_leaky_relu(Int64(count), slope, x, &wide)
        gas_leaky_relu_to_bf16(Int64(count), slope, x, &narrow)
        XCTAssertEqual(narrow, wide.map(gas_reference_f32_to_bf16))
        let dy = samples.numbers(count)
        var (dx, expected) = (dy, dy)
        gas_leaky_relu_backward_bf16(Int64(count), slope, narrow, dy, &dx)
        gas_leaky_relu_backward(Int64(count), slope, narrow.map(Self.wide), dy, &expected)
        XCTAssertEqual(dx, expected)
      }
      let numbers = x.map(gas_reference_f32_to_bf16)
      for (first, last) in [(0, count), (5, 900)] {
        var (wide, narrow, again) = (x, numbers, numbers)
        gas_dropout(Int64(first), Int64(last), 99, 0.3, numbers.map(Self.wide), &wide)
        gas_dropout_bf16(Int64(first), Int64(last), 99, 0.3, numbers, &narrow)
        gas_dropout_to_bf16(Int64(first), Int64(last), 99, 0.3, numbers.map(Self.wide), &again)
        XCTAssertEqual(narrow, wide.map(gas_reference_f32_to_bf16))
        XCTAssertEqual(again, narrow)
      }
      let rows: [UInt32] = [3, 0, 2, 2]
      for width in [1, 7, 64, 130] {
        let source = samples.numbers(4 * width)
        var gathered = [UInt16](repeating: 1, count: rows.count * width)
        gas_gather_f32_to_bf16(4, rows, Int64(width), source, &gathered)
        XCTAssertEqual(
          gathered, rows.flatMap { source[Int($0) * width..<(Int($0) + 1) * width].map(gas_reference_f32_to_bf16) })
      }
    }
  }

  func testFirstBeyond() {
    forEachInstructionSet {
      for (place, odd): (Int, Float) in [(0, .nan), (2050, .infinity), (4999, -.infinity), (77, 66_000)] {
        var numbers = samples.numbers(5000)
        numbers[place] = odd
        let narrow = numbers.map(gas_reference_f32_to_bf16)
        XCTAssertEqual(gas_first_beyond_bf16(5000, 65504, narrow), Int64(place))
        let expected = gas_reference_first_beyond(5000, .greatestFiniteMagnitude, narrow.map(Self.wide))
        XCTAssertEqual(gas_first_beyond_bf16(5000, .greatestFiniteMagnitude, narrow), expected)
      }
    }
  }

  private static func wide(_ x: UInt16) -> Float { gas_reference_bf16_to_f32(x) }

  private static func transposed(_ x: [UInt16], _ rows: Int, _ columns: Int) -> [UInt16] {
    (0..<columns).flatMap { column in (0..<rows).map { x[$0 * columns + column] } }
  }
}

extension Samples {
  /// Random bfloat16 numbers.
  fileprivate mutating func narrow(_ rows: Int, _ columns: Int) -> [UInt16] {
    numbers(rows * columns).map(gas_reference_f32_to_bf16)
  }
}
