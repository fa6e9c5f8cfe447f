import CLinux
import GasBase
import Glibc

/// How fast a disk is, measured by reading from it.
public enum DiskSpeed {
  private static let blockBytes = 8 << 20
  private static let mostBytes = 256 << 20

  /// Measures how fast a file is read from its start, past the page cache: 256 MiB of it at most.
  ///
  /// - Parameter path: a file on the disk.
  /// - Returns: bytes a second; `nil` if the file cannot be read past the page cache, or is too small to tell.
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
