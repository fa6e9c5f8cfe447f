import GasNN
import GasStore

/// The degrees that symmetric normalisation divides by where the weights of a weighted store are left out: the length
/// of each row's list, plus 1 if the row is not its own neighbour. The degrees that a store keeps for its halos include
/// the weights.
///
/// Making them is one pass over all lists that the store has. They are a number for each node in a mapped file without
/// a name, which leaves nothing behind.
package final class UnitDegrees {
  private let column: MutableColumn

  /// Whether a model normalises by degrees of a weighted store without its weights.
  package static func areNeeded(_ store: Store, _ form: GraphForm, _ weights: EdgeWeightUse) -> Bool {
    form == .symmetric && store.manifest.weighted && weights != .values
  }

  /// - Throws: `GasError` if the store is damaged or the disk too full.
  init(_ store: Store, in folder: String) throws {
    column = try .nameless(in: folder, type: .float32, rowCount: store.nodeCount, width: nil)
    let (reader, held) = (PartitionReader(store), store.heldPartitions)
    for partition in store.partitions.indices {
      let nodes = store.partitions.nodes(partition)
      let degrees = column.values.mutableElements(nodes, as: Float.self)
      if held.contains(partition) {
        let adjacency = try reader.adjacency(of: partition)
        adjacency.forEachLoop { row, hasLoop in degrees[row] = Float(adjacency.degrees[row]) + (hasLoop ? 0 : 1) }
      } else {
        try Self.readOthers(nodes, of: store, into: degrees)
      }
      column.values.release(rows: nodes)
    }
  }

  /// Of rows whose lists a shard does not have, it knows how long these are and which have a self-loop.
  private static func readOthers(
    _ nodes: Range<Int>, of store: Store, into degrees: UnsafeMutableBufferPointer<Float>
  ) throws {
    let loops = try store.column(.selfLoops).array(nodes, as: UInt8.self)
    let lengths = try store.column(.degrees).values.elements(nodes, as: UInt32.self)
    for (place, length) in lengths.enumerated() { degrees[place] = Float(length) + (loops[place] == 0 ? 1 : 0) }
    store.column(.degrees).release()
  }

  /// Reads the degrees of some rows.
  ///
  /// - Parameters:
  ///   - rows: the rows, ascending.
  ///   - degrees: gets their degrees, and is as long.
  /// - Throws: `GasError` if the disk fails.
  func read(_ rows: UnsafeMutableBufferPointer<UInt32>, into degrees: UnsafeMutableBufferPointer<Float>) throws {
    for (place, row) in rows.enumerated() {
      degrees[place] = try column.values.elements(Int(row)..<Int(row) + 1, as: Float.self)[0]
    }
    column.values.release()
  }
}
