/// What the halo rows of a pass cost if nothing stays in the page cache, in bytes.
package struct HaloCost: Equatable {
  /// Bytes that are needed and read.
  package var readBytes = 0
  /// Bytes that are read, with whole pages for rows that are read one by one.
  package var readPageBytes = 0
  /// Bytes that are written.
  package var writtenBytes = 0
  /// Disk space that is taken while the pass goes on.
  package var diskBytes = 0

  /// Nothing.
  package init() {}

  init(readBytes: Int = 0, readPageBytes: Int = 0, writtenBytes: Int = 0, diskBytes: Int = 0) {
    (self.readBytes, self.readPageBytes) = (readBytes, readPageBytes)
    (self.writtenBytes, self.diskBytes) = (writtenBytes, diskBytes)
  }

  /// Adds rows that are read together, so that their pages hold nothing else.
  mutating func read(_ rows: Int, of bytes: Int) {
    readBytes += rows * bytes
    readPageBytes += rows * bytes
  }

  /// The sum of two costs, as if both went on at the same time.
  package static func + (a: HaloCost, b: HaloCost) -> HaloCost {
    HaloCost(
      readBytes: a.readBytes + b.readBytes, readPageBytes: a.readPageBytes + b.readPageBytes,
      writtenBytes: a.writtenBytes + b.writtenBytes, diskBytes: a.diskBytes + b.diskBytes)
  }
}

/// The halo rows that a pass reads.
package struct HaloDemand {
  /// How many nodes the store has.
  package let nodeCount: Int
  /// How many halo rows all batches have; a row counts for each batch that reads it.
  package let haloCount: Int
  /// How many batches the pass has.
  package let batchCount: Int
  /// The bytes of a row, for each column that halo rows are read from.
  package let rowBytes: [Int]

  /// Groups the numbers of a pass.
  package init(nodeCount: Int, haloCount: Int, batchCount: Int, rowBytes: [Int]) {
    (self.nodeCount, self.haloCount, self.batchCount, self.rowBytes) = (nodeCount, haloCount, batchCount, rowBytes)
  }

  /// The bytes of a halo row over all columns.
  var allRowBytes: Int { rowBytes.reduce(0, +) }
}
