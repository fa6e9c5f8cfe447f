import GasBase
import GasNN
import GasStore

extension BatchBuilder {
  func readInput(_ batch: Batch, _ contents: BatchContents, _ staged: StagedRows?) throws {
    switch contents.input {
    case .features where sparseFeatures != nil:
      let features = try batch.held?.features ?? sparseFeatures!.read(batch)
      batch.held?.features = features
      batch.input = .sparse(features)
    case .features:
      batch.input = .dense(try readRows(store.featureRows, batch, staged))
    case .aggregatedFeatures(let own):
      guard let featureAggregate else { preconditionFailure("no aggregation of the features was made") }
      batch.input = .aggregate(
        try readOwnRows(StoredRows(featureAggregate.column.values), batch, into: batch.memory.aggregate),
        own: own ? try readOwnRows(store.featureRows, batch, into: batch.memory.input) : nil)
    case .history(let layer):
      let values = histories[layer - 1].rows
      let isSummed = contents.summedLayers.contains(layer)
      batch.input = try isSummed ? joinedRows(values, batch, staged) : .dense(readRows(values, batch, staged))
    }
  }

  /// In two parts, wherever the halo's rows are, so that products come out the same.
  private func joinedRows(_ values: StoredRows, _ batch: Batch, _ staged: StagedRows?) throws -> BatchInput {
    let memory = batch.memory
    if let staged {
      let halo = try staged.rows(0, of: batch.haloCount, into: memory.inputHalo, using: passing)
      return .joined(try readOwnRows(values, batch, into: memory.input), ScatteredRows(halo))
    }
    if let halo = inPlace(values, batch) {
      return .joined(try readOwnRows(values, batch, into: memory.input), halo)
    }
    let all = try readRows(values, batch, nil)
    let own = 0..<batch.rowCount
    return .joined(all.rowRange(own), ScatteredRows(all.rowRange(own.upperBound..<own.upperBound + batch.haloCount)))
  }

  /// Batch rows, partition by partition, then halo rows.
  private func readRows(_ values: StoredRows, _ batch: Batch, _ staged: StagedRows?) throws -> Matrix {
    let target = try readOwnRows(values, batch, room: batch.haloCount, into: batch.memory.input)
    if let staged {
      try staged.copy(0, of: batch.haloCount, into: target.base + batch.rowCount * values.width, using: passing)
    } else {
      try gather(values, batch, 0..<batch.haloCount, into: target, at: batch.rowCount)
    }
    return target
  }

  /// - Parameter room: for so many rows more.
  private func readOwnRows(
    _ values: StoredRows, _ batch: Batch, room: Int = 0, into buffer: Buffer<Float>
  ) throws -> Matrix {
    if room == 0, let rows = inPlace(values, own: batch) { return rows }
    if room == 0, dropsPages, batch.segments.count == 1 {
      return try RowGatherer.readOnce(values, batch.segments[0].nodes, into: buffer, using: passing)
    }
    let target = buffer.matrix(rows: batch.rowCount + room, columns: values.width)
    for segment in batch.segments {
      let place = target.base + segment.start * values.width
      if dropsPages {
        try RowGatherer.copyOnce(values, segment.nodes, into: place, using: passing)
      } else {
        RowGatherer.copy(values, segment.nodes, into: place)
      }
    }
    return target
  }

