import GasBase
import GasFiles
import GasStore

/// The histories of a run, or a scratch copy of their shapes: layers 1 … L−1 of a model with L stages.
public struct HistorySet: Sendable {
  /// The histories, that of layer 1 first.
  public let layers: [History]
  /// The folder whose disk they are on.
  package let folder: String
  /// Where passes keep scratch files: the folder that was named for them, or the histories' own.
  package var scratchFolder: String { ScratchPlace.named ?? folder }
  /// Whether disk space was set aside for all rows.
  package let isReserved: Bool

  /// The history of a layer, from 1.
  public subscript(layer: Int) -> History { layers[layer - 1] }

  /// The layers that have a history, 1 ..< L.
  public var layerNumbers: Range<Int> { 1..<layers.count + 1 }

  /// Creates histories of zeros. A seal in the folder is removed, since it is that of other histories.
  ///
  /// - Parameters:
  ///   - folder: the run's folder.
  ///   - store: the store that the rows belong to.
  ///   - widths: numbers in a row of layers 1, 2, …
  ///   - encoding: how rows are stored.
  /// - Returns: the open histories.
  /// - Throws: `GasError` if the disk fails or is too full.
  public static func create(
    in folder: String, store: Store, widths: [Int], _ encoding: RowEncoding = .float32
  ) throws -> HistorySet {
    let draft = try HistoryDraft(in: folder, store: store, widths: widths, encoding)
    try draft.publish()
    return draft.histories
  }

  /// Opens the histories of a run.
  ///
  /// - Parameters:
  ///   - folder: the run's folder.
  ///   - store: the store that the rows belong to.
  ///   - widths: numbers in a row of layers 1, 2, …
  ///   - access: whether rows will be pushed too.
  /// - Throws: `GasError` if a history is missing or damaged, or does not have the shape that store and model give it.
  public init(
    opening folder: String, store: Store, widths: [Int], access: MappedFile.Access = .readWrite
  ) throws {
    self.folder = folder
    isReserved = true
    layers = try widths.enumerated().map { index, width in
      let history = try History(in: folder, layer: index + 1, access: access)
      guard history.embeddings.header.rowCount == store.nodeCount && history.width == width else {
        throw GasError(
          expected: "a history of [\(store.nodeCount), \(width)]",
          found: "[\(history.embeddings.header.rowCount), \(history.width)]", file: history.embeddings.path)
      }
      return history
    }
  }

  /// Makes histories without names, for inference that must leave a run's histories alone: they take disk space in
  /// `folder` until they are released.
  ///
  /// - Parameters:
  ///   - folder: the folder whose disk they are on.
  ///   - store: the store that the rows belong to.
  ///   - widths: numbers in a row of layers 1, 2, …
  ///   - encoding: how rows are stored.
  ///   - isReserved: whether disk space is set aside for all rows; if only some will be written, it need not be.
  /// - Returns: the histories, all zeros.
  /// - Throws: `GasError` if the disk fails or is too full.
  public static func scratch(
    beside folder: String, store: Store, widths: [Int], _ encoding: RowEncoding = .float32, isReserved: Bool = true
  ) throws -> HistorySet {
    let layers = try widths.enumerated().map { index, width in
      try History(
        scratchIn: folder, layer: index + 1, nodeCount: store.nodeCount, width: width, encoding,
        isReserved: isReserved)
    }
    return HistorySet(layers: layers, folder: folder, isReserved: isReserved)
  }

  /// Removes what a process has left in the folder that was killed while a scratch history had a name.
  package static func clearLeftovers(in folder: String) { Leftovers.sweep(beside: folder + "/scratch.gascol") }

  /// Brings new embeddings, which are zeros, into the page cache in huge pages, if they fit a quarter of the machine's
  /// memory: batches whose rows are read where they are then fault once for 2 MiB. What lies between two parts is
  /// brought along where it is small beside a huge page, unless that is a quarter more in all: part by part, many of
  /// them would lie in small pages.
  ///
  /// - Parameters:
  ///   - parts: ascending ranges of rows; `nil` for all.
  ///   - processes: how many processes may share the machine and do so.
  /// - Throws: `GasError` if the disk is full or fails.
  package func settleInMemory(_ parts: [Range<Int>]? = nil, processes: Int = 1) throws {
    let parts = parts ?? layers.first.map { [0..<$0.embeddings.values.rowCount] } ?? []
    let rowBytes = layers.reduce(0) { $0 + $1.rows.rowBytes }
    let widest = layers.map(\.rows.rowBytes).max() ?? 1
    func count(_ parts: [Range<Int>]) -> Int { parts.reduce(0) { $0 + $1.count } }
    let most = Memory.physicalBytes / 4 / processes / max(1, rowBytes)
    guard count(parts) <= most else { return }
    let joined = parts.joined(gap: Pages.hugePageBytes / 4 / max(1, widest))
    let pieces = count(joined) <= min(most, count(parts) * 5 / 4) ? joined : parts
    for history in layers where !history.embeddings.values.isSmall {
      for rows in pieces where !rows.isEmpty { try history.embeddings.values.clear(rows) }
    }
  }

  init(layers: [History], folder: String, isReserved: Bool) {
    self.layers = layers
    self.isReserved = isReserved
    self.folder = folder
  }
}
