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
  /// How many rows each file gets in the end, where a list names nodes repeatedly: then another file of these is made
  /// of each, while the first is still there. 0 where none does.
  var repeatedCount = 0
  /// Bytes of a row of each file.
  var files: [Int] = []
  /// The same of files whose rows come in their order: predictions that wait for a threshold.
  var ordered: [Int] = []
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
  var fileBytes: Int { bytes(files + ordered) + repeatedBytes }

  /// Disk space for the files whose rows are repeated, beside those without repetitions.
  var repeatedBytes: Int { repeatedCount * (files + ordered).reduce(0, +) }

  /// Disk space that is taken beside the files until they are ready.
  func scratchBytes(within memoryBytes: Int?) -> Int {
    keptBytes(within: memoryBytes) + numberBytes(of: sorted(files, memoryBytes))
  }

  /// The part of it for what is kept until all rows are there. The rest is taken when the files are made.
  func keptBytes(within memoryBytes: Int?) -> Int {
    bytes(kept) + idBytes + numberBytes(of: sorted(kept, memoryBytes))
  }

  /// Bytes that are written and read until the files are ready.
  func traffic(within memoryBytes: Int?) -> (written: Int, read: Int) {
    let sorted = sorted(files + kept, memoryBytes)
    let again = bytes(sorted) + numberBytes(of: sorted) + repeatedBytes
    return (bytes(files + ordered + kept) + idBytes + again, bytes(kept) + idBytes + again)
  }

  /// Those outputs that take more than one bucket.
  private func sorted(_ rows: [Int], _ memoryBytes: Int?) -> [Int] {
    let most = bucketBytes(within: memoryBytes)
    return rows.filter { bytes([$0]) > most }
  }

  private func numberBytes(of sorted: [Int]) -> Int { sorted.count * rowCount * Self.numberBytes }

  private func bytes(_ rows: [Int]) -> Int { rowCount * rows.reduce(0, +) }
}
