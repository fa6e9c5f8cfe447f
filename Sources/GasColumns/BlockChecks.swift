import GasBase
import GasFiles
import Synchronization

/// Which blocks of a raw column were used in place, and which were compared with their checksums: two bits a block.
///
/// Bytes that are read front to back have their blocks compared on the way (`check`), each once while the column is
/// open. Rows that lie scattered only mark their blocks (`use`), since comparing one would read a megabyte for a row;
/// `checkUsed` compares the marked blocks that are left before a result leaves the process. Safe to use from several
/// threads.
final class BlockChecks: Sendable {
  private let file: MappedFile
  private let table: MappedBlockTable
  private let used: BlockMarks
  private let checked: BlockMarks
  private let uncheckedCount: Atomic<Int>

  init(_ file: MappedFile, _ table: MappedBlockTable) {
    self.file = file
    self.table = table
    used = BlockMarks(count: table.count)
    checked = BlockMarks(count: table.count)
    uncheckedCount = Atomic(table.count)
  }

  private var isComplete: Bool { uncheckedCount.load(ordering: .acquiring) == 0 }

  /// Compares the blocks of a range of the mapped file that were not compared yet.
  ///
  /// - Throws: `GasError` that names the offset of a block with a wrong checksum.
  func check(_ range: Range<Int>) throws {
    guard !isComplete else { return }
    // Bytes behind the range in its last block are usually read next: they stay resident until the reader releases the
    // column.
    try check(range, in: UnsafeRawBufferPointer(rebasing: file.bytes[range]), releases: false)
  }

  /// Compares the blocks of a range whose bytes were read to other memory. Of the file, only the rest of the blocks at
  /// both ends of the range is read.
  ///
  /// - Parameters:
  ///   - range: which bytes of the file.
  ///   - bytes: the content of that range.
  ///   - releases: whether the rest of the blocks is taken out of resident memory again.
  /// - Throws: `GasError` that names the offset of a block with a wrong checksum.
  func check(_ range: Range<Int>, in bytes: UnsafeRawBufferPointer, releases: Bool = true) throws {
    guard !isComplete else { return }
    for block in blocks(of: range) where !checked.contains(block) {
      let span = table.byteRange(of: block)
      let held = span.clamped(to: range)
      var checksum = extend(0, over: span.lowerBound..<held.lowerBound, releases)
      let place = held.lowerBound - range.lowerBound..<held.upperBound - range.lowerBound
      checksum = Checksum.crc32(UnsafeRawBufferPointer(rebasing: bytes[place]), continuing: checksum)
      checksum = extend(checksum, over: held.upperBound..<span.upperBound, releases)
      try table.compare(checksum, of: block)
      note(block)
    }
  }

  /// Marks a block as compared.
  func note(_ block: Int) {
    if checked.insert(block) { uncheckedCount.wrappingSubtract(1, ordering: .acquiringAndReleasing) }
  }

  /// Marks the blocks of a range of the file as used.
  func use(_ range: Range<Int>) {
    if isComplete || range.isEmpty { return }
    for block in blocks(of: range) { used.insert(block) }
  }

  /// Marks the blocks that hold these rows, which ascend, as used. Each row has `rowBytes` bytes.
  func use(_ rows: UnsafeBufferPointer<UInt32>, rowBytes: Int) {
    if isComplete || rowBytes == 0 { return }
    // The first row that may not lie in the block that was marked last.
    var next = 0
    for row in rows where Int(row) >= next {
      let start = Int(row) * rowBytes
      let last = (start + rowBytes - 1) / BlockCodec.blockBytes
      for block in start / BlockCodec.blockBytes...last { used.insert(block) }
      next = (last + 1) * BlockCodec.blockBytes / rowBytes
    }
  }

  /// Compares the blocks that were marked as used and have not been compared since.
  ///
  /// - Throws: `GasError` that names the offset of a block with a wrong checksum.
  func checkUsed() throws {
    guard !isComplete else { return }
    for block in 0..<table.count where used.contains(block) && !checked.contains(block) {
      let range = table.byteRange(of: block)
      file.advise(.willNeed, range)
      try check(range)
      file.release(range)
    }
  }

  private func blocks(of range: Range<Int>) -> Range<Int> {
    guard !range.isEmpty else { return 0..<0 }
    let first = (range.lowerBound - ColumnHeader.byteCount) / BlockCodec.blockBytes
    return first..<(range.upperBound - 1 - ColumnHeader.byteCount) / BlockCodec.blockBytes + 1
  }

  /// Continues a checksum over bytes of the file that the caller did not ask for.
  private func extend(_ checksum: UInt32, over range: Range<Int>, _ releases: Bool) -> UInt32 {
    guard !range.isEmpty else { return checksum }
    if !file.isCached(range.lowerBound) { file.advise(.willNeed, range) }
    defer { if releases { file.release(range) } }
    return Checksum.crc32(UnsafeRawBufferPointer(rebasing: file.bytes[range]), continuing: checksum)
  }
}

/// A bit for each block. Any thread may set or read it.
private final class BlockMarks: @unchecked Sendable {
  private let words: UnsafeMutablePointer<Atomic<UInt64>>
  private let wordCount: Int

  init(count: Int) {
    wordCount = dividedUp(count, by: 64)
    words = .allocate(capacity: max(1, wordCount))
    for word in 0..<wordCount { (words + word).initialize(to: Atomic(0)) }
  }

  deinit {
    words.deinitialize(count: wordCount)
    words.deallocate()
  }

  func contains(_ block: Int) -> Bool {
    words[block / 64].load(ordering: .acquiring) >> UInt64(block % 64) & 1 == 1
  }

  /// Sets the bit of a block.
  ///
  /// - Returns: whether it was not set before.
  @discardableResult
  func insert(_ block: Int) -> Bool {
    if contains(block) { return false }
    let bit: UInt64 = 1 << UInt64(block % 64)
    return words[block / 64].bitwiseOr(bit, ordering: .acquiringAndReleasing).oldValue & bit == 0
  }
}
