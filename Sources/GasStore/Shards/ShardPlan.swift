import GasBase
import GasFiles

/// What a shard will hold and take, found out from the halo lists of its partitions before it is written.
struct ShardPlan {
  /// Its partitions.
  let partitions: Range<Int>
  /// Rows of other partitions whose features it has.
  let ghostCount: Int
  /// About the disk space that it takes.
  let diskBytes: Int
  /// Bytes of the store's columns that are read for it.
  let readBytes: Int

  /// Reads the halo lists of the partitions.
  ///
  /// - Throws: `GasError` if one of them is damaged.
  init(_ store: Store, _ partitions: Range<Int>) throws {
    self.partitions = partitions
    var (held, featureBytes) = (0, 0)
    try HeldRows.forEachPart(of: store, partitions) { part in
      held += part.count
      featureBytes += try Self.featureBytes(store, part)
    }
    ghostCount = held - store.partitions.nodes(of: partitions).count
    var (disk, read) = (featureBytes, 0)
    for name in store.columnNames {
      let column = store.column(name)
      switch name.share {
      case .heldRows, .heldLists: read += column.fileBytes
      case .whole:
        disk += column.fileBytes
        read += column.fileBytes
      case .entries, .haloRows:
        let own = column.byteRange(name.elements(of: partitions, in: store))
        disk += own.count + (column.header.elementCount * column.type.byteCount) / Self.zeroRatio
        read += own.count
      }
    }
    if store.manifest.features?.storage == .sparse { disk += store.column(.featureOffsets).fileBytes }
    (diskBytes, readBytes) = (disk, read)
  }

  /// How many bytes of zeros a byte of a compressed column stands for, at least.
  private static let zeroRatio = 200
  private static let pageBytes = 4096

  /// The disk space of the features that a shard has of some rows: whole pages of dense ones, lists of sparse ones.
  private static func featureBytes(_ store: Store, _ part: HeldRows) throws -> Int {
    guard let features = store.manifest.features else { return 0 }
    var bytes = 0
    if features.storage == .sparse {
      try SparseLists(store).forEachRun(of: part) { isHeld, _, ends, start in
        if isHeld { bytes += 2 * MemoryLayout<UInt32>.size * (Int(ends.last!) - Int(start)) }
      }
      return bytes
    }
    let column = store.column(.features)
    let rowBytes = column.width * column.type.byteCount
    var lastPage = -1
    part.forEachRun(in: part.rows) { isHeld, run in
      guard isHeld else { return }
      let pages = run.lowerBound * rowBytes / pageBytes...(run.upperBound * rowBytes - 1) / pageBytes
      bytes += (pages.upperBound - max(pages.lowerBound, lastPage + 1) + 1) * pageBytes
      lastPage = pages.upperBound
    }
    return bytes
  }

  /// Refuses to begin where the disk clearly has too little space.
  ///
  /// - Throws: `GasError` that says how much is missing.
  static func check(_ plans: [ShardPlan], at path: String) throws {
    let (wanted, free) = (plans.reduce(0) { $0 + $1.diskBytes }, try DiskSpace.freeBytes(at: path))
    guard wanted > free else { return }
    throw GasError(
      expected: "\(Units.bytes(wanted)) of free disk for \(plans.count) shards", found: Units.bytes(free), file: path,
      advice: "free some space, or name a folder on another disk", status: .refusedBudget)
  }
}
