import GasBase

/// A walk over a store's original ids, partition by partition, in the order of the rows. Memory is that of one
/// partition.
struct IdWalk {
  private let store: Store
  private let codec = BlockCodec()
  private let order = Buffer<UInt32>()
  private let ids = Buffer<Int64>()
  private let offsets = Buffer<UInt64>()
  private let bytes = Buffer<UInt8>()

  init(_ store: Store) {
    self.store = store
  }

  /// Calls `body` with each integer id, the row of its node and its place in original order.
  ///
  /// - Parameters:
  ///   - release: is called after each partition, to take what was written out of resident memory.
  ///   - body: gets an id.
  /// - Throws: `GasError` if ids are damaged; what `body` throws.
  func forEachInteger(
    release: () -> Void = {}, _ body: (_ row: Int, _ place: Int, _ id: Int64) throws -> Void
  ) throws {
    for partition in store.partitions.indices {
      let nodes = store.partitions.nodes(partition)
      let places = try places(of: nodes)
      let values = ids.resized(to: nodes.count)
      if store.manifest.idKind == .integer {
        try store.column(.ids).read(nodes, into: values, using: codec)
      } else {
        for index in values.indices { values[index] = Int64(places[index]) }
      }
      for index in places.indices { try body(nodes.lowerBound + index, Int(places[index]), values[index]) }
      releaseColumns()
      release()
    }
  }

  /// Calls `body` with the UTF-8 bytes of each name, the row of its node and its place in original order.
  ///
  /// - Parameters:
  ///   - release: is called after each partition, to take what was written out of resident memory.
  ///   - body: gets a name.
  /// - Throws: `GasError` if ids are damaged; what `body` throws.
  func forEachName(
    release: () -> Void = {}, _ body: (_ row: Int, _ place: Int, _ name: UnsafeBufferPointer<UInt8>) throws -> Void
  ) throws {
    for partition in store.partitions.indices {
      let nodes = store.partitions.nodes(partition)
      let places = try places(of: nodes)
      let starts = offsets.resized(to: nodes.count + 1)
      try store.column(.idOffsets).read(nodes.lowerBound..<nodes.upperBound + 1, into: starts, using: codec)
      let isAscending = zip(starts, starts.dropFirst()).allSatisfy { $0 <= $1 }
      guard isAscending, starts[nodes.count] <= UInt64(store.column(.idBytes).rowCount) else {
        throw damaged(.idOffsets, "id offsets are damaged")
      }
      let text = bytes.resized(to: Int(starts[nodes.count] - starts[0]))
      try store.column(.idBytes).read(Int(starts[0])..<Int(starts[nodes.count]), into: text, using: codec)
      for index in 0..<nodes.count {
        let span = Int(starts[index] - starts[0])..<Int(starts[index + 1] - starts[0])
        try body(nodes.lowerBound + index, Int(places[index]), UnsafeBufferPointer(rebasing: text[span]))
      }
      releaseColumns()
      release()
    }
  }

  func damaged(_ name: ColumnName, _ problem: String) -> GasError {
    GasError(problem, file: store.column(name).path, advice: "gas-stat verify says more")
  }

  /// Takes what was read out of resident memory; other columns may be in use.
  private func releaseColumns() {
    for name in [ColumnName.order, .ids, .idOffsets, .idBytes] where store.has(name) { store.column(name).release() }
  }

  /// Returns where rows belong in original order; valid until the next call.
  private func places(of nodes: Range<Int>) throws -> UnsafeMutableBufferPointer<UInt32> {
    let places = order.resized(to: nodes.count)
    try store.column(.order).read(nodes, into: places, using: codec)
    if let wrong = places.first(where: { Int($0) >= store.nodeCount }) {
      throw damaged(.order, "expected a place below \(store.nodeCount), found \(wrong)")
    }
    return places
  }
}
