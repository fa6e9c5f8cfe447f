import CGasKernels
import GasBase
import GasBatch
import GasMetrics
import GasNN
import GasRuns
import GasStore

/// Measures `OutputError`: one pass with the histories as they are, whose outputs wait in a mapped scratch file until
/// the exact pass that follows computes the right ones.
///
/// It takes the memory of one batch. It is used from the runner's thread.
final class ErrorMeter {
  private let approximate: MutableColumn
  private var lipschitz: [Double]
  private var largestDegree = 0
  private var edgeCount = 0
  private var rowCount = 0
  private var drift = Drift()

  /// The distance by which a probe moves a row, relative to the rows' mean square.
  private static let probe: Float = 0.01
  /// The same for rows of bfloat16, far enough that rounding is a small part of it.
  private static let narrowProbe: Float = 0.05
  /// The greatest number of batches that are probed. A probe computes a batch again, and more of them would tell little
  /// more.
  private static let mostProbedBatches = 64

  /// The rows that a probe has moved: as many as a batch and its halo have.
  private let probes = Arena()

  /// Runs the pass with stale histories; nothing is pushed.
  ///
  /// - Parameters:
  ///   - runner: computes the batches.
  ///   - sample: the only partition to compute, for finding out what that takes; no disk space is reserved then.
  /// - Throws: `GasError` if a batch cannot be read or computed, or the disk is full.
  init(_ runner: StageRunner, sample: Int? = nil) throws {
    let width = runner.stages[runner.stages.count - 1].width
    approximate = try .nameless(
      in: runner.histories.folder, type: .float32, rowCount: runner.store.nodeCount, width: width,
      isReserved: sample == nil)
    lipschitz = [Double](repeating: 0, count: runner.stages.count)
    let wanted = sample.map { [$0] } ?? Array(runner.store.partitions.indices)
    let groups = VisitOrder.groups(wanted, size: runner.batchSize)
    let probedEvery = dividedUp(groups.count, by: Self.mostProbedBatches)
    var number = 0
    try runner.forEachBatch(groups, runner.passes.errorMeasurement) { batch in
      let isProbed = number % probedEvery == 0
      number += 1
      let context = runner.context(of: batch, on: runner.tape(isTraining: false, step: 0))
      count(batch)
      let output = try runner.forward(batch, context, pushingAt: nil) { stage, own, y in
        guard stage > 0 && isProbed else { return }
        let pulled = batch.pulled(layer: stage).widened(in: context.tape.arena)
        probe(runner, stage, [own.value, pulled], y, context)
      }
      try approximate.values.write(output.value, of: batch, runner.writing)
    }
  }

  /// The memory that the pass took for values, in bytes.
  func valueBytes(_ runner: StageRunner) -> Int { runner.arena.bytesUsed + probes.bytesUsed }

  /// Compares the outputs of the batch's rows with exact ones.
  func compare(_ batch: Batch, exact: Matrix) throws {
    for segment in batch.segments {
      let stored = try approximate.values.rows(segment.nodes, as: Float.self)
      drift += Drift(rows: segment.nodes.count, width: exact.columns, stored.baseAddress!, exact.row(segment.start))
      approximate.values.release(rows: segment.nodes)
    }
    approximate.values.release()
  }

  func result(_ staleness: [LayerStaleness], epoch: Int, step: Int) -> OutputError {
    OutputError(
      epoch: epoch, step: step,
      layers: staleness.map {
        .init(
          layer: $0.layer, meanStaleness: $0.meanDistance, largestStaleness: $0.largestDistance,
          lipschitz: lipschitz[$0.layer])
      },
      meanDegree: Double(edgeCount) / Double(max(1, rowCount)), largestDegree: largestDegree,
      drift: drift)
  }

  private func count(_ batch: Batch) {
    rowCount += batch.rowCount
    edgeCount += batch.adjacency.entryCount
    for row in 0..<batch.rowCount { largestDegree = max(largestDegree, batch.adjacency.entries(of: row).count) }
  }

  /// Computes the stage again for x + δ. x comes in parts, the batch's rows and the halo's.
  private func probe(_ runner: StageRunner, _ index: Int, _ x: [Matrix], _ y: Variable, _ context: StageContext) {
    probes.reset()
    let moved = probes.matrix(rows: x.reduce(0) { $0 + $1.rows }, columns: x[0].columns)
    let distances = move(x, into: moved, runner.precision)
    // The probe has a context of its own, so that the values which the stage leaves for later ones stay as they were.
    let apart = StageContext(
      tape: context.tape, adjacency: context.adjacency, edgeFeatures: context.edgeFeatures,
      carried: CarriedState { context.carried[$0] })
    let changed = runner.output(of: index, context.tape.constant(moved), apart).value
    for row in 0..<changed.rows {
      let change = gas_squared_distance(Int64(changed.columns), changed.row(row), y.value.row(row)).squareRoot()
      let cause = cause(of: row, context.adjacency, distances)
      if cause > 0 { lipschitz[index] = max(lipschitz[index], change / cause) }
    }
  }

  /// Σ ‖δ_w‖ over w ∈ N(v) ∪ {v}.
  private func cause(
    of row: Int, _ adjacency: SparseMatrix, _ distances: UnsafeMutablePointer<Double>
  ) -> Double {
    var sum = 0.0
    var isOwnNeighbour = false
    for entry in adjacency.entries(of: row) {
      let column = Int(adjacency.columns[entry])
      sum += distances[column]
      if column == row { isOwnNeighbour = true }
    }
    return isOwnNeighbour ? sum : sum + distances[row]
  }

  /// Sets moved = x + δ, with uniform δ that are the same for the same shape, and returns ‖δ_w‖ of each row.
  private func move(
    _ x: [Matrix], into moved: Matrix, _ precision: Precision
  ) -> UnsafeMutablePointer<Double> {
    var random = SeededRandom(seed: 1)
    let squares = x.reduce(0) { $0 + gas_squared_norm(Int64($1.count), $1.base) }
    let reach =
      (precision == .float32 ? Self.probe : Self.narrowProbe)
      * Float(max((squares / Double(max(1, moved.count))).squareRoot(), 1e-6))
    let distances = probes.allocate(Double.self, count: moved.rows)
    var place = 0
    for part in x {
      for row in 0..<part.rows {
        for column in 0..<part.columns {
          moved[place, column] = part[row, column] + Float(2 * random.uniform() - 1) * reach
        }
        if precision == .bfloat16 { round(moved.row(place), columns: part.columns) }
        distances[place] = gas_squared_distance(Int64(part.columns), moved.row(place), part.row(row)).squareRoot()
        place += 1
      }
    }
    return distances
  }

  /// Rounds a row to bfloat16, as the stage reads it.
  private func round(_ row: UnsafeMutablePointer<Float>, columns: Int) {
    withUnsafeTemporaryAllocation(of: UInt16.self, capacity: columns) { narrow in
      gas_f32_to_bf16(Int64(columns), row, narrow.baseAddress!)
      gas_bf16_to_f32(Int64(columns), narrow.baseAddress!, row)
    }
  }
}
