/// What the halo rows of a pass cost if nothing stays in the page cache, in bytes.
package struct HaloCost: Equatable {
  /// Of what is needed.
  package var readBytes = 0
  /// With whole pages for rows that are read alone.
  package var readPageBytes = 0
  package var writtenBytes = 0
  /// Disk space while the pass goes on.
  package var diskBytes = 0

  /// Reads what fills its pages.
  mutating func read(_ rows: Int, of bytes: Int) {
    readBytes += rows * bytes
    readPageBytes += rows * bytes
  }

  package static func + (a: HaloCost, b: HaloCost) -> HaloCost {
    HaloCost(
      readBytes: a.readBytes + b.readBytes, readPageBytes: a.readPageBytes + b.readPageBytes,
      writtenBytes: a.writtenBytes + b.writtenBytes, diskBytes: a.diskBytes + b.diskBytes)
  }
}

/// What a pass wants of halo rows.
package struct HaloDemand {
  package let nodeCount: Int
  /// Halo rows of all batches; a row counts for each that reads it.
  package let haloCount: Int
  package let batchCount: Int
  /// Of a row of each column that they are read from.
  package let rowBytes: [Int]

  package init(nodeCount: Int, haloCount: Int, batchCount: Int, rowBytes: [Int]) {
    (self.nodeCount, self.haloCount, self.batchCount, self.rowBytes) = (nodeCount, haloCount, batchCount, rowBytes)
  }

  var allRowBytes: Int { rowBytes.reduce(0, +) }
}
