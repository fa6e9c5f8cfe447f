import CGasKernels
import GasBase
import GasNN
import GasStore

/// Tells staleness from the noise of training, which drift counts both: rows are pushed under dropout, and compared with exact ones.
///
/// One step of an epoch is computed forwards once more when the histories are exact, with the weights of now, but with the random choices
/// that it made: these depend on seed, step and place alone. Of the rows
///
///     h̄   that the step pushed      older weights, older rows of the halo, its dropout
///     h′   that it would push now    the weights of now, exact rows of the halo, the same dropout
///     h    that are exact            the weights of now, no dropout
///
/// staleness is ‖h̄ − h′‖ / ‖h‖ and noise ‖h′ − h‖ / ‖h‖; noise is also what a batch norm makes of the batch's own statistics. Nothing is
/// pushed and running statistics are put back, so that training goes on to the same bits. Memory: the rows that the step pushed, and
/// what its values take. To be used from the runner's thread.
final class NoiseMeter {
  private let runner: StageRunner
  private let group: [Int]
  private let step: Int
  private let memory = Arena()
  /// h̄ of layers 1, 2, …
  private var pushed: [Matrix] = []

  /// Takes a copy of the rows that a step has pushed. To be made before an exact pass replaces them.
  init(_ runner: StageRunner, group: [Int], step: Int) throws {
    (self.runner, self.group, self.step) = (runner, group, step)
    let nodes = group.map { runner.store.partitions.nodes($0) }
    let rowCount = nodes.reduce(0) { $0 + $1.count }
    pushed = try runner.histories.layers.map { history in
      let rows = memory.matrix(rows: rowCount, columns: history.width)
      var start = 0
      for range in nodes {
        try history.rows.copy(range, into: rows.row(start))
        start += range.count
      }
      history.release()
      return rows
    }
  }

  var byteCount: Int { memory.bytesUsed }

  struct Layer {
    var staleness: Double
    var noise: Double
  }

  /// Computes the step again. To be called when the histories are exact.
  ///
  /// - Returns: of layers 1, 2, …
  func measure() throws -> [Layer] {
    let buffers = runner.model.buffers.map { (matrix: $0.matrix, values: Array($0.matrix.elements)) }
    defer { for buffer in buffers { _ = buffer.matrix.elements.update(fromContentsOf: buffer.values) } }
    var contents = try runner.trainingContents()
    contents.transposed = .none
    var layers: [Layer] = []
    try runner.forEachBatch([group], contents, in: .errorMeasurement) { batch in
      let context = runner.context(of: batch, on: runner.tape(isTraining: true, step: step))
      var failure: (any Error)?
      _ = try runner.forward(batch, context, pushingAt: nil) { stage, own, _ in
        guard stage > 0 && failure == nil else { return }
        do { layers.append(try compare(stage, batch, own.value)) } catch { failure = error }
      }
      if let failure { throw failure }
    }
    return layers
  }

  /// - Parameter rows: h′.
  private func compare(_ layer: Int, _ batch: Batch, _ rows: Matrix) throws -> Layer {
    let (history, pushed) = (runner.histories[layer], pushed[layer - 1])
    var noise = Drift()
    var change = 0.0
    var start = 0
    // In the group's order, which a batch's segments need not keep.
    for partition in group {
      guard let segment = batch.segments.first(where: { $0.partition == partition }) else { continue }
      noise += try history.drift(segment.nodes, of: rows.row(segment.start))
      let count = segment.nodes.count
      change += gas_squared_distance(Int64(count * rows.columns), pushed.row(start), rows.row(segment.start))
      start += count
    }
    history.release()
    var staleness = noise
    staleness.squaredDistance = change
    return Layer(staleness: staleness.relative, noise: noise.relative)
  }
}
