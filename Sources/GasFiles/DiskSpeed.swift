import CLinux
import Foundation
import GasBase

/// How fast a disk is, found out by reading from it.
public enum DiskSpeed {
  private static let blockBytes = 8 << 20
  private static let mostBytes = 256 << 20

  /// Bytes a second of reading a file from its start, past the page cache.
  ///
  /// - Returns: `nil` where the file system cannot read past the page cache, or the file is too small to tell.
  public static func bytesPerSecond(reading path: String) -> Double? {
    guard let (descriptor, size) = try? POSIX.openRegular(path, O_RDONLY | gas_direct_flag()) else { return nil }
    defer { close(descriptor) }
    guard size >= 4 * blockBytes,
      let buffer = aligned_alloc(MappedFile.pageBytes, blockBytes)
    else { return nil }
    defer { free(buffer) }
    let clock = ContinuousClock.now
    var done = 0
    while done < min(mostBytes, size - blockBytes) {
      let count = pread(descriptor, buffer, blockBytes, off_t(done))
      guard count == blockBytes else { return nil }
      done += count
    }
    return Double(done) / clock.duration(to: .now).seconds
  }
}
