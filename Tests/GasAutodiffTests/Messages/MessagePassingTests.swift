import GasBase
import MatrixSupport
import XCTest

@testable import GasAutodiff
@testable import GasNN

final class MessagePassingTests: XCTestCase {
  private var samples = Samples(seed: 73)

  /// Products of source, target, weight and a matrix from outside: everything that a message may be made of.
  func testGradients() {
    for aggregator in [Aggregator.sum, .mean, .softmax] {
      let graph = samples.sparse(5, 8, weighted: true)
      let features = samples.matrix(graph.entryCount, 3)
      let inputs = [samples.matrix(8, 3), samples.matrix(5, 3), samples.matrix(3, 3)]
      for (chunk, gradientRows) in [(1, [:]), (6, [0: 5, 1: 3]), (100, [:])] {
        checkGradients(of: inputs, gradientRows: gradientRows, step: 1 / 256) { tape, inputs in
          tape.passMessages(over: graph, edgeFeatures: features, by: aggregator, edgesPerChunk: chunk) { edges in
            edges.source(inputs[0]).product(edges.shared(inputs[2])).multiplied(by: edges.target(inputs[1]))
              .adding(edges.source(inputs[0]).scaledHeads(by: edges.weight!)).adding(edges.features!)
          }
        }
      }
    }
  }

  /// A plain message is what `aggregated` computes over the adjacency without values, by whatever aggregator.
  func testPlainMessagesAreAggregation() throws {
    let graph = samples.sparse(30, 50, greatest: 9, weighted: false)
    let (x, dy) = (samples.matrix(50, 6), samples.matrix(30, 6))
    for aggregator in Aggregator.allCases {
      func run(_ body: (Tape, Variable) -> Variable) throws -> (y: [Float], dx: [Float]) {
        let tape = Tape(arena: Arena(), isTraining: true)
        let input = tape.input(x, gradientRows: 40)
        let y = body(tape, input)
        tape.backward(from: y, gradient: dy)
        return (y.value.array, try XCTUnwrap(input.gradient).array)
      }
      let whole = try run { $1.aggregated(over: graph, by: aggregator) }
      for chunk in [1, 20, 10_000] {
        let parts = try run { tape, x in
          tape.passMessages(over: graph, by: aggregator, edgesPerChunk: chunk) { $0.source(x) }
        }
        assertClose(parts.y, whole.y, tolerance: 1e-6, "\(aggregator) y")
        assertClose(parts.dx, whole.dx, tolerance: 1e-5, "\(aggregator) dX")
      }
    }
  }

  /// Random choices are the same when the backward pass writes the messages anew.
  func testDropoutAmongMessages() {
    let graph = samples.sparse(5, 8, weighted: false)
    for chunk in [4, 100] {
      checkGradients(of: [samples.matrix(8, 3)], step: 1 / 256) { tape, inputs in
        tape.passMessages(over: graph, edgesPerChunk: chunk) { edges in
          let x = edges.source(inputs[0]).dropout(0.4)
          return x.multiplied(by: edges.softmax(x).dropout(0.3))
        }
      }
    }
  }

  /// Message passing among messages, and graphs that have no edges or no rows.
  func testNestedAndEmpty() {
    let graph = samples.sparse(4, 5, weighted: false)
    let inputs = [samples.matrix(5, 2)]
    checkGradients(of: inputs, step: 1 / 256) { tape, inputs in
      tape.passMessages(over: graph, edgesPerChunk: 5) { edges in
        let all = edges.tape.passMessages(over: graph, edgesPerChunk: 3) { $0.source(edges.shared(inputs[0])) }
        return all.product(edges.shared(inputs[0]).prefixRows(2)).gatheredRows(edges.incidence.transposedRows)
          .adding(edges.source(inputs[0]))
      }
    }
    for rows in [[[UInt32]](), [[], []]] {
      let tape = Tape(arena: Arena(), isTraining: true)
      let x = tape.input(inputs[0])
      let y = tape.passMessages(over: SparseMatrix(rows: rows, columnCount: 5)) { $0.source(x).relu() }
      XCTAssertEqual(y.columns, 2)
      XCTAssertEqual(y.value.array, Array(repeating: 0, count: 2 * rows.count))
    }
  }

  func testSameBitsForAnyNumberOfThreads() {
    let graph = samples.sparse(700, 900, greatest: 40, weighted: true)
    let (x, dy) = (samples.matrix(900, 48), samples.matrix(700, 48))
    func run(threads: Int) -> [UInt32] {
      var random = SeededRandom(seed: 4)
      let linear = Linear("linear", inputs: 48, outputs: 48, random: &random)
      let tape = Tape(arena: Arena(), parallel: Parallel(threadCount: threads), isTraining: true, seed: 3)
      let input = tape.input(x)
      let y = tape.passMessages(over: graph, edgesPerChunk: 6000) { edges in
        let message = linear(edges.source(input)).adding(edges.target(input)).dropout(0.2)
        return message.multiplied(by: edges.softmax(message)).scaledHeads(by: edges.weight!)
      }
      tape.backward(from: y, gradient: dy)
      return y.value.bits + input.gradient!.bits + linear.parameters.flatMap { $0.gradient.bits }
    }
    let serial = run(threads: 1)
    XCTAssertEqual(run(threads: 2), serial)
    XCTAssertEqual(run(threads: 5), serial)
  }

  /// E × F numbers would be 50 MB; and after the first step no memory is asked for.
  func testMemoryDoesNotHoldAllMessages() {
    let (edges, width, nodes) = (200_000, 64, 500)
    let rows = (0..<nodes).map { _ in (0..<edges / nodes).map { UInt32($0) } }
    let graph = SparseMatrix(rows: rows, columnCount: nodes)
    let (x, dy) = (samples.matrix(nodes, width), samples.matrix(nodes, width))
    let arena = Arena()
    var reserved: [Int] = []
    for _ in 0..<3 {
      arena.reset()
      let tape = Tape(arena: arena, parallel: Parallel(threadCount: 2), isTraining: true)
      let input = tape.input(x)
      let y = tape.passMessages(over: graph, edgesPerChunk: 2000) { edges in
        edges.source(input).adding(edges.target(input)).leakyRelu(slope: 0.2)
      }
      tape.backward(from: y, gradient: dy)
      reserved.append(arena.bytesReserved)
    }
    XCTAssertLessThan(reserved[2], edges * width * 4 / 8)
    XCTAssertGreaterThan(reserved[2], 2000 * width * 4, "a chunk's messages, that is, are counted")
    XCTAssertEqual(reserved[1], reserved[2])
  }
}

extension SparseMatrix {
  fileprivate var transposedRows: UnsafeBufferPointer<UInt32> {
    UnsafeBufferPointer(start: transposed!.rows, count: entryCount)
  }
}
