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
        readOwnRows(StoredRows(featureAggregate.column.values), batch, into: batch.memory.aggregate),
        own: own ? readOwnRows(store.featureRows, batch, into: batch.memory.input) : nil)
    case .history(let layer):
      batch.input = .dense(try readRows(histories[layer - 1].rows, batch, staged))
    }
  }

  /// Batch rows, partition by partition, then halo rows.
  private func readRows(_ values: StoredRows, _ batch: Batch, _ staged: StagedRows?) throws -> Matrix {
    let target = readOwnRows(values, batch, room: batch.haloCount, into: batch.memory.input)
    if let staged {
      try staged.copy(0, of: batch.haloCount, into: target.base + batch.rowCount * values.width)
    } else {
      try gather(values, batch, 0..<batch.haloCount, into: target, at: batch.rowCount)
    }
    return target
  }

  /// - Parameter room: for so many rows more.
  private func readOwnRows(
    _ values: StoredRows, _ batch: Batch, room: Int = 0, into buffer: Buffer<Float>
  ) -> Matrix {
    let target = buffer.matrix(rows: batch.rowCount + room, columns: values.width)
    for segment in batch.segments {
      RowGatherer.copy(
        values, segment.nodes, into: target.base + segment.start * values.width, drops: dropsPages)
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
      let target = batch.memory.pulled[layer - layers.lowerBound].matrix(rows: batch.haloCount, columns: values.width)
      if let staged {
        try staged.copy(firstSource + layer - layers.lowerBound, of: batch.haloCount, into: target.base)
      } else if unsettled.isEmpty {
        try gather(values, batch, 0..<batch.haloCount, into: target, at: 0)
      } else {
        try forEachHaloRun(batch) { owner, run in
          if !unsettled.contains(owner) { try gather(values, batch, run, into: target, at: run.lowerBound) }
        }
      }
      return target
    }
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

  /// Calls `body` for each partition that owns halo rows, with their places in the halo.
  private func forEachHaloRun(_ batch: Batch, _ body: (Int, Range<Int>) throws -> Void) rethrows {
    let rows = batch.haloRows
    var start = 0
    while start < rows.count {
      let owner = store.partitions.owner(of: Int(rows[start]))
      let ownedEnd = store.partitions.nodes(owner).upperBound
      var end = start + 1
      while end < rows.count && Int(rows[end]) < ownedEnd { end += 1 }
      try body(owner, start..<end)
      start = end
    }
  }

  /// Gathers the history rows that `fill` had to leave out. With no partition unsettled there is nothing to do.
  func settle(_ batch: Batch, _ contents: BatchContents, unsettled: Set<Int>) throws {
    guard !unsettled.isEmpty, batch.haloCount > 0 else { return }
    for layer in contents.pulledLayers {
      let values = histories[layer - 1].rows
      try forEachHaloRun(batch) { owner, run in
        if unsettled.contains(owner) {
          try gather(values, batch, run, into: batch.pulled(layer: layer), at: run.lowerBound)
        }
      }
    }
  }
}

extension Buffer<Float> {
  fileprivate func matrix(rows: Int, columns: Int) -> Matrix {
    Matrix(rows: rows, columns: columns, base: resized(to: max(1, rows * columns)).baseAddress!)
  }
}
