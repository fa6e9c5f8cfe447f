extension Tape {
  /// How many edges are computed together, unless a row has more: enough to occupy all threads.
  public static let edgesPerChunk = 1 << 14

  /// Y[v] = aggregate over the entries e = (v, u) of `adjacency` of message(e), the messages written with any
  /// operations.
  ///
  ///     // Attention by products: h heads, z and q (n + h) × (H·C)
  ///     tape.passMessages(over: context.adjacency) { edges in
  ///       let z = edges.source(z)
  ///       return z.scaledHeads(by: edges.softmax(z.multiplied(by: edges.target(q)).headProducts(edges.tape.use(a))))
  ///     }
  ///
  /// Edges are computed in chunks of whole rows, which the adjacency alone decides, each on a tape of its own in memory
  /// that is used again, so memory never holds all messages. The backward pass computes each chunk's messages again,
  /// with the same random choices, and adds to the gradients of values and parameters, chunk by chunk in order.
  ///
  /// - Parameters:
  ///   - adjacency: n × (n + h). Its values are not applied: they are at `edges.weight`.
  ///   - edgeFeatures: a row for each entry, at `edges.features`.
  ///   - aggregator: how the messages of a row become one, 0 for a row without any. For attention: `.sum` of messages
  ///     weighted by `edges.softmax(scores)`.
  ///   - edgesPerChunk: how many edges are computed together, unless a row has more.
  ///   - message: computes the messages of a chunk of edges, a row for each. It is called again in the backward pass,
  ///     so it must do the same each time. Values from outside come in by `edges.source`, `edges.target` and
  ///     `edges.shared`; others trap.
  /// - Returns: n × the messages' width.
  public func passMessages(
    over adjacency: SparseMatrix, edgeFeatures: Matrix? = nil, by aggregator: Aggregator = .sum,
    edgesPerChunk: Int = Tape.edgesPerChunk, _ message: @escaping (Edges) -> Variable
  ) -> Variable {
    precondition(edgesPerChunk > 0, "a chunk has at least one edge")
    precondition(adjacency.offsets[0] == 0, "the adjacency counts its entries from 0")
    precondition(edgeFeatures.map { $0.rows == adjacency.entryCount } ?? true, "edge features: a row for each entry")
    let pass = MessagePass(
      adjacency: adjacency, features: edgeFeatures, aggregator: aggregator, greatest: edgesPerChunk,
      key: isTraining ? drawKey() : 0, message: message)
    let (y, requiresGradient) = pass.forward(self)
    return record(y, gradientRows: requiresGradient ? adjacency.rowCount : 0) { [unowned self] gradient in
      pass.backward(gradient, self)
    }
  }
}

/// One call of `passMessages`.
private struct MessagePass {
  let adjacency: SparseMatrix
  let features: Matrix?
  let aggregator: Aggregator
  let greatest: Int
  /// Random choices of each chunk start from this key and the chunk's number.
  let key: UInt64
  let message: (Edges) -> Variable

  func forward(_ tape: Tape) -> (Matrix, requiresGradient: Bool) {
    var y: Matrix?
    var requiresGradient = false
    forEachChunk(tape, addsGradients: false) { rows, result in
      let all = y ?? tape.arena.matrix(rows: adjacency.rowCount, columns: result.columns)
      all.rowRange(rows).copy(from: result.value)
      requiresGradient = requiresGradient || result.requiresGradient
      y = all
    }
    return (y!, requiresGradient)
  }

  func backward(_ gradient: Matrix, _ tape: Tape) {
    forEachChunk(tape, addsGradients: true) { rows, result in
      result.tape.backward(from: result, gradient: gradient.rowRange(rows))
    }
  }

  /// Calls `body` with the aggregate of each chunk. Where there are no rows, there is one empty chunk, which tells the
  /// width.
  private func forEachChunk(_ tape: Tape, addsGradients: Bool, _ body: (Range<Int>, Variable) -> Void) {
    var (start, number) = (0, 0)
    repeat {
      let chunk = EdgeChunk(of: adjacency, from: start, greatest: greatest)
      run(chunk, number, tape, addsGradients: addsGradients) { body(chunk.rows, $0) }
      (start, number) = (chunk.rows.upperBound, number + 1)
    } while start < adjacency.rowCount
  }

  private func run(
    _ chunk: EdgeChunk, _ number: Int, _ tape: Tape, addsGradients: Bool, _ body: (Variable) -> Void
  ) {
    let scratch = tape.arena.scratch
    scratch.reset()
    let inner = Tape(
      arena: scratch, parallel: tape.parallel, isTraining: tape.isTraining, seed: key, step: number)
    let edges = Edges(
      chunk, of: adjacency, features: features, tape: inner, outer: tape, addsGradients: addsGradients)
    let messages = tape.whileWritingMessages { message(edges) }
    precondition(messages.tape === inner, Tape.foreignValue)
    precondition(messages.rows == edges.count, "\(messages.rows) messages for \(edges.count) edges")
    body(aggregate(messages, of: edges))
  }

  /// The softmax of a chunk's messages fits into memory, so here it needs no message passing of its own.
  private func aggregate(_ messages: Variable, of edges: Edges) -> Variable {
    if aggregator == .softmax {
      return messages.multiplied(by: edges.softmax(messages)).aggregated(over: edges.incidence, by: .sum)
    }
    return messages.aggregated(over: edges.incidence, by: aggregator)
  }
}
