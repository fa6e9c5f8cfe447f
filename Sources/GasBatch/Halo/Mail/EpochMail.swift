import GasAutodiff

/// The halo rows of an exact pass over all layers. Its batches read them as they would without mail, and what they push
/// is sent to the epoch that comes next.
final class EpochMail: HaloSupply {
  private let mail: HaloMail
  private let reading: any HaloSupply
  /// How many stages have been computed.
  private var stage = 0

  /// - Parameters:
  ///   - mail: what sends the rows.
  ///   - sources: the columns that the epoch reads halo rows of.
  ///   - groups: the partitions of each batch of the epoch.
  ///   - exact: the partitions of each batch of every layer's pass.
  ///   - reading: how these passes get their own halo rows.
  /// - Throws: `GasError` if the store is damaged or the disk too full.
  init(
    _ mail: HaloMail, sources: [EncodedRows], of groups: [[Int]], after exact: [[Int]], reading: any HaloSupply
  ) throws {
    (self.mail, self.reading) = (mail, reading)
    try mail.announce(groups, after: exact, sources: sources)
  }

  func begin(_ groups: [[Int]], following: [[Int]]?, sources: [EncodedRows]) throws {
    if isSending { mail.beginLayer() }
    try reading.begin(groups, following: following, sources: sources)
  }

  func advance(to position: Int) throws { try reading.advance(to: position) }
  func rows(for position: Int) -> any HaloRows { reading.rows(for: position) }
  var showsLastPush: Bool { reading.showsLastPush }

  func take(_ batch: Batch, at position: Int) throws {
    try reading.take(batch, at: position)
    if isSending { try mail.takeExact(batch, first: stage == 0) }
  }

  func send(_ rows: DenseRows, ofLayer layer: Int) throws {
    try reading.send(rows, ofLayer: layer)
    try mail.send(rows, ofLayer: layer)
  }

  func end() {
    reading.end()
    stage += 1
  }

  /// Whether the stage at hand sends rows. The last stage pushes nothing; the first one also sends the rows that never
  /// change.
  private var isSending: Bool { stage < max(1, mail.historyCount) }
}

extension HaloMail {
  /// Prepares an exact pass that sends its rows, layer by layer, to the epoch after it.
  ///
  /// - Parameters:
  ///   - groups: the partitions of each batch of that epoch.
  ///   - exact: the partitions of each batch of the exact pass.
  ///   - sources: the columns that the epoch reads halo rows of, as in `begin`.
  ///   - lists: where it is no epoch, but another exact pass, which pushes nothing that its own batches read: the lists
  ///     of such passes.
  /// - Throws: `GasError` if the store is damaged or the disk too full.
  func announce(
    _ groups: [[Int]], after exact: [[Int]], sources: [EncodedRows], _ lists: LayerMailLists? = nil
  ) throws {
    stop()
    self.sources = sources
    guard !sources.isEmpty else { return }
    try trace.span("list mail") { next = try open(groups, after: exact, lists) }
    listing.release()
  }

  /// Starts a layer of the exact pass: its rows are sent from the window's first one on.
  func beginLayer() { for window in next?.windows ?? [] { window.rewind() } }

  /// Does for a batch of the exact pass what `take(_:at:)` does for one of an epoch.
  ///
  /// - Parameters:
  ///   - batch: the batch that is about to be computed.
  ///   - first: whether the pass is that of the first layer, which also sends the rows that never change.
  /// - Throws: `GasError` where the disk fails.
  func takeExact(_ batch: Batch, first: Bool) throws {
    guard let next else { return }
    receivers = next.windows.map { ($0, .before) }
    try trace.span("send mail") { try take(batch.segments) }
    if first { for source in 0..<constantCount { try sendConstant(source, of: batch) } }
  }
}
