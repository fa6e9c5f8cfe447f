import CGasKernels
import GasBase
import MatrixSupport
import XCTest

@testable import GasAutodiff

final class HeadTests: XCTestCase {
  private var samples = Samples(seed: 71)

  func testHeadProducts() {
    for heads in [1, 3] {
      let inputs = [samples.matrix(6, heads * 4), samples.matrix(heads, 4)]
      checkGradients(of: inputs) { $1[0].headProducts($1[1]) }
      checkGradients(of: inputs, gradientRows: [0: 2]) { $1[0].headProducts($1[1]) }
      checkGradients(of: [inputs[0]], gradientRows: [0: 4]) {
        $1[0].headProducts($0.constant(inputs[1])).adding($1[0].headProducts($0.constant(inputs[1])).scaled(by: 2))
      }
    }
  }

  func testScaledHeads() {
    for heads in [1, 3] {
      let inputs = [samples.matrix(6, heads * 4), samples.matrix(6, heads)]
      checkGradients(of: inputs) { $1[0].scaledHeads(by: $1[1]) }
      checkGradients(of: inputs, gradientRows: [0: 2, 1: 4]) {
        $1[0].scaledHeads(by: $1[1]).adding($1[0].scaledHeads(by: $1[1]))
      }
    }
  }

  func testMeanOfHeads() {
    for heads in [1, 3] {
      checkGradients(of: [samples.matrix(6, heads * 4)]) { $1[0].meanOfHeads(heads) }
      checkGradients(of: [samples.matrix(6, heads * 4)], gradientRows: [0: 2]) {
        $1[0].meanOfHeads(heads).adding($1[0].meanOfHeads(heads))
      }
    }
  }

  func testValues() {
    let tape = Tape(arena: Arena(), isTraining: false)
    let x = tape.constant(Matrix(rows: 2, columns: 4, [1, 2, 3, 4, 5, 6, 7, 8]))
    let a = tape.constant(Matrix(rows: 2, columns: 2, [1, -1, 2, 0]))
    XCTAssertEqual(x.headProducts(a).value.array, [-1, 6, -1, 14])
    XCTAssertEqual(x.scaledHeads(by: a).value.array, [1, 2, -3, -4, 10, 12, 0, 0])
    XCTAssertEqual(x.meanOfHeads(2).value.array, [2, 3, 6, 7])
  }

  func testGatheredRows() {
    let numbers: [UInt32] = [3, 0, 3, 5, 1, 3]
    numbers.withUnsafeBufferPointer { numbers in
      let inputs = [samples.matrix(6, 3)]
      checkGradients(of: inputs) { $1[0].gatheredRows(numbers) }
      checkGradients(of: inputs, gradientRows: [0: 4]) {
        $1[0].gatheredRows(numbers).adding($1[0].gatheredRows(numbers).multiplied(by: $1[0]))
      }
    }
  }

  /// For every split of the columns; and rows beyond the limit stay.
  func testScatterAgainstReference() {
    let rows = (0..<200).map { _ in UInt32(samples.integer(below: 30)) }
    for width in [1, 7, 40] {
      let (x, start) = (samples.matrix(200, width), samples.matrix(30, width))
      let (actual, expected) = (
        Matrix(rows: 30, columns: width, start.array), Matrix(rows: 30, columns: width, start.array)
      )
      gas_reference_scatter_add(200, rows, 25, Int64(width), x.base, expected.base)
      for first in stride(from: 0, to: width, by: 16) {
        gas_scatter_add(200, rows, 25, Int64(width), Int64(first), Int64(min(width, first + 16)), x.base, actual.base)
      }
      XCTAssertEqual(actual.bits, expected.bits)
      XCTAssertEqual(actual.rowRange(25..<30).bits, start.rowRange(25..<30).bits)
    }
  }

  func testSoftmaxOverRows() {
    for width in [1, 3, 11] {
      let graph = samples.sparse(5, 8, weighted: false)
      checkGradients(of: [samples.matrix(graph.entryCount, width)]) { $1[0].softmax(over: graph) }
    }
    let graph = SparseMatrix(rows: [[], [0, 1], [2]], columnCount: 3)
    let tape = Tape(arena: Arena(), isTraining: false)
    let x = tape.constant(Matrix(rows: 3, columns: 1, [1000, 1000 + log(3), -7]))
    assertClose(x.softmax(over: graph).value.array, [0.25, 0.75, 1], tolerance: 1e-4, "large scores do not overflow")
  }
}
