import GasStore

/// Writes which node stands in each row: `order`, and the user's ids where they are not 0 … N−1.
struct IdWriter {
  let nodes: NodeIds
  let order: NodeOrder

  func write(to store: StoreWriter) throws {
    let places = try store.column(.order, type: .uint32, encoding: .lz4)
    try places.append(UnsafeBufferPointer(order.nodes.all))
    switch nodes {
    case .sequential: return
    case .integers(let ids):
      let column = try store.column(.ids, type: .int64, encoding: .lz4)
      for row in 0..<nodes.count { try column.append(ids.ids[Int(order.nodes[row])]) }
    case .names(let table):
      try write(table, to: store)
    }
  }

  private func write(_ table: StringTable, to store: StoreWriter) throws {
    let offsets = try store.column(.idOffsets, type: .uint64, encoding: .lz4)
    let bytes = try store.column(.idBytes, type: .uint8, encoding: .lz4)
    var offset: UInt64 = 0
    try offsets.append(offset)
    for row in 0..<nodes.count {
      let text = table.text(of: Int(order.nodes[row]))
      try bytes.append(text)
      offset += UInt64(text.count)
      try offsets.append(offset)
    }
  }
}
