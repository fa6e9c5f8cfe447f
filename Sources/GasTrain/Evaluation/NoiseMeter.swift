import CGasKernels
import GasAutodiff
import GasBase
import GasBatch
import GasRuns
import GasStore

/// Splits a drift into staleness and noise. Rows are pushed under dropout (and batch norm with the batch's statistics),
/// but exact rows have none of that. A batch that is computed again with the current weights under the *same* masks
/// differs from what it pushed by staleness alone; from the exact rows it differs by noise alone.
///
/// Before an exact pass replaces them, rows that a few batches of the epoch pushed are copied to a scratch file. After
/// it each of these batches is computed again as in its step, once with exact halo rows (a) and, where layers read a
/// history, once with halo rows that have the noise of rows of the batch drawn at random (b), since pushed halo rows
/// are noisy too:
///
///     noise² = Σ ‖b − h‖²      staleness² = Σ ‖h̄ − a‖² − Σ ‖b − a‖²
///
/// The last term is the halo's noise, which is taken to be independent of the rest; it is 0 in the first layer and
/// without a halo. Nothing is pushed or learnt, masks depend on seed, step and place alone, and running statistics are
/// restored. It takes the memory of one batch. It is used from the runner's thread.
final class NoiseMeter {
  /// A batch of the epoch, and the step that it was trained in.
  struct Visit {
    let group: [Int]
    let step: Int
  }

  /// Sums over the sampled rows of one layer.
  struct Sums: Equatable {
    /// Σ ‖h̄ − h‖².
    var drift = 0.0
    /// Σ ‖b − h‖².
    var noise = 0.0
    /// Σ ‖h̄ − a‖².
    var distance = 0.0
    /// Σ ‖b − a‖².
    var haloNoise = 0.0

    /// The shares of drift² that are noise and staleness. Each is measured by itself, so the two need not add up to 1.
    var shares: (noise: Double, staleness: Double) {
      drift > 0 ? (noise / drift, max(0, distance - haloNoise) / drift) : (0, 0)
    }
  }

  private let runner: StageRunner
  private let visits: [Visit]
  /// The place of each sampled partition's first row among those that were copied.
  private let starts: [Int: Int]
  /// The rows that were pushed, for each layer.
  private let pushed: [MutableColumn]
  /// A throttle of its own, so that it can be abandoned with the rows.
  private let writing: WriteThrottle?
  /// Rows of a batch, as long as it is measured.
  private let kept = Arena()
  private(set) var valueBytes = 0

  /// Makes a meter and its scratch files.
  ///
  /// - Parameters:
  ///   - runner: computes the batches.
  ///   - visits: the batches to measure.
  /// - Throws: `GasError` if the disk of the histories' folder has no space for the rows of these batches.
  init(_ runner: StageRunner, _ visits: [Visit]) throws {
    self.runner = runner
    self.visits = visits
    writing = runner.execution.writesSteadily ? WriteThrottle(dropsPages: runner.execution.dropsPages) : nil
    var rowCount = 0
    var starts: [Int: Int] = [:]
    for partition in visits.flatMap(\.group) {
      starts[partition] = rowCount
      rowCount += runner.store.partitions.nodes(partition).count
    }
    self.starts = starts
    pushed = try runner.histories.layers.map {
      try .nameless(in: runner.histories.folder, type: .float32, rowCount: rowCount, width: $0.width)
    }
  }

  /// The number of batches that are measured in an epoch of `batches`: one of 50, but at most 16.
  static func sampleCount(of batches: Int) -> Int { min(max(1, batches / 50), 16, batches) }

  /// The batches in the middle of equal parts of an epoch.
  static func sample(_ groups: [[Int]], firstStep: Int) -> [Visit] {
    let count = sampleCount(of: groups.count)
    return (0..<count).map { part in
      let place = (2 * part + 1) * groups.count / (2 * count)
      return Visit(group: groups[place], step: firstStep + place)
    }
  }

  /// Copies the rows that the sampled batches pushed. It must be called before exact rows replace them.
  func keep(layer: Int, _ batch: Batch) throws {
    guard runner.histories.layerNumbers.contains(layer) else { return }
    let column = pushed[layer - 1].values
    for segment in batch.segments {
      guard let start = starts[segment.partition] else { continue }
      let rows = start..<start + segment.nodes.count
      let target = column.mutableRows(rows, as: Float.self)
      try runner.histories[layer].rows.copy(segment.nodes, into: target.baseAddress!)
      try writing?.note(column, rows)
      column.release(rows: rows)
    }
  }

