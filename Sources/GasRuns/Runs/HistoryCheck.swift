import GasBase
import GasBatch
import GasFiles
import GasStore

/// Compares histories with the checksums that a run has left of them (`HistorySeal`).
///
/// The run may go on meanwhile. Then nothing is known of its histories any more, and a difference is no damage. It only
/// reads. Its memory is that of the checksums and some rows.
package struct HistoryCheck {
  private let seal: HistorySeal
  private let folder: String
  private let path: String
  private let identity: FileVersion
  private let store: Store

  /// The number of rows whose steps are checked together.
  private static let stepCount = 1 << 16

  /// Reads the seal of a run's histories; `nil` if they are not sealed.
  ///
  /// - Parameters:
  ///   - folder: the run.
  ///   - store: the store that it is in.
  /// - Throws: `GasError` if the seal is damaged or of another store.
  package init?(_ folder: RunFolder, _ store: Store) throws {
    guard let identity = FileVersion(folder.seal) else { return nil }
    (self.folder, path, self.identity, self.store) = (folder.path, folder.seal, identity, store)
    do {
      seal = try HistorySeal(reading: path)
    } catch {
      guard identity == FileVersion(folder.seal) else { return nil }
      throw error
    }
    try checkSeal("store-checksum", store.manifest.wholeChecksum, seal.store.excerpt)
    for layer in seal.layers {
      try checkSeal("checksums of partitions:", "\(store.partitions.count)", "\(layer.count)")
    }
  }

  /// Checks all rows of all histories.
  ///
  /// - Parameter progress: gets the number of bytes that were read.
  /// - Returns: false if the run went on meanwhile.
  /// - Throws: `GasError` that names the first layer and partition whose rows are not as the run left them.
  func checkAll(progress: (Int) -> Void = { _ in }) throws -> Bool {
    for layer in seal.layers.indices {
      guard let history = try history(layer + 1) else { return false }
      for partition in store.partitions.indices {
        guard try check(history, partition: partition) else { return false }
        progress(store.partitions.nodes(partition).count * history.rows.rowBytes)
      }
    }
    return true
  }

  private func history(_ layer: Int) throws -> History? {
    do {
      let history = try History(in: folder, layer: layer, access: .read)
      try StoreVerifier.checkRowCount(
        history.embeddings.header.rowCount, of: store, file: history.embeddings.path)
      return history
    } catch {
      guard !isThere else { throw error }
      return nil
    }
  }

  /// Checks whether the histories are those of a checkpoint.
  ///
  /// - Parameter state: the run's checkpoint.
  /// - Returns: false if the run went on meanwhile.
  /// - Throws: `GasError` if they belong to another epoch or step.
  package func check(_ state: Checkpoint) throws -> Bool {
    guard (state.epoch, state.step) != (seal.epoch, seal.step) else { return true }
    return try unlessGone(
      GasError(
        expected: "epoch \(state.epoch) and step \(state.step), which checkpoint.safetensors is of",
        found: "\(seal.epoch) and \(seal.step)", file: path, advice: "one of both was replaced; " + Self.advice))
  }

  /// Checks the rows of a partition.
  ///
  /// - Parameters:
  ///   - history: the history of a layer.
  ///   - partition: the partition's number.
  /// - Returns: false if the run went on meanwhile.
  /// - Throws: `GasError` if the rows are not as the run left them.
  package func check(_ history: History, partition: Int) throws -> Bool {
    try checkSeal("checksums of layer", "\(history.layer)", "\(min(history.layer, seal.layers.count))")
    let (values, rows) = (history.embeddings.values, store.partitions.nodes(partition))
    let expected = seal.layers[history.layer - 1][partition]
    let found = Checksum.text(try values.checksum(rows: rows))
    let name = "history of layer \(history.layer), partition \(partition)"
    guard found == expected else {
      return try unlessGone(
        GasError(
          "\(name): expected checksum \(expected.excerpt), found \(found)", file: values.path,
          at: .offset(ColumnHeader.byteCount + rows.lowerBound * history.rows.rowBytes), advice: Self.damaged))
    }
    let steps = history.pushedSteps.values
    guard let (row, step) = try strangeStep(in: steps, rows) else { return true }
    return try unlessGone(
      GasError(
        "\(name): expected step \(seal.step), found \(step)", file: steps.path,
        at: .offset(ColumnHeader.byteCount + row * MemoryLayout<UInt32>.size), advice: Self.damaged))
  }

  private func strangeStep(in values: MappedElements, _ rows: Range<Int>) throws -> (row: Int, step: UInt32)? {
    for piece in rows.chunks(ofCount: Self.stepCount) {
      defer { values.release(rows: piece) }
      let steps = try values.rows(piece, as: UInt32.self)
      guard let place = steps.firstIndex(where: { $0 != UInt32(clamping: seal.step) }) else { continue }
      return (piece.lowerBound + place, steps[place])
    }
    return nil
  }

  private func checkSeal(_ what: String, _ wanted: String, _ found: String) throws {
    guard wanted != found else { return }
    throw GasError(expected: "\(what) \(wanted)", found: found, file: path, advice: HistorySeal.advice)
  }

  /// Whether the seal is the one that was read. A process that goes on with a run removes it before anything else.
  private var isThere: Bool { identity == FileVersion(path) }

  private func unlessGone(_ error: GasError) throws -> Bool {
    guard isThere else { return false }
    throw error
  }

  private static let advice = "gas-run resume makes the histories anew from the weights"
  private static let damaged = "the file is damaged; " + advice
}
