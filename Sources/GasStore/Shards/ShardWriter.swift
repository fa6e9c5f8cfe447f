import GasBase

/// Writes the columns of one shard: of each what `ColumnName.share` says, and zeros elsewhere.
///
/// Memory: a few MiB for each column.
struct ShardWriter {
  let store: Store
  let partitions: Range<Int>
  let writer: StoreWriter
  /// Gets the bytes of the store that were read.
  let advance: (Int) -> Void
  private let codec = BlockCodec()
  private let buffer = Buffer<UInt8>()

  /// Elements that are copied at a time.
  private static let chunkElements = 1 << 18
  /// Bytes of dense features that are read at a time.
  private static let chunkBytes = 4 << 20

  /// Prepares a shard.
  ///
  /// - Parameters:
  ///   - store: the whole store.
  ///   - partitions: the shard's partitions.
  ///   - writer: writes the shard.
  ///   - advance: gets the bytes of the store that were read.
  init(_ store: Store, _ partitions: Range<Int>, to writer: StoreWriter, advance: @escaping (Int) -> Void) {
    (self.store, self.partitions, self.writer, self.advance) = (store, partitions, writer, advance)
  }

  /// Writes all columns.
  ///
  /// - Parameter loops: a shard of the same store that is whole already, which knows the self-loops; `nil` for the
  ///   first.
  /// - Throws: `GasError` if the store is damaged, or the disk fails.
  func write(selfLoopsOf loops: Store?) throws {
    for name in store.columnNames {
      let column = store.column(name)
      switch name.share {
      case .whole: try copy(column, as: name, column.wholeParts)
      case .entries, .haloRows:
        let parts = partitions.map { name.elements(of: $0..<$0 + 1, in: store) }
        try copy(column, as: name, parts)
      case .heldRows: try writeFeatures()
      case .heldLists where name == .featureOffsets: try writeLists()
      case .heldLists: break
      }
      column.release()
    }
    if let known = loops?.column(.selfLoops) {
      try copy(known, as: .selfLoops, known.wholeParts)
    } else {
      try writeSelfLoops()
    }
    if let encoding = try store.tableEncoding() { try writer.write(encoding) }
  }

  private func started(_ name: ColumnName, like column: Column) throws -> ColumnWriter {
    // Stores of format version 1 have other lists.
    let isPacked = [.neighbours, .halo].contains(name)
    return try writer.column(
      name, type: column.type, width: column.header.rank == 1 ? nil : column.width,
      encoding: isPacked ? .packed : column.header.encoding, leavesHoles: name.share == .heldRows)
  }

  /// Copies parts of a column, which ascend.
  private func copy(_ column: Column, as name: ColumnName, _ parts: [Range<Int>]) throws {
    let target = try started(name, like: column)
    var place = 0
    for part in parts {
      try target.append(zeros: part.lowerBound - place)
      // Readers of a partition start where it does, and end where it does.
      try target.endBlock()
      for range in part.chunks(ofCount: Self.chunkElements) {
        let bytes = UnsafeMutableRawBufferPointer(buffer.resized(to: range.count * column.type.byteCount))
        column.advise(.willNeed, range)
        try column.read(range, bytes: bytes, using: codec)
        try target.append(bytes: UnsafeRawBufferPointer(bytes))
      }
      try target.endBlock()
      place = part.upperBound
      advance(column.byteRange(part).count)
      column.release()
    }
    try target.append(zeros: column.header.elementCount - place)
  }

  private func writeFeatures() throws {
    let column = store.column(.features)
    let (values, rowBytes) = (column.values, column.width * column.type.byteCount)
    let target = try started(.features, like: column)
    try HeldRows.forEachPart(of: store, partitions) { part in
      for rows in part.rows.chunks(ofCount: max(1, Self.chunkBytes / rowBytes)) {
        advance(rows.count * rowBytes)
        guard !part.isEmpty(rows) else {
          try target.append(zeros: rows.count * column.width)
          continue
        }
        values.advise(.willNeed, rows: rows)
        let bytes = try values.rowBytes(rows)
        try part.forEachRun(in: rows) { isHeld, run in
          guard isHeld else { return try target.append(zeros: run.count * column.width) }
          let start = (run.lowerBound - rows.lowerBound) * rowBytes
          try target.append(bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<start + run.count * rowBytes]))
        }
        values.release(rows: rows)
      }
    }
  }

  private func writeLists() throws {
    let columns = [ColumnName.featureIndices, .featureValues].map { store.column($0) }
    let offsets = try started(.featureOffsets, like: store.column(.featureOffsets))
    let targets = [
      try started(.featureIndices, like: columns[0]), try started(.featureValues, like: columns[1]),
    ]
    var place: UInt64 = 0
    try offsets.append(place)
    try HeldRows.forEachPart(of: store, partitions) { part in
      try SparseLists(store).forEachRun(of: part) { isHeld, rows, ends, start in
        advance(rows.count * MemoryLayout<UInt64>.size)
        guard isHeld else { return try offsets.append([UInt64](repeating: place, count: rows.count)) }
        try offsets.append(ends.map { $0 - start + place })
        let list = Int(start)..<Int(ends.last!)
        for (column, target) in zip(columns, targets) {
          for range in list.chunks(ofCount: Self.chunkElements) {
            column.advise(.willNeed, range)
            try target.append(bytes: column.values.bytes(of: range))
            advance(range.count * column.type.byteCount)
          }
          column.values.release(rows: list)
        }
        place += UInt64(list.count)
      }
    }
  }

  /// Writes of each row of the graph whether it is its own neighbour: the lists of others are not there to tell.
  private func writeSelfLoops() throws {
    let target = try writer.column(.selfLoops, type: .uint8, encoding: .lz4)
    guard store.manifest.selfLoopCount > 0 else { return try target.append(zeros: store.nodeCount) }
    let reader = PartitionReader(store)
    for partition in store.partitions.indices {
      let adjacency = try reader.adjacency(of: partition)
      let flags = buffer.resized(to: adjacency.nodeCount)
      adjacency.forEachLoop { row, hasLoop in flags[row] = hasLoop ? 1 : 0 }
      try target.append(UnsafeBufferPointer(flags))
      store.release()
    }
  }
}

extension Column {
  /// All elements, in parts that end where blocks do.
  fileprivate var wholeParts: [Range<Int>] { Array((0..<header.elementCount).chunks(ofCount: 1 << 22)) }
}
