import GasNN

/// The halo rows of an exact pass, layer by layer: they are read as they would be without mail, and what the pass pushes is sent to the
/// epoch that comes next.
final class EpochMail: HaloSupply {
  private let mail: HaloMail
  private let reading: any HaloSupply
  /// The stages that have been computed.
  private var stage = 0

  /// - Parameters:
  ///   - groups: of the epoch.
  ///   - exact: of each layer's pass.
  ///   - reading: what these get their own rows by.
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

  func send(_ rows: Matrix, ofLayer layer: Int) throws {
    try reading.send(rows, ofLayer: layer)
    try mail.send(rows, ofLayer: layer)
  }

  func end() {
    reading.end()
    stage += 1
  }

  /// The last stage pushes nothing. The first sends the rows that never change, too.
  private var isSending: Bool { stage < max(1, mail.historyCount) }
}
