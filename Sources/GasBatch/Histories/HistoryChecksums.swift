/// CRC-32 of the rows of each partition in each layer's history, as an exact pass has pushed them.
///
/// They are computed from the bytes that are being written, so that nothing is read again for them. Memory: a number
/// for each layer and partition.
package struct HistoryChecksums: Sendable {
  /// The checksums by layer from 1 on, then by partition.
  package private(set) var layers: [[UInt32]]

  /// Zeros, until they are noted.
  package init(layerCount: Int, partitionCount: Int) {
    layers = Array(repeating: Array(repeating: 0, count: partitionCount), count: layerCount)
  }

  /// Keeps the checksum of a partition's rows in the history of a layer, counted from 1.
  package mutating func note(_ checksum: UInt32, layer: Int, partition: Int) { layers[layer - 1][partition] = checksum }
}