  func pull(
    _ batch: Batch, _ contents: BatchContents, _ unsettled: Set<Int>, _ staged: StagedRows?
  ) throws {
    let layers = contents.pulledLayers
    let firstSource = haloInput(contents) == nil ? 0 : 1
    batch.pulledLayers = layers
    while batch.memory.pulled.count < layers.count { batch.memory.pulled.append(Buffer()) }
    batch.pulled = try layers.map { layer in
      let values = histories[layer - 1].rows
      if staged == nil, contents.summedLayers.contains(layer), let rows = inPlace(values, batch) { return rows }
      let buffer = batch.memory.pulled[layer - layers.lowerBound]
      if let staged {
        let source = firstSource + layer - layers.lowerBound
        return ScatteredRows(try staged.rows(source, of: batch.haloCount, into: buffer, using: passing))
      }
      let target = buffer.matrix(rows: batch.haloCount, columns: values.width)
      if unsettled.isEmpty {
        try gather(values, batch, 0..<batch.haloCount, into: target, at: 0)
      } else {
        try forEachHaloRun(batch, unsettled) { isSettled, run in
          if isSettled { try gather(values, batch, run, into: target, at: run.lowerBound) }
        }
      }
      return ScatteredRows(target)
    }
  }

  /// The halo's rows where they are, if they are in memory and lie close enough: what they are when they are read, pushes of the batch
  /// before included.
  private func inPlace(_ values: StoredRows, _ batch: Batch) -> ScatteredRows? {
    let rows = UnsafeBufferPointer(batch.haloRows)
    guard values.encoding == .float32 else { return nil }
    return values.values.isSmall || (readsInPlace && RowGatherer.areNear(values, rows)) ? values.scattered(rows) : nil
  }

  /// The rows of a batch of one partition where they are, if they are in memory.
  private func inPlace(_ values: StoredRows, own batch: Batch) -> Matrix? {
    guard readsInPlace, values.encoding == .float32, batch.segments.count == 1, let nodes = batch.segments.first?.nodes,
      RowGatherer.isCached(values.values, nodes)
    else { return nil }
    return values.matrix(nodes)
  }

  /// The columns that batches of such contents read scattered rows of: that of the input first, then those of pulled layers.
  func haloSources(_ contents: BatchContents) -> [StoredRows] {
    guard contents.graph && form != .nodesOnly else { return [] }
    let pulled = contents.pulledLayers.map { histories[$0 - 1].rows }
    return (haloInput(contents).map { [$0] } ?? []) + pulled
  }

  private func haloInput(_ contents: BatchContents) -> StoredRows? {
    switch contents.input {
    case .features: sparseFeatures == nil ? store.featureRows : nil
    case .history(let layer): histories[layer - 1].rows
    case .aggregatedFeatures: nil
    }
  }

  private func gather(
    _ values: StoredRows, _ batch: Batch, _ run: Range<Int>, into target: Matrix, at row: Int
  ) throws {
    let rows = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(batch.haloRows)[run])
    try RowGatherer.gather(values, rows, into: target.base + row * values.width)
  }

  /// Calls `body` for each stretch of the halo whose rows belong to unsettled partitions, or to others.
  private func forEachHaloRun(
    _ batch: Batch, _ unsettled: Set<Int>, _ body: (_ isSettled: Bool, Range<Int>) throws -> Void
  ) rethrows {
    let rows = batch.haloRows
    let changing = unsettled.map { store.partitions.nodes($0) }.sorted { $0.lowerBound < $1.lowerBound }
    var start = 0
    for nodes in changing {
      let first = rows.count(below: nodes.lowerBound, from: start)
      let end = rows.count(below: nodes.upperBound, from: first)
      if start < first { try body(true, start..<first) }
      if first < end { try body(false, first..<end) }
      start = end
    }
    if start < rows.count { try body(true, start..<rows.count) }
  }

  /// Gathers the history rows that `fill` had to leave out. With no partition unsettled there is nothing to do.
  func settle(_ batch: Batch, _ contents: BatchContents, unsettled: Set<Int>) throws {
    guard !unsettled.isEmpty, batch.haloCount > 0 else { return }
    for layer in contents.pulledLayers {
      // What is read where it is is never out of date.
      guard let target = batch.pulled(layer: layer).matrix else { continue }
      let values = histories[layer - 1].rows
      try forEachHaloRun(batch, unsettled) { isSettled, run in
        if !isSettled { try gather(values, batch, run, into: target, at: run.lowerBound) }
      }
    }
  }
}
