import CLinux
import GasBase
import Glibc

/// Which pages of the file are in memory.
extension MappedFile {
  /// How bytes will be used.
  public enum Advice: Sendable {
    /// Start reading these pages now (`MADV_WILLNEED`).
    case willNeed
    /// Read ahead generously (`MADV_SEQUENTIAL`).
    case sequential
    /// Do not read ahead: single rows are wanted (`MADV_RANDOM`).
    case random
  }

  /// How much is asked for in one call: less than the read-ahead of common disks.
  private static let advisedBytes = 512 << 10

  /// Tells the kernel how a range will be used.
  public func advise(_ advice: Advice, _ range: Range<Int>) {
    switch advice {
    case .willNeed:
      // Of one call the kernel reads no more than its read-ahead, and forgets the rest.
      for piece in range.chunks(ofCount: Self.advisedBytes) { madvise(piece, Int32(MADV_WILLNEED)) }
    case .sequential: madvise(range, Int32(MADV_SEQUENTIAL))
    case .random: madvise(range, Int32(MADV_RANDOM))
    }
  }

  /// Takes the pages of a range out of this process's resident memory. Contents are kept, changed pages too: they are
  /// the file's.
  public func release(_ range: Range<Int>) {
    madvise(range, Int32(MADV_DONTNEED))
  }

  /// Takes the pages of a range out of the page cache, except changed ones: for bytes that will not be read soon, so
  /// that the kernel need not look for memory to free.
  public func drop(_ range: Range<Int>) {
    release(range)
    if !isSmall { POSIX.dropPages(descriptor, range) }
  }

  /// Starts to write changed pages of a range to the disk.
  ///
  /// - Parameters:
  ///   - range: which bytes of the file.
  ///   - waits: whether to return only when they are on the disk.
  /// - Throws: `GasError` if the disk fails.
  public func writeBack(_ range: Range<Int>, waits: Bool) throws {
    if !isSmall { try POSIX.writeBack(descriptor, range, waits: waits, path) }
  }

  /// Returns when changed pages of a range are on the disk.
  ///
  /// - Parameter range: which bytes of the file.
  /// - Throws: `GasError` if the disk fails.
  public func sync(_ range: Range<Int>) throws {
    guard let span = pages(range) else { return }
    try POSIX.change("write back", .init(.sync, path, descriptor: descriptor), file: path) { _ in
      Int(msync(span.start, span.count, MS_SYNC))
    }
  }

  /// Whether the page that holds a byte is in the page cache.
  public func isCached(_ offset: Int) -> Bool {
    guard !isSmall, let page = pages(offset..<offset + 1) else { return true }
    var residence: UInt8 = 0
    return mincore(page.start, Self.pageBytes, &residence) == 0 && residence & 1 == 1
  }

  /// Whether a byte lies in a hole of the file: a zero that was never written. Asking for pages of holes fills memory,
  /// and spares no wait for the disk.
  public func isHole(_ offset: Int) -> Bool {
    let data = lseek(descriptor, off_t(offset), gas_seek_data_flag())
    // There is no data behind it, or the file system does not tell.
    return data > offset || (data < 0 && errno == ENXIO)
  }

  // The kernel may refuse advice; the data is right all the same.
  private func madvise(_ range: Range<Int>, _ flag: Int32) {
    guard !isSmall, let span = pages(range) else { return }
    _ = Glibc.madvise(span.start, span.count, flag)
  }

  private func pages(_ range: Range<Int>) -> (start: UnsafeMutableRawPointer, count: Int)? {
    guard let base, !range.isEmpty else { return nil }
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "range outside of \(path)")
    let first = range.lowerBound / Self.pageBytes * Self.pageBytes
    return (base + first, range.upperBound - first)
  }
}
