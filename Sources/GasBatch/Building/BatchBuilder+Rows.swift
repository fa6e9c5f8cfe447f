import GasBase
import GasNN
import GasStore

extension BatchBuilder {
  /// Finds a batch's halo rows, and waits for them where they come by mail.
  func locate(_ halo: HaloSource, of batch: Batch, in lane: Trace.Lane) throws {
    guard case .mailed(let mail) = halo else { return }
    try trace.span("wait for mail", in: lane) { try mail.settle() }
    try mail.readPlaces(into: batch.haloPlaces)
  }

  func readInput(_ batch: Batch, _ contents: BatchContents, _ halo: HaloSource) throws {
    switch contents.input {
    case .features where sparseFeatures != nil:
      let features = try batch.held?.features ?? sparseFeatures!.read(batch)
      batch.held?.features = features
      batch.input = .sparse(features)
    case .features:
      batch.input = .dense(try readRows(store.featureRows, batch, halo))
    case .aggregatedFeatures(let own): try readAggregate(batch, own: own)
    case .history(let layer):
      let values = histories[layer - 1].rows
      let isSummed = contents.summedLayers.contains(layer)
      batch.input = try isSummed ? joinedRows(values, batch, halo) : .dense(readRows(values, batch, halo))
    }
  }

  func readAggregate(_ batch: Batch, own: Bool) throws {
    guard let featureAggregate else { preconditionFailure("no aggregation of the features was made") }
    batch.input = .aggregate(
      try readOwnRows(EncodedRows(featureAggregate.column.values), batch, into: batch.memory.aggregate),
      own: own ? try readOwnRows(store.featureRows, batch, into: batch.memory.input) : nil)
  }

  /// In two parts, wherever the halo's rows are, so that products come out the same.
  private func joinedRows(_ values: EncodedRows, _ batch: Batch, _ halo: HaloSource) throws -> BatchInput {
    let memory = batch.memory
    if case .staged(let staged) = halo {
      let rows = try staged.rows(0, of: batch.haloCount, into: memory.inputHalo, using: passing)
      return .joined(try readOwnRows(values, batch, into: memory.input), ScatteredRows(rows))
    }
    if let rows = inPlace(values, 0, batch, halo) {
      return .joined(try readOwnRows(values, batch, into: memory.input), rows)
    }
    let all = try readRows(values, batch, halo)
    let own = 0..<batch.rowCount
    return .joined(all.rowRange(own), ScatteredRows(all.rowRange(own.upperBound..<own.upperBound + batch.haloCount)))
  }

  /// Batch rows, partition by partition, then halo rows.
  private func readRows(_ values: EncodedRows, _ batch: Batch, _ halo: HaloSource) throws -> Matrix {
    let target = try readOwnRows(values, batch, room: batch.haloCount, into: batch.memory.input)
    if case .staged(let staged) = halo {
      try staged.copy(0, of: batch.haloCount, into: target.base + batch.rowCount * values.width, using: passing)
    } else {
      try gather(values, 0, batch, halo, 0..<batch.haloCount, into: target, at: batch.rowCount)
    }
    return target
  }

  /// - Parameter room: for so many rows more.
  private func readOwnRows(
    _ values: EncodedRows, _ batch: Batch, room: Int = 0, into buffer: Buffer<Float>
  ) throws -> Matrix {
    if room == 0, let rows = try inPlace(values, own: batch) { return rows }
    if room == 0, dropsPages, batch.segments.count == 1 {
      return try RowGatherer.readOnce(values, batch.segments[0].nodes, into: buffer, using: passing)
    }
    let target = buffer.matrix(rows: batch.rowCount + room, columns: values.width)
    for segment in batch.segments {
      let place = target.base + segment.start * values.width
      if dropsPages {
        try RowGatherer.copyOnce(values, segment.nodes, into: place, using: passing)
      } else {
        try RowGatherer.copy(values, segment.nodes, into: place)
      }
    }
    return target
  }

