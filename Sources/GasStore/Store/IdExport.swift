import Foundation
import GasBase

/// Writes a store's original ids in original order, so that rows of exported files can be told apart.
///
/// Integer ids are scattered into a mapped file. Names are of different lengths and so cannot be: they are gathered in memory.
public struct IdExport {
  private let store: Store

  public init(_ store: Store) {
    self.store = store
  }

  /// - Parameter path: of a `.npy` file of int64 [N] for integer ids, of a text file with a name a line otherwise.
  public func write(to path: String) throws {
    switch store.manifest.idKind {
    case .string: try writeNames(path)
    case .integer, .sequential: try writeIntegers(path)
    }
  }

  private func writeIntegers(_ path: String) throws {
    let output = try NpyOutput<Int64>(creating: path, rowCount: store.nodeCount)
    let codec = BlockCodec()
    let places = Buffer<UInt32>()
    let ids = Buffer<Int64>()
    for partition in store.partitions.indices {
      let nodes = store.partitions.nodes(partition)
      let order = places.resized(to: nodes.count)
      try store.column(.order).read(nodes, into: order, using: codec)
      let values = ids.resized(to: nodes.count)
      if store.manifest.idKind == .integer {
        try store.column(.ids).read(nodes, into: values, using: codec)
      } else {
        for index in values.indices { values[index] = Int64(order[index]) }
      }
      for (place, id) in zip(order, values) where Int(place) < store.nodeCount { output.row(Int(place))[0] = id }
      output.release()
    }
    try output.finish()
  }

  private func writeNames(_ path: String) throws {
    let count = store.nodeCount
    let order = try store.column(.order).array(0..<count, as: UInt32.self)
    let offsets = try store.column(.idOffsets).array(0..<count + 1, as: UInt64.self)
    let bytes = try store.column(.idBytes).array(0..<store.column(.idBytes).rowCount, as: UInt8.self)
    var rows = [Int](repeating: 0, count: count)
    for (row, place) in order.enumerated() where Int(place) < count { rows[Int(place)] = row }
    try AtomicFile.write(path) { file in
      for row in rows {
        guard offsets[row] <= offsets[row + 1], offsets[row + 1] <= UInt64(bytes.count) else {
          throw GasError("id offsets are damaged", file: store.column(.idOffsets).path, advice: "see gas-stat verify")
        }
        try file.write(Array(bytes[Int(offsets[row])..<Int(offsets[row + 1])]) + [UInt8(ascii: "\n")])
      }
    }
  }
}
