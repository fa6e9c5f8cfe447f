import GasBase
import MatrixSupport
import XCTest

@testable import GasAutodiff
@testable import GasNN

final class MatrixTests: XCTestCase {
  private var samples = Samples(seed: 41)

  func testArenaHandsOutAlignedMemoryThatDoesNotOverlap() {
    let arena = Arena()
    var ends: UInt = 0
    for count in [1, 3, 1000, 1 << 20, 5, 1 << 19] {
      let place = UInt(bitPattern: arena.allocate(Float.self, count: count))
      XCTAssertEqual(place % 64, 0)
      if ends != 0, place < ends { XCTAssertGreaterThan(ends - place, UInt(count * 4), "overlap") }
      ends = place + UInt(count * 4)
    }
    XCTAssertGreaterThanOrEqual(arena.bytesReserved, arena.bytesUsed)
  }

  /// Epochs over batches of differing size: growth in the first only, and then one chunk as large as the largest batch.
  func testArenaStopsGrowingAfterTheFirstEpoch() {
    let arena = Arena()
    var random = SeededRandom(seed: 1)
    let model = GCN(StackShape(features: 20, hidden: 32, classes: 5), random: &random)
    let graphs = [400, 1900, 900, 3000, 100].map { nodes in
      (samples.sparse(nodes, nodes + 50, weighted: true), samples.matrix(nodes + 50, 20), samples.matrix(50, 32))
    }
    var reserved: [[Int]] = []
    var largest = 0
    for epoch in 0..<3 {
      reserved.append([])
      for (adjacency, x, pulled) in epoch == 1 ? graphs.reversed() : graphs {
        arena.reset()
        let tape = Tape(arena: arena, isTraining: true)
        let context = StageContext(tape: tape, adjacency: adjacency)
        let hidden = model.stages[0].forward(tape.constant(x), context)
        let output = model.stages[1].forward(hidden.appendingRows(pulled), context)
        tape.backward(from: output.sumOfSquares())
        largest = max(largest, arena.bytesUsed)
        reserved[epoch].append(arena.bytesReserved)
      }
      arena.reset()
    }
    XCTAssertEqual(Set(reserved[1] + reserved[2]).count, 1)
    XCTAssertLessThanOrEqual(arena.bytesReserved, largest + 1 << 20)
  }

  func testArenaHandsRecycledMatricesOutAgain() {
    let (arena, other) = (Arena(), Arena())
    let (a, b) = (arena.matrix(rows: 10, columns: 8), arena.matrix(rows: 10, columns: 8))
    let used = arena.bytesUsed
    other.recycle(a)
    XCTAssertNotEqual(other.matrix(rows: 10, columns: 8).base, a.base)
    arena.recycle(Matrix(rows: 10, columns: 8, base: b.base))
    arena.recycle(a)
    XCTAssertNotEqual(arena.matrix(rows: 10, columns: 9).base, a.base)
    XCTAssertEqual(arena.matrix(rows: 8, columns: 10).base, a.base)
    XCTAssertNotEqual(arena.matrix(rows: 8, columns: 10).base, b.base, "whose owner it was not told")
    XCTAssertGreaterThan(arena.bytesUsed, used)
    arena.recycle(a)
    arena.reset()
    XCTAssertEqual(arena.matrix(rows: 2, columns: 8).base, a.base, "from the start")
    XCTAssertNotEqual(arena.matrix(rows: 10, columns: 8).base, a.base)
  }

  /// Of a layer, what it aggregated and its output are kept; the gradients of all layers take the room of two.
  func testGradientsOfManyLayersTakeTheRoomOfFew() {
    let (nodes, width, layers) = (2000, 64, 10)
    let adjacency = samples.sparse(nodes, nodes, weighted: true)
    let x = samples.matrix(nodes, width)
    var random = SeededRandom(seed: 3)
    let model = GCN(
      StackShape(features: width, hidden: width, classes: width, layers: layers, dropout: 0), random: &random)
    let arena = Arena()
    let tape = Tape(arena: arena, isTraining: true)
    let context = StageContext(tape: tape, adjacency: adjacency)
    let output = model.stages.reduce(tape.input(x)) { $1.forward($0, context) }
    tape.backward(from: output, gradient: samples.matrix(nodes, width))
    let kept = 2 * layers * nodes * width * 4
    XCTAssertGreaterThanOrEqual(arena.bytesUsed, kept)
    XCTAssertLessThan(arena.bytesUsed, kept + 4 * nodes * width * 4)
  }

  func testDenseProductsAgainstPlainSums() {
    let arena = Arena()
    for (m, k, n) in [(1, 1, 1), (3, 5, 2), (700, 33, 17), (5000, 12, 9)] {
      let (a, b) = (samples.matrix(m, k), samples.matrix(k, n))
      let c = arena.matrix(rows: m, columns: n)
      DenseProduct.multiply(a, b, into: c, parallel: .serial)
      assertClose(c.array, plainProduct(a, b), tolerance: 1e-5, elementFloor: 1)
      DenseProduct.multiply(a, transposed: transposed(b), into: c, adds: true, parallel: .serial)
      assertClose(c.array, plainProduct(a, b).map { 2 * $0 }, tolerance: 1e-5, elementFloor: 1)
      DenseProduct.multiply(transposed: transposed(a), b, into: c, arena: arena, parallel: .serial)
      assertClose(c.array, plainProduct(a, b), tolerance: 1e-5, elementFloor: 1)
      let long = samples.matrix(m, n)
      let small = samples.matrix(k, n)
      let expected = zip(plainProduct(transposed(a), long), small.array).map { $0 + $1 }
      DenseProduct.multiply(transposed: a, long, into: small, adds: true, arena: arena, parallel: .serial)
      assertClose(small.array, expected, tolerance: 1e-5, elementFloor: 1)
    }
  }

  private func plainProduct(_ a: Matrix, _ b: Matrix) -> [Float] {
    (0..<a.rows).flatMap { row in
      (0..<b.columns).map { column in
        Float((0..<a.columns).reduce(0.0) { $0 + Double(a[row, $1]) * Double(b[$1, column]) })
      }
    }
  }

  private func transposed(_ a: Matrix) -> Matrix {
    Matrix(rows: a.columns, columns: a.rows, (0..<a.columns).flatMap { column in (0..<a.rows).map { a[$0, column] } })
  }

  /// Pieces of rows cover each row once, in order, whatever the shape.
  func testSparsePiecesCoverAllRows() {
    for (rows, columns, width) in [(0, 3, 4), (1, 1, 1), (500, 300, 4000), (3, 9, 1_000_000), (5000, 5000, 300)] {
      let matrix = samples.sparse(rows, columns, greatest: 40, weighted: false)
      let pieces = SparsePieces(offsets: matrix.offsets, rowCount: rows, width: width)
      let ranges = (0..<pieces.count).map { pieces.rows(of: $0) }
      XCTAssertEqual(ranges.flatMap { Array($0) }, Array(0..<rows))
    }
  }

  func testViews() {
    let x = samples.matrix(5, 3)
    XCTAssertEqual(x.rowRange(1..<3).array, Array(x.array[3..<9]))
    let sparse = samples.sparse(6, 4, weighted: true)
    XCTAssertEqual(sparse.prefixRows(4).entryCount, Int(sparse.offsets[4]))
    XCTAssertEqual(sparse.entries(of: 5).count, 4, "the hub")
  }
}
