import GasEdges
import GasFiles
import GasStore

/// Writes the node of each row: `order`, and the user's ids if they are not 0 … N−1.
struct IdWriter {
  let nodes: NodeIds
  let rows: RowArranger

  func write(to store: StoreWriter) throws {
    let places = try store.column(.order, type: .uint32, encoding: .lz4)
    try places.append(UnsafeBufferPointer(rows.order.nodes.all))
    switch nodes {
    case .sequential: return
    case .integers(let ids):
      let column = try store.column(.ids, type: .int64, encoding: .lz4)
      try rows.write(bytesPerRow: MemoryLayout<Int64>.size, to: column) { put in
        for node in 0..<nodes.count { withUnsafeBytes(of: ids.ids[node]) { put(node, $0) } }
      }
    case .names(let table):
      try write(table, to: store)
    }
  }

  private func write(_ table: StringTable, to store: StoreWriter) throws {
    let offsets = try store.column(.idOffsets, type: .uint64, encoding: .lz4)
    let column = try store.column(.idBytes, type: .uint8, encoding: .lz4)
    let starts = try rows.starts { put in
      for node in 0..<nodes.count { put(node, table.text(of: node).count) }
    }
    for row in 0...nodes.count { try offsets.append(UInt64(starts[row])) }
    let buckets = try rows.buckets(.starts(starts))
    for node in 0..<nodes.count {
      buckets.append(UnsafeRawBufferPointer(table.text(of: node)), row: rows.row(of: node))
    }
    try buckets.forEachBucket { _, bytes in try column.append(bytes: bytes) }
  }
}
