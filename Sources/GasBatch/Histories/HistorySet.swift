import GasBase
import GasFiles
import GasStore

/// The histories of a run, or a scratch copy of their shapes: layers 1 … L−1 of a model with L stages.
public struct HistorySet: Sendable {
  public let layers: [History]
  /// Where they take their room.
  package let folder: String
  /// Whether disk space was set aside for all rows.
  package let isReserved: Bool

  public subscript(layer: Int) -> History { layers[layer - 1] }

  public var layerNumbers: Range<Int> { 1..<layers.count + 1 }

  /// Histories of zeros. A seal that stands in the folder goes, since it is of others.
  ///
  /// - Parameters:
  ///   - folder: of the run.
  ///   - store: the one that the rows belong to.
  ///   - widths: of layers 1, 2, …
  ///   - encoding: how rows are kept.
  public static func create(
    in folder: String, store: Store, widths: [Int], _ encoding: RowEncoding = .float32
  ) throws -> HistorySet {
    try HistorySealFile.remove(in: folder)
    for (index, width) in widths.enumerated() {
      try History.create(in: folder, layer: index + 1, nodeCount: store.nodeCount, width: width, encoding)
    }
    return try HistorySet(opening: folder, store: store, widths: widths)
  }

  /// - Throws: `GasError` if a history is missing, damaged, or not of the store's and model's shape.
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

  /// Histories without names, for inference that must leave a run's histories alone: disk space in `folder` until they are
  /// released.
  ///
  /// - Parameters:
  ///   - folder: on whose disk they lie.
  ///   - store: the one that the rows belong to.
  ///   - widths: of layers 1, 2, …
  ///   - encoding: how rows are kept.
  ///   - isReserved: whether disk space is set aside for all rows; where only some will be written, it need not be.
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

  /// Removes what a process left in the folder that was killed while a scratch history had a name.
  package static func clearLeftovers(in folder: String) { Leftovers.sweep(beside: folder + "/scratch.gascol") }

  /// Brings new embeddings, which are zeros, into the page cache in huge pages, if a quarter of the machine's memory holds all of them:
  /// batches whose rows are read where they are fault once for 2 MiB then.
  package func settleInMemory() throws {
    let byteCount = layers.reduce(0) { $0 + $1.embeddings.fileBytes }
    guard byteCount <= Memory.physicalBytes / 4 else { return }
    for history in layers where !history.embeddings.values.isSmall { try history.embeddings.values.clear() }
  }

  private init(layers: [History], folder: String, isReserved: Bool) {
    self.layers = layers
    self.isReserved = isReserved
    self.folder = folder
  }
}