  func pull(
    _ batch: Batch, _ contents: BatchContents, _ unsettled: Set<Int>, _ halo: HaloSource
  ) throws {
    let layers = contents.pulledLayers
    batch.pulledLayers = layers
    while batch.memory.pulled.count < layers.count { batch.memory.pulled.append(Buffer()) }
    batch.pulled = try layers.map { layer in
      let values = histories[layer - 1].rows
      let source = source(of: layer, contents)
      if contents.summedLayers.contains(layer), let rows = inPlace(values, source, batch, halo) { return rows }
      let buffer = batch.memory.pulled[layer - layers.lowerBound]
      if case .staged(let staged) = halo {
        return ScatteredRows(try staged.rows(source, of: batch.haloCount, into: buffer, using: passing))
      }
      let target = buffer.matrix(rows: batch.haloCount, columns: values.width)
      if unsettled.isEmpty {
        try gather(values, source, batch, halo, 0..<batch.haloCount, into: target, at: 0)
      } else {
        try forEachHaloRun(batch, unsettled) { isSettled, run in
          if isSettled { try gather(values, source, batch, halo, run, into: target, at: run.lowerBound) }
        }
      }
      return ScatteredRows(target)
    }
  }

  /// The halo's rows where they are, if they are in memory and lie close enough: what they are when they are read, pushes of the batch
  /// before included.
  private func inPlace(_ values: EncodedRows, _ source: Int, _ batch: Batch, _ halo: HaloSource) -> ScatteredRows? {
    guard values.encoding == .float32 else { return nil }
    switch halo {
    case .staged: return nil
    case .mailed(let mail): return mail.scattered(source, UnsafeBufferPointer(batch.haloPlaces))
    case .columns:
      let rows = UnsafeBufferPointer(batch.haloRows)
      let isNear = values.values.isSmall || (readsInPlace && RowGatherer.areNear(values, rows))
      return isNear ? values.scattered(rows) : nil
    }
  }

  /// The rows of a batch of one partition where they are, if they are in memory.
  private func inPlace(_ values: EncodedRows, own batch: Batch) throws -> Matrix? {
    guard readsInPlace, values.encoding == .float32, batch.segments.count == 1, let nodes = batch.segments.first?.nodes,
      RowGatherer.isCached(values.values, nodes)
    else { return nil }
    return try values.matrix(nodes)
  }

  /// The columns that batches of such contents read scattered rows of: that of the input first, then those of pulled layers.
  package func haloSources(_ contents: BatchContents) -> [EncodedRows] {
    guard contents.graph && form != .nodesOnly else { return [] }
    let pulled = contents.pulledLayers.map { histories[$0 - 1].rows }
    return (haloInput(contents).map { [$0] } ?? []) + pulled
  }

  private func haloInput(_ contents: BatchContents) -> EncodedRows? {
    switch contents.input {
    case .features: sparseFeatures == nil ? store.featureRows : nil
    case .history(let layer): histories[layer - 1].rows
    case .aggregatedFeatures: nil
    }
  }

  /// The place among `haloSources` of a layer that is pulled.
  private func source(of layer: Int, _ contents: BatchContents) -> Int {
    layer - contents.pulledLayers.lowerBound + (haloInput(contents) == nil ? 0 : 1)
  }

  /// Decodes a stretch of the halo's rows, from the column or from the mail.
  private func gather(
    _ values: EncodedRows, _ source: Int, _ batch: Batch, _ halo: HaloSource, _ run: Range<Int>, into target: Matrix,
    at row: Int
  ) throws {
    let target = target.base + row * values.width
    if case .mailed(let mail) = halo {
      return mail.gather(source, UnsafeBufferPointer(rebasing: batch.haloPlaces[run]), into: target)
    }
    try RowGatherer.gather(
      values, UnsafeBufferPointer(rebasing: UnsafeBufferPointer(batch.haloRows)[run]), into: target)
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
  func settle(_ batch: Batch, _ contents: BatchContents, unsettled: Set<Int>, halo: HaloSource) throws {
    guard !unsettled.isEmpty, batch.haloCount > 0 else { return }
    for layer in contents.pulledLayers {
      // What is read where it is is never out of date.
      guard let target = batch.pulled(layer: layer).matrix else { continue }
      let values = histories[layer - 1].rows
      try forEachHaloRun(batch, unsettled) { isSettled, run in
        if !isSettled {
          try gather(values, source(of: layer, contents), batch, halo, run, into: target, at: run.lowerBound)
        }
      }
    }
  }
}
