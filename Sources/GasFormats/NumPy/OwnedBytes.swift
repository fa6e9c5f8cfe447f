import GasBase
import GasFiles

/// Read-only bytes together with the object that keeps them alive: a mapping, or memory of their own.
struct OwnedBytes: @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer
  private let owner: AnyObject
  /// Set if the bytes are a file's, so that the kernel can be told how they are used.
  private let mapping: (file: MappedFile, start: Int)?

  /// - Parameters:
  ///   - file: the file that stays mapped.
  ///   - range: the part of the file; all of it by default.
  init(_ file: MappedFile, _ range: Range<Int>? = nil) {
    let range = range ?? 0..<file.byteCount
    bytes = UnsafeRawBufferPointer(rebasing: file.bytes[range])
    owner = file
    mapping = (file, range.lowerBound)
  }

  init(_ memory: Pages, count: Int) {
    bytes = UnsafeRawBufferPointer(start: memory.base, count: count)
    owner = memory
    mapping = nil
  }

  func advise(_ advice: MappedFile.Advice, _ range: Range<Int>) {
    guard let mapping else { return }
    mapping.file.advise(advice, range.lowerBound + mapping.start..<range.upperBound + mapping.start)
  }

  /// Copies bytes without those around them: from a file, without making its pages resident (`MappedFile.copy`).
  func copy(_ range: Range<Int>, into target: UnsafeMutableRawPointer) {
    if let mapping {
      let place = range.lowerBound + mapping.start..<range.upperBound + mapping.start
      if (try? mapping.file.copy(place, into: target)) != nil { return }
    }
    // If the disk fails, reading the mapping reports it.
    target.copyMemory(from: bytes.baseAddress! + range.lowerBound, byteCount: range.count)
  }

  /// Computes CRC-32 of all bytes; those of a file are taken out of resident memory on the way.
  func checksum() -> UInt32 {
    let pieceBytes = 4 << 20
    var checksum: UInt32 = 0
    for range in (0..<bytes.count).chunks(ofCount: pieceBytes) {
      checksum = Checksum.crc32(UnsafeRawBufferPointer(rebasing: bytes[range]), continuing: checksum)
      release(range)
    }
    return checksum
  }

  func release(_ range: Range<Int>) {
    guard let mapping else { return }
    mapping.file.release(range.lowerBound + mapping.start..<range.upperBound + mapping.start)
  }
}
