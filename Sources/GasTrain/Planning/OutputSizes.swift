import GasBase

/// How many bytes an inference's outputs have, and what it takes to put their rows in order: they come in the order of
/// the store.
///
/// Where all fit into a quarter of the memory, each row goes to its place at once. Of larger files nearly every row
/// would be alone in a page that is read and written for it, so rows are sorted by buckets (`RowBuckets`): each byte is
/// written twice and read once.
public struct OutputSizes: Sendable {
  /// How many rows each output has.
  let rowCount: Int
  /// Bytes of a row of each file.
  var files: [Int] = []
  /// Bytes of a row of each array that is kept in a scratch file until all rows are there.
  var kept: [Int] = []
  /// About how many bytes of scratch files the ids take.
  var idBytes = 0

  /// Bytes of the number of a row, which goes into a bucket beside it.
  private static let numberBytes = MemoryLayout<UInt32>.size
  private static let mostBucketBytes = 256 << 20

  /// No outputs yet.
  public init(rowCount: Int) {
    self.rowCount = rowCount
  }

  /// How many bytes of an output are put in order in memory at a time.
  ///
  /// - Parameter memoryBytes: the budget; `nil` for the machine's memory.
  /// - Returns: the bytes; `.max` where each row goes to its place at once.
  func bucketBytes(within memoryBytes: Int?) -> Int {
    let budget = memoryBytes ?? Memory.physicalBytes
    return bytes(files + kept) <= budget / 4 ? .max : max(1, min(budget / 16, Self.mostBucketBytes))
  }

  /// Disk space for the files.
  var fileBytes: Int { bytes(files) }

  /// Disk space that is taken beside the files until they are ready.
  func scratchBytes(within memoryBytes: Int?) -> Int {
    bytes(kept) + idBytes + sorted(memoryBytes).count * rowCount * Self.numberBytes
  }

  /// Bytes that are written and read until the files are ready.
  func traffic(within memoryBytes: Int?) -> (written: Int, read: Int) {
    let sorted = sorted(memoryBytes)
    let again = bytes(sorted) + sorted.count * rowCount * Self.numberBytes
    return (bytes(files + kept) + idBytes + again, bytes(kept) + idBytes + again)
  }

  /// The outputs of more than one bucket.
  private func sorted(_ memoryBytes: Int?) -> [Int] {
    let most = bucketBytes(within: memoryBytes)
    return (files + kept).filter { bytes([$0]) > most }
  }

  private func bytes(_ rows: [Int]) -> Int { rowCount * rows.reduce(0, +) }
}
