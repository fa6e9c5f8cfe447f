import GasBase

/// How the halo rows of partitions lie on disk: the fewer runs and pages, the less a halo costs to read.
///
/// All numbers are sums over the halos of all partitions, each of which is read by itself.
public struct HaloLayout: Codable, Equatable, Sendable {
  /// Halo rows.
  public var rows = 0
  /// Maximal sequences of halo rows that follow each other in the store.
  public var runs = 0
  /// Pages of `pageBytes` that the rows touch in a raw column of `rowBytes` a row.
  public var pages = 0
  /// Bytes of a row.
  public var rowBytes: Int
  /// Bytes of a page, 4096.
  public var pageBytes = Self.pageBytes

  static let pageBytes = 4096
  /// The bytes of a row that stores without dense features are measured with: 32 float32 values.
  static let standardRowBytes = 128
  private static let rowsPerChunk = 1 << 16

  /// Reads the halo lists once, a chunk at a time. Rows are taken to be as long as those of the dense features, or
  /// `standardRowBytes`. Of a shard, it is of the halos that it has.
  ///
  /// - Parameter store: the store to measure.
  /// - Throws: `GasError` if the halo column is damaged.
  public init(_ store: Store) throws {
    rowBytes = Self.standardRowBytes
    if store.manifest.features?.storage == .dense {
      let features = store.column(.features)
      rowBytes = features.width * features.type.byteCount
    }
    let column = store.column(.halo)
    let codec = BlockCodec()
    let memory = Buffer<UInt32>()
    for partition in store.heldPartitions {
      let halo = store.partitions.halo(partition)
      var latest: Int?
      for range in halo.chunks(ofCount: Self.rowsPerChunk) {
        let rows = memory.resized(to: range.count)
        try column.read(range, into: rows, using: codec)
        for row in rows { add(Int(row), after: &latest) }
      }
      column.release()
    }
  }

  init(rowBytes: Int) { self.rowBytes = rowBytes }

  /// Adds a row of a halo. Rows ascend; `latest` is the one before it, if any.
  mutating func add(_ row: Int, after latest: inout Int?) {
    rows += 1
    if latest != row - 1 { runs += 1 }
    let first = row * rowBytes / pageBytes
    let last = (row * rowBytes + rowBytes - 1) / pageBytes
    let lastBefore = latest.map { ($0 * rowBytes + rowBytes - 1) / pageBytes } ?? -1
    pages += max(0, last - max(first, lastBefore + 1) + 1)
    latest = row
  }

  /// Pages for each halo row; 0 where there are no halos.
  public var pagesPerRow: Double { Double(pages) / Double(max(1, rows)) }
  /// The mean length of a run in rows; 0 where there are no halos.
  public var rowsPerRun: Double { Double(rows) / Double(max(1, runs)) }
  /// The share of the pages' bytes that belongs to halo rows; 1 where there are no halos.
  public var usefulShare: Double { pages == 0 ? 1 : Double(rows * rowBytes) / Double(pages * pageBytes) }

  /// What reports show behind "halo".
  public var text: String {
    guard rows > 0 else { return "no rows" }
    return "\(rows) rows in \(runs) runs (\(Units.decimals(rowsPerRun, 1)) rows each), \(pages) pages of"
      + " \(Units.bytes(pageBytes)) (\(Units.decimals(pagesPerRow, 2)) a row) if rows have \(rowBytes) bytes,"
      + " \(Units.percent(usefulShare, 0)) of their bytes wanted"
  }
}
