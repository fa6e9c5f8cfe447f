import GasBase

/// What docs/format.md states of shards: that they know of all rows which have a self-loop, and hold nothing of what
/// other ranks read.
extension StoreVerifier {
  /// Checks a shard, apart from the lists that it has; does nothing for whole stores.
  func verifyShard() throws {
    guard let shard = store.manifest.shard else { return }
    try verifyLoopCount()
    try verifyOtherDegrees()
    for name in store.columnNames where [.entries, .haloRows].contains(name.share) {
      let (own, end) = (name.elements(of: shard.partitions, in: store), store.column(name).header.elementCount)
      for range in [0..<own.lowerBound, own.upperBound..<end] { try verifyZeros(name, range) }
    }
    try verifyOtherFeatures(shard)
  }

  /// Checks that a partition's rows have self-loops where the shard says so.
  func verifyLoops(of partition: Int, _ window: LoopWindow) throws {
    let nodes = store.partitions.nodes(partition)
    let flags = try store.column(.selfLoops).array(nodes, as: UInt8.self)
    for (row, flag) in zip(nodes, flags) where (flag != 0) != window.contains(row) {
      throw damaged(
        .selfLoops, element: row, expected: window.contains(row) ? "1, since row \(row) has a self-loop" : "0",
        found: "\(flag)")
    }
  }

  /// Checks that the degrees in a partition's halo are those of the rows, plus 1 where a row has no self-loop.
  func verifyHaloDegrees(
    of partition: Int, _ rows: UnsafeMutableBufferPointer<UInt32>, _ degrees: UnsafeMutableBufferPointer<Float>
  ) throws {
    let (start, codec) = (store.partitions.halo(partition).lowerBound, BlockCodec())
    var flag: UInt8 = 0
    for (place, row) in rows.enumerated() {
      try withUnsafeMutableBytes(of: &flag) {
        try store.column(.selfLoops).read(Int(row)..<Int(row) + 1, bytes: $0, using: codec)
      }
      let expected = try degree(ofRow: Int(row)) + (flag == 0 ? 1 : 0)
      guard degrees[place] == expected else {
        throw damaged(
          .haloDegrees, element: start + place, expected: "degree \(expected) of row \(row)",
          found: "\(degrees[place])")
      }
    }
  }

  private func verifyLoopCount() throws {
    var count = 0
    try scan(.selfLoops, as: UInt8.self) { start, flags in
      if let place = flags.firstIndex(where: { $0 > 1 }) {
        throw damaged(.selfLoops, element: start + place, expected: "0 or 1", found: "\(flags[place])")
      }
      count += flags.reduce(0) { $0 + Int($1) }
    }
    guard count == store.manifest.selfLoopCount else {
      throw manifestError("\(store.manifest.selfLoopCount) self-loops", "\(count)")
    }
  }

  /// Checks that the degrees of rows whose lists are elsewhere add up to the entries of their partitions.
  private func verifyOtherDegrees() throws {
    let (table, held, column) = (store.partitions, store.heldPartitions, store.column(.degrees))
    for partition in table.indices where !held.contains(partition) {
      let nodes = table.nodes(partition)
      let sum = try column.values.elements(nodes, as: UInt32.self).reduce(0) { $0 + Int($1) }
      guard sum == table.edges(partition).count else {
        throw damaged(
          .degrees, element: nodes.lowerBound,
          expected: "degrees of partition \(partition) that add up to \(table.edges(partition).count)", found: "\(sum)")
      }
      column.release()
    }
  }

  /// Checks that elements are zero, since the shard holds nothing there.
  private func verifyZeros(_ name: ColumnName, _ range: Range<Int>) throws {
    let (column, buffer, codec) = (store.column(name), Buffer<UInt8>(), BlockCodec())
    for part in range.chunks(ofCount: 1 << 18) {
      let bytes = UnsafeMutableRawBufferPointer(buffer.resized(to: part.count * column.type.byteCount))
      try column.read(part, bytes: bytes, using: codec)
      try checkZeros(UnsafeRawBufferPointer(bytes), of: name, from: part.lowerBound)
      column.release()
    }
  }

  private func checkZeros(_ bytes: UnsafeRawBufferPointer, of name: ColumnName, from element: Int) throws {
    guard !bytes.isZero, let place = bytes.firstIndex(where: { $0 != 0 }) else { return }
    throw damaged(
      name, element: element + place / store.column(name).type.byteCount,
      expected: "zeros for what the shard does not have", found: "another number")
  }

  /// Checks that the shard has no features but those of its rows and ghosts, and as many ghosts as it says.
  private func verifyOtherFeatures(_ shard: Manifest.Shard) throws {
    var held = 0
    try HeldRows.forEachPart(of: store, shard.partitions) { part in
      held += part.count
      switch store.manifest.features?.storage {
      case nil: break
      case .dense: try verifyOtherRows(part)
      case .sparse:
        try SparseLists(store).forEachRun(of: part) { isHeld, rows, ends, start in
          guard !isHeld, let place = ends.firstIndex(where: { $0 != start }) else { return }
          throw damaged(
            .featureOffsets, element: rows.lowerBound + 1 + place - ends.startIndex,
            expected: "an empty list, since the shard does not have the row", found: "\(ends[place] - start) features")
        }
      }
    }
    let ghosts = held - store.partitions.nodes(of: shard.partitions).count
    guard ghosts == shard.ghostCount else { throw manifestError("\(shard.ghostCount) ghosts", "\(ghosts)") }
  }

  private func verifyOtherRows(_ part: HeldRows) throws {
    let values = store.column(.features).values
    for rows in part.rows.chunks(ofCount: max(1, (4 << 20) / (values.width * values.type.byteCount))) {
      let bytes = try values.rowBytes(rows)
      let rowBytes = values.width * values.type.byteCount
      try part.forEachRun(in: rows) { isHeld, run in
        guard !isHeld else { return }
        let start = (run.lowerBound - rows.lowerBound) * rowBytes
        try checkZeros(
          UnsafeRawBufferPointer(rebasing: bytes[start..<start + run.count * rowBytes]), of: .features,
          from: run.lowerBound * values.width)
      }
      values.release(rows: rows)
    }
  }
}