  /// The sums for each layer. It must be called when the histories are exact.
  func measure() throws -> [Sums] {
    let statistics = WeightTransfer.read(runner.model.namedWeights)
    defer {
      runner.builder.release()
      writing?.abandon()
    }
    var sums = [Sums](repeating: Sums(), count: pushed.count)
    for visit in visits {
      let batch = try runner.stream.batch(of: visit.group, try contents())
      kept.reset()
      let plain = try rows(of: batch, visit.step) { layer, _ in batch.pulled(layer: layer) }
      let isNoisy = batch.haloCount > 0 && pushed.count > 1
      let noisy =
        isNoisy ? try rows(of: batch, visit.step) { try noisyHalo(of: batch, $0, own: $1, visit.step) } : plain
      for layer in runner.histories.layerNumbers {
        try add(batch, layer, plain[layer - 1], noisy[layer - 1], to: &sums[layer - 1])
      }
      valueBytes = max(valueBytes, runner.arena.bytesUsed + kept.bytesUsed)
    }
    try WeightTransfer.write(statistics, to: runner.model.namedWeights, file: runner.histories.folder)
    return sums
  }

  /// The contents of a batch for every layer but the last, whose output is not pushed, and the histories that these
  /// read.
  private func contents() throws -> BatchContents {
    BatchContents(
      input: try runner.featureInput(), pulledLayers: 1..<max(1, pushed.count), labels: false, transposed: .none)
  }

  /// The rows that a step of training would push, for each layer.
  private func rows(
    of batch: Batch, _ step: Int, halo: (_ layer: Int, _ own: Matrix) throws -> ScatteredRows
  ) throws -> [Matrix] {
    let context = runner.context(of: batch, on: runner.tape(isTraining: true, step: step))
    var x = runner.input(of: batch, at: 0, context)
    return try runner.stages.indices.dropLast().map { index in
      if index > 0 { x = x.appendingRows(try halo(index, x.value)) }
      x = runner.output(of: index, x, context)
      let copy = kept.matrix(rows: batch.rowCount, columns: x.columns)
      copy.copy(from: x.value.rowRange(0..<batch.rowCount))
      return copy
    }
  }

  /// Exact halo rows, each with the noise of some row of the batch.
  private func noisyHalo(of batch: Batch, _ layer: Int, own: Matrix, _ step: Int) throws -> ScatteredRows {
    let exact = batch.pulled(layer: layer).widened(in: kept)
    let ownExact = try exactRows(of: batch, layer)
    let moved = kept.matrix(rows: exact.rows, columns: exact.columns)
    var random = SeededRandom(seed: UInt64(step), stream: UInt64(layer))
    for row in 0..<exact.rows {
      let source = random.below(batch.rowCount)
      for column in 0..<exact.columns {
        moved[row, column] = exact[row, column] + own[source, column] - ownExact[source, column]
      }
    }
    return ScatteredRows(moved)
  }

  private func exactRows(of batch: Batch, _ layer: Int) throws -> Matrix {
    let history = runner.histories[layer]
    let rows = kept.matrix(rows: batch.rowCount, columns: history.width)
    for segment in batch.segments { try history.rows.copy(segment.nodes, into: rows.row(segment.start)) }
    return rows
  }

  private func add(_ batch: Batch, _ layer: Int, _ a: Matrix, _ b: Matrix, to sums: inout Sums) throws {
    let exact = try exactRows(of: batch, layer)
    for segment in batch.segments {
      let start = starts[segment.partition]!
      let stored = try pushed[layer - 1].values.rows(start..<start + segment.nodes.count, as: Float.self).baseAddress!
      let count = Int64(segment.nodes.count * exact.columns)
      let row = segment.start
      sums.drift += gas_squared_distance(count, stored, exact.row(row))
      sums.distance += gas_squared_distance(count, stored, a.row(row))
      sums.noise += gas_squared_distance(count, b.row(row), exact.row(row))
      sums.haloNoise += gas_squared_distance(count, b.row(row), a.row(row))
    }
  }
}
