import GasAutodiff
import GasFiles
import GasStore

/// The halo rows of an exact pass over all layers, where the page cache cannot hold a history: each stage sends the
/// rows that it pushes to the batches of the next stage that read them.
///
///     stage l        compute batch i, which sends its rows of layer l + 1 to windows of stage l + 1 | batch i + 1 …
///     stage l + 1    reads the mail of layer l + 1, and sends its own of layer l + 2
///
/// So a history is written front to back once, and read only for the batches' own rows. What batches read is what they
/// would read in the history: mail changes no result. The first stage reads features, which it gets otherwise.
///
/// Memory: `MailMemory.layerBytes`. Disk space: the halo rows of one layer. It is used from one thread.
final class LayerMail: HaloSupply {
  private let groups: [[Int]]
  /// The histories that later stages read halo rows of.
  private let layers: [EncodedRows]
  private let features: any HaloSupply
  private let lists: LayerMailLists
  private let makeMail: () -> HaloMail
  /// How many stages have been computed.
  private var stage = 0
  /// The mail that the stage at hand reads, and the one that it sends.
  private var incoming: HaloMail?
  private var outgoing: HaloMail?

  /// - Parameters:
  ///   - groups: the partitions of each batch of every stage.
  ///   - layers: the history of layer l at place l − 1.
  ///   - features: how the first stage gets its halo rows.
  ///   - lists: what is known of the mail of such groups.
  ///   - makeMail: makes mail of a single source that changes.
  init(
    _ groups: [[Int]], of layers: [EncodedRows], features: any HaloSupply, _ lists: LayerMailLists,
    makeMail: @escaping () -> HaloMail
  ) {
    (self.groups, self.layers, self.features, self.lists) = (groups, layers, features, lists)
    self.makeMail = makeMail
  }

  func begin(_ groups: [[Int]], following: [[Int]]?, sources: [EncodedRows]) throws {
    precondition(groups == self.groups, "every stage has the same batches")
    if let incoming {
      try incoming.begin(groups, following: nil, sources: sources)
    } else {
      try features.begin(groups, following: nil, sources: sources)
    }
    guard stage < layers.count else { return }
    let mail = makeMail()
    try mail.announce(groups, after: groups, sources: [layers[stage]], lists)
    outgoing = mail
  }

  func advance(to position: Int) throws {
    if let incoming { incoming.advance(to: position) } else { try features.advance(to: position) }
  }

  func rows(for position: Int) -> any HaloRows { (incoming ?? features).rows(for: position) }

  /// What a stage reads is complete before the stage begins.
  var showsLastPush: Bool { incoming == nil && features.showsLastPush }

  func take(_ batch: Batch, at position: Int) throws {
    if incoming == nil { try features.take(batch, at: position) }
    try outgoing?.takeExact(batch, first: false)
  }

  func send(_ rows: DenseRows, ofLayer layer: Int) throws {
    if incoming == nil { try features.send(rows, ofLayer: layer) }
    try outgoing?.send(rows, ofLayer: 1)
  }

  func end() {
    if let incoming { incoming.end() } else { features.end() }
    incoming = outgoing
    outgoing = nil
    stage += 1
  }
}

/// Which rows the windows of a stage's pass read, kept for other layers and for later exact passes over the same
/// batches. The lists are in files without names.
final class LayerMailLists {
  private var pass: MailPass?

  /// The lists of a pass, made by `make` unless they are those of the pass before.
  func pass(_ groups: [[Int]], rowLimit: Int, alignment: Int, _ make: () throws -> MailPass) rethrows -> MailPass {
    if let pass, pass.groups == groups, pass.rowLimit == rowLimit, pass.alignment == alignment { return pass }
    // The old lists go first.
    pass = nil
    let made = try make()
    pass = made
    return made
  }
}
