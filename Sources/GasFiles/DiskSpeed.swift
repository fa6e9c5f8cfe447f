import CLinux
import GasBase
import Glibc

/// How fast a disk is, measured by reading from it and writing to it.
public enum DiskSpeed {
  private static let blockBytes = 8 << 20
  private static let mostBytes = 256 << 20

  /// As many read at a time in a run; a single one leaves a disk idle between its requests.
  private static let readers = 2

  /// Measures how fast a file is read past the page cache, by two threads: 256 MiB of it at most.
  ///
  /// - Parameter path: a file on the disk.
  /// - Returns: bytes a second; `nil` if the file cannot be read past the page cache, or is too small to tell.
  public static func bytesPerSecond(reading path: String) -> Double? {
    guard let (descriptor, size) = try? POSIX.openRegular(path, O_RDONLY | gas_direct_flag()) else { return nil }
    defer { close(descriptor) }
    guard size >= 4 * blockBytes else { return nil }
    let part = min(mostBytes, size - blockBytes) / readers / blockBytes * blockBytes
    let isRead = Locked(true)
    let clock = ContinuousClock.now
    Parallel(threadCount: readers).forEach(count: readers) { reader in
      if !read(descriptor, reader * part..<(reader + 1) * part) { isRead.withLock { $0 = false } }
    }
    guard isRead.withLock({ $0 }) else { return nil }
    return Double(readers * part) / clock.duration(to: .now).seconds
  }

  private static func read(_ descriptor: Int32, _ range: Range<Int>) -> Bool {
    guard let buffer = aligned_alloc(MappedFile.pageBytes, blockBytes) else { return false }
    defer { free(buffer) }
    return stride(from: range.lowerBound, to: range.upperBound, by: blockBytes).allSatisfy {
      pread(descriptor, buffer, blockBytes, off_t($0)) == blockBytes
    }
  }

  private static let writtenBytes = 128 << 20

  /// Measures how fast a file is written past the page cache: 128 MiB in a file without a name, which is gone
  /// afterwards.
  ///
  /// - Parameter folder: a folder on the disk.
  /// - Returns: bytes a second; `nil` if the folder or the file system does not allow it, or there is hardly more space
  ///   than that.
  public static func bytesPerSecond(writingIn folder: String) -> Double? {
    let path = folder + "/speed"
    guard let room = try? DiskSpace.freeBytes(at: folder), room >= 4 * writtenBytes,
      let descriptor = try? POSIX.createScratch(for: path)
    else { return nil }
    defer { close(descriptor) }
    guard let buffer = aligned_alloc(MappedFile.pageBytes, blockBytes) else { return nil }
    defer { free(buffer) }
    // Zeros might be kept as nothing.
    var random = SeededRandom(seed: 1, stream: 0)
    let numbers = buffer.bindMemory(to: UInt64.self, capacity: blockBytes / 8)
    for index in 0..<blockBytes / 8 { numbers[index] = random.next() }
    let access = DirectAccess(isWritable: true)
    let bytes = UnsafeRawBufferPointer(start: buffer, count: blockBytes)
    let clock = ContinuousClock.now
    for offset in stride(from: 0, to: writtenBytes, by: blockBytes) {
      guard (try? access.write(descriptor, at: offset, bytes, path)) == true else { return nil }
    }
    guard fdatasync(descriptor) == 0 else { return nil }
    return Double(writtenBytes) / clock.duration(to: .now).seconds
  }
}
