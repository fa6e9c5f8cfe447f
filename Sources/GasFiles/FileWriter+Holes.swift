import GasBase
import Glibc

extension FileWriter {
  /// What file systems give disk space in, or a multiple of it.
  private static let holeBytes = 4096

  /// Appends bytes, of which whole pages of zeros take no disk space where the file system has holes. More has to be
  /// written behind them.
  ///
  /// - Parameter bytes: what to write.
  /// - Throws: `GasError` if the disk fails.
  package func write(leavingHoles bytes: UnsafeRawBufferPointer) throws {
    let offset = byteCount
    var (start, place, isHole) = (0, 0, false)
    while place < bytes.count {
      // Pages of the file, wherever in them the bytes begin.
      let end = min(bytes.count, place + Self.holeBytes - (offset + place) % Self.holeBytes)
      let isZero = end - place == Self.holeBytes && UnsafeRawBufferPointer(rebasing: bytes[place..<end]).isZero
      if isZero != isHole {
        try append(UnsafeRawBufferPointer(rebasing: bytes[start..<place]), asHole: isHole)
        (start, isHole) = (place, isZero)
      }
      place = end
    }
    try append(UnsafeRawBufferPointer(rebasing: bytes[start...]), asHole: isHole)
  }

  private func append(_ bytes: UnsafeRawBufferPointer, asHole isHole: Bool) throws {
    guard !bytes.isEmpty else { return }
    if isHole { try skip(bytes.count) } else { try write(bytes) }
  }
}

extension UnsafeRawBufferPointer {
  /// Whether all bytes are zero.
  package var isZero: Bool {
    guard let base = baseAddress, count > 0 else { return true }
    // The first one is, and each is what the one before it is.
    return self[0] == 0 && memcmp(base, base + 1, count - 1) == 0
  }
}
