import GasAutodiff
import GasBase
import GasStore

extension BatchBuilder {
  /// Reads the input of the first stage.
  func readInput(_ batch: Batch, _ contents: BatchContents, _ halo: any HaloRows) throws {
    switch contents.input {
    case .features where sparseFeatures != nil:
      let features = try batch.held?.features ?? sparseFeatures!.read(batch)
      batch.held?.features = features
      batch.input = .sparse(features)
    case .features:
      batch.input = .dense(try readRows(featureRows, batch, halo))
    case .aggregatedFeatures(let own): try readAggregate(batch, own: own)
    case .history(let layer):
      let values = histories[layer - 1].rows.delivering(precision)
      let isSummed = contents.summedLayers.contains(layer)
      batch.input = try isSummed ? joinedRows(values, batch, halo) : .dense(readRows(values, batch, halo))
    }
  }

  /// Reads the batch's rows of the features' aggregation, and of the features themselves if `own`.
  func readAggregate(_ batch: Batch, own: Bool) throws {
    guard let featureAggregate else { preconditionFailure("no aggregation of the features was made") }
    batch.input = .aggregate(
      try readOwnRows(
        EncodedRows(featureAggregate.column.values, delivering: precision), batch, into: batch.memory.aggregate),
      own: own ? try readOwnRows(featureRows, batch, into: batch.memory.input) : nil)
  }

  /// The dense features, as batches read them.
  private var featureRows: EncodedRows { store.featureRows.delivering(precision) }

  /// The batch's rows and those of its halo as two parts, wherever the latter are: products then come out the same.
  private func joinedRows(_ values: EncodedRows, _ batch: Batch, _ halo: any HaloRows) throws -> BatchInput {
    if batch.haloCount > 0, let rows = try halo.scattered(0, of: batch, using: batch.memory.inputHalo) {
      return .joined(try readOwnRows(values, batch, into: batch.memory.input), rows)
    }
    let all = try readRows(values, batch, halo)
    let own = 0..<batch.rowCount
    return .joined(all.rowRange(own), ScatteredRows(all.rowRange(own.upperBound..<own.upperBound + batch.haloCount)))
  }

  /// The batch's rows, partition by partition, then the rows of its halo.
  private func readRows(_ values: EncodedRows, _ batch: Batch, _ halo: any HaloRows) throws -> DenseRows {
    let target = try readOwnRows(values, batch, room: batch.haloCount, into: batch.memory.input)
    if batch.haloCount > 0 { try halo.gather(0, 0..<batch.haloCount, of: batch, into: target.row(batch.rowCount)) }
    return target
  }

  /// The batch's own rows of a column, where they are or copied to `buffer`.
  private func readOwnRows(
    _ values: EncodedRows, _ batch: Batch, room: Int = 0, into buffer: Buffer<Float>
  ) throws -> DenseRows {
    if room == 0, let rows = try inPlace(values, own: batch) { return rows }
    if room == 0, dropsPages, batch.segments.count == 1 {
      return try RowGatherer.readOnce(values, batch.segments[0].nodes, into: buffer, using: passing)
    }
    let target = buffer.rows(batch.rowCount + room, of: values)
    for segment in batch.segments {
      let place = target.row(segment.start)
      if dropsPages {
        try RowGatherer.copyOnce(values, segment.nodes, into: place, using: passing)
      } else {
        try RowGatherer.copy(values, segment.nodes, into: place)
      }
    }
    return target
  }

  /// Pulls the halo's rows of each history that the batch computes itself; those of unsettled partitions are left to
  /// `settle`.
  func pull(
    _ batch: Batch, _ contents: BatchContents, _ unsettled: Set<Int>, _ halo: any HaloRows
  ) throws {
    let layers = contents.pulledLayers
    batch.pulledLayers = layers
    let firstPulled = firstPulledSource(contents)
    while batch.memory.pulled.count < layers.count { batch.memory.pulled.append(Buffer()) }
    batch.pulled = try layers.map { layer in
      let values = histories[layer - 1].rows.delivering(precision)
      let source = firstPulled + layer - layers.lowerBound
      let buffer = batch.memory.pulled[layer - layers.lowerBound]
      guard batch.haloCount > 0 else { return ScatteredRows(buffer.rows(0, of: values)) }
      let isSummed = contents.summedLayers.contains(layer)
      if isSummed, let rows = try halo.scattered(source, of: batch, using: buffer) { return rows }
      guard !unsettled.isEmpty else { return ScatteredRows(try halo.matrix(source, of: batch, in: buffer)) }
      let target = buffer.rows(batch.haloCount, of: values)
      try forEachHaloRun(batch, unsettled) { isSettled, run in
        if isSettled { try halo.gather(source, run, of: batch, into: target.row(run.lowerBound)) }
      }
      return ScatteredRows(target)
    }
  }

  /// The rows of a batch of one partition where they are, if they are in memory.
  private func inPlace(_ values: EncodedRows, own batch: Batch) throws -> DenseRows? {
    guard readsInPlace, values.isStoredAsDelivered, batch.segments.count == 1, let nodes = batch.segments.first?.nodes,
      RowGatherer.isCached(values.values, nodes)
    else { return nil }
    return try values.matrix(nodes)
  }

  /// The columns that batches of such contents read scattered rows of (`BatchContents.haloColumns`).
  package func haloSources(_ contents: BatchContents) -> [EncodedRows] {
    guard form != .nodesOnly else { return [] }
    return contents.haloColumns(hasDenseFeatures: sparseFeatures == nil).map {
      switch $0 {
      case .features: featureRows
      case .history(let layer): histories[layer - 1].rows.delivering(precision)
      }
    }
  }

  /// The number of the first pulled layer's history among `haloSources`; the others follow it.
  private func firstPulledSource(_ contents: BatchContents) -> Int {
    contents.haloColumns(hasDenseFeatures: sparseFeatures == nil).count - contents.pulledLayers.count
  }

  /// Calls `body` for each stretch of the halo whose rows belong to settled partitions alone, or to an unsettled one.
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

  /// Gathers the history rows that `fill` had to leave out. If no partition was unsettled, there is nothing to do.
  func settle(_ batch: Batch, _ contents: BatchContents, unsettled: Set<Int>, halo: any HaloRows) throws {
    guard !unsettled.isEmpty, batch.haloCount > 0 else { return }
    for layer in contents.pulledLayers {
      // Rows that are read where they are are never out of date.
      guard let target = batch.pulled(layer: layer).dense else { continue }
      let source = firstPulledSource(contents) + layer - contents.pulledLayers.lowerBound
      try forEachHaloRun(batch, unsettled) { isSettled, run in
        if !isSettled {
          try halo.gather(source, run, of: batch, into: target.row(run.lowerBound))
        }
      }
    }
  }
}
