import GasFiles
import GasStore
import Glibc

/// The file of checksums beside histories that are not being written to: `HistorySeal` is what it holds.
package enum HistorySealFile {
  /// Its name in the folder of the histories.
  package static let name = "histories.json"

  /// Removes the file of a run's folder, durably. Histories may be written to from then on.
  ///
  /// - Parameter folder: the run's folder.
  /// - Throws: `GasError` if it cannot be removed.
  package static func remove(in folder: String) throws {
    let path = "\(folder)/\(name)"
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    try FileTree.remove(path)
    try FolderSync.sync(folder)
  }
}

/// CRC-32 of the rows of each partition in each layer's history, as an exact pass has pushed them.
///
/// An exact pass that may be the last computes them from the bytes that it writes, so that nothing is read again for
/// them. Memory: a number for each layer and partition.
package struct HistoryChecksums: Sendable {
  /// The checksums by layer from 1 on, then by partition.
  package private(set) var layers: [[UInt32]]

  /// Zeros, until they are noted.
  package init(layerCount: Int, partitionCount: Int) {
    layers = Array(repeating: Array(repeating: 0, count: partitionCount), count: layerCount)
  }

  /// Reads all rows of histories.
  ///
  /// - Throws: `GasError` if reading fails.
  package init(reading histories: HistorySet, partitions: PartitionTable) throws {
    layers = try histories.layers.map { history in
      try partitions.indices.map { try history.embeddings.values.checksum(rows: partitions.nodes($0)) }
    }
  }

  /// Keeps the checksum of a partition's rows in the history of a layer, counted from 1.
  package mutating func note(_ checksum: UInt32, layer: Int, partition: Int) { layers[layer - 1][partition] = checksum }
}
