import GasBase
import GasNN

/// Compares the gradients of a layer with finite differences, on a small random batch.
final class GradientCheck {
  private let layer: any Convolution
  private let adjacency: SparseMatrix
  private let features: Matrix
  /// The loss is Σ G ⊙ output with random G.
  private let weights: Matrix
  /// Keeps the batch; steps have an arena of their own.
  private let memory = Arena()
  private let arena = Arena()

  /// Makes a batch.
  ///
  /// - Parameters:
  ///   - layer: the layer to check.
  ///   - inputs: columns of its input.
  ///   - nodes: rows of the batch, n.
  ///   - halo: rows that only send messages, h.
  init(_ layer: any Convolution, inputs: Int, nodes: Int = 12, halo: Int = 4) {
    self.layer = layer
    var random = SeededRandom(seed: 1)
    let columns = (0..<nodes).map { _ in
      Set((0..<5).map { _ in UInt32(random.below(nodes + halo)) }).sorted()
    }
    let offsets = memory.allocate(Int64.self, count: nodes + 1)
    offsets[0] = 0
    for (row, list) in columns.enumerated() { offsets[row + 1] = offsets[row] + Int64(list.count) }
    let entries = memory.allocate(UInt32.self, count: Int(offsets[nodes]))
    for (place, column) in columns.joined().enumerated() { entries[place] = column }
    adjacency = SparseMatrix(rowCount: nodes, columnCount: nodes + halo, offsets: offsets, columns: entries)

    features = memory.matrix(rows: nodes + halo, columns: inputs)
    weights = memory.matrix(rows: nodes, columns: layer.outputs)
    for matrix in [features, weights] {
      for place in matrix.elements.indices { matrix.elements[place] = Float(2 * random.uniform() - 1) }
    }
  }

  /// The norm-wise distance of each parameter's gradient from central differences, relative to them.
  func distances() -> [(name: String, distance: Double)] {
    layer.parameters.zeroGradients()
    _ = loss(differentiates: true)
    return layer.parameters.map { parameter in
      var (difference, norm) = (0.0, 0.0)
      for place in parameter.value.elements.indices {
        let expected = slope(of: parameter.value, at: place)
        let error = Double(parameter.gradient.elements[place]) - expected
        difference += error * error
        norm += expected * expected
      }
      return (parameter.name, (difference / norm).squareRoot())
    }
  }

  /// (L(w + ε) − L(w − ε)) / 2ε of one element w. The step ε is small, because leaky relu has a kink at 0.
  private func slope(of matrix: Matrix, at place: Int, step: Float = 1 / 2048) -> Double {
    let element = matrix.elements[place]
    matrix.elements[place] = element + step
    let above = loss(differentiates: false)
    matrix.elements[place] = element - step
    let below = loss(differentiates: false)
    matrix.elements[place] = element
    return (above - below) / Double(2 * step)
  }

  /// Seed and step are the same each time, so dropout makes the same choices.
  private func loss(differentiates: Bool) -> Double {
    arena.reset()
    let tape = Tape(arena: arena, isTraining: true, seed: 1, step: 0)
    let output = layer(tape.constant(features), in: StageContext(tape: tape, adjacency: adjacency))
    let loss = zip(output.value.elements, weights.elements).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    if differentiates { tape.backward(from: output, gradient: weights) }
    return loss
  }
}
