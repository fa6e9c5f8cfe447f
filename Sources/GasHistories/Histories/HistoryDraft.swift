import GasBase
import GasFiles
import GasStore

/// Histories of zeros for a run's folder that do not have their names yet. Until they get them, the histories that have
/// the names stay as they are, and so does their seal: whatever ends the process by then, the run is as it was.
package struct HistoryDraft {
  /// The open histories.
  package let histories: HistorySet
  private let files: [ReadyFile]

  /// Creates the files.
  ///
  /// - Parameters:
  ///   - folder: the run's folder.
  ///   - store: the store that the rows belong to.
  ///   - widths: numbers in a row of layers 1, 2, …
  ///   - encoding: how rows are stored.
  /// - Throws: `GasError` if the disk fails or is too full.
  package init(in folder: String, store: Store, widths: [Int], _ encoding: RowEncoding) throws {
    var (layers, files): ([History], [ReadyFile]) = ([], [])
    for (index, width) in widths.enumerated() {
      let draft = try History.draft(
        in: folder, layer: index + 1, nodeCount: store.nodeCount, width: width, encoding)
      layers.append(draft.history)
      files += draft.files
    }
    self.files = files
    histories = HistorySet(layers: layers, folder: folder, isReserved: true)
  }

  /// Gives the histories their names. A seal in the folder is removed before, since it is that of other histories.
  ///
  /// - Throws: `GasError` if the disk fails.
  package func publish() throws {
    try HistorySealFile.remove(in: histories.folder)
    try files.publish()
  }

  /// The disk space of all histories.
  ///
  /// - Parameters:
  ///   - store: the store that the rows belong to.
  ///   - widths: numbers in a row of layers 1, 2, …
  ///   - encoding: how rows are stored.
  /// - Returns: bytes, headers included.
  package static func byteCount(_ store: Store, widths: [Int], _ encoding: RowEncoding) -> Int {
    let headers = 2 * ColumnHeader.byteCount
    let rowBytes = widths.map { encoding.columnWidth($0) * encoding.elementType.byteCount + MemoryLayout<UInt32>.size }
    return rowBytes.reduce(0) { $0 + headers + store.nodeCount * $1 }
  }
}
