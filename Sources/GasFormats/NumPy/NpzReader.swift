import CZlib
import GasBase
import GasFiles

/// An archive of NumPy arrays, as `numpy.savez`, `numpy.savez_compressed` and SciPy write them.
///
/// Stored entries are read in place; deflated ones are unpacked into memory, or into files without names. Checksums are
/// compared when an entry is asked for. Safe to use from several threads.
public final class NpzReader: Sendable {
  /// The archive's path.
  public let path: String
  /// Names of the arrays, in the order of the archive, without `.npy`.
  public let names: [String]
  let file: MappedFile
  let entries: [String: ZipDirectory.Entry]
  private let newScratchPath: (@Sendable () -> String)?

  /// Smaller deflated entries are not worth a file.
  private let smallestFileBytes: Int

  /// Maps an archive and reads its directory.
  ///
  /// - Parameters:
  ///   - path: the archive.
  ///   - newScratchPath: gives paths of scratch files that large deflated entries are unpacked into, so that memory
  ///     does not depend on their size; if nil, they are held in memory.
  /// - Throws: `GasError` if the file cannot be opened, or is not an archive that can be read.
  public convenience init(opening path: String, newScratchPath: (@Sendable () -> String)? = nil) throws {
    try self.init(opening: path, newScratchPath, smallestFileBytes: 1 << 20)
  }

  init(opening path: String, _ newScratchPath: (@Sendable () -> String)?, smallestFileBytes: Int) throws {
    self.path = path
    self.newScratchPath = newScratchPath
    self.smallestFileBytes = smallestFileBytes
    file = try MappedFile(opening: path)
    let directory = try ZipDirectory(parsing: file.bytes, file: path)
    var entries: [String: ZipDirectory.Entry] = [:]
    names = directory.entries.map { $0.name.hasSuffix(".npy") ? String($0.name.dropLast(4)) : $0.name }
    for (name, entry) in zip(names, directory.entries) {
      guard entries.updateValue(entry, forKey: name) == nil else {
        throw GasError("two arrays are called \"\(name)\"", file: path)
      }
    }
    self.entries = entries
  }

  /// Size and CRC-32 of the whole archive.
  public func fileChecksum() -> FileChecksum { FileChecksum(file) }

  /// Calls `body` with the bytes of the whole archive.
  ///
  /// - Parameter body: uses the bytes while it runs.
  /// - Returns: what `body` returns.
  /// - Throws: what `body` throws.
  public func withFileBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try body(file.bytes)
  }

  /// Whether the archive has an array of that name.
  public func has(_ name: String) -> Bool { entries[name] != nil }

  /// Opens an array, unpacks it if it is deflated, and compares its checksum.
  ///
  /// - Parameter name: the array, without `.npy`.
  /// - Returns: a reader of the array.
  /// - Throws: `GasError` if there is no such array, if it is damaged, or if it cannot be unpacked.
  public func array(_ name: String) throws -> NpyReader {
    guard let entry = entries[name] else { throw missing(name) }
    let data = try contents(of: entry)
    let found = data.checksum()
    guard found == entry.checksum else {
      throw GasError(
        expected: "checksum \(Checksum.text(entry.checksum)) of \"\(name)\"", found: Checksum.text(found), file: path,
        at: .offset(entry.headerOffset), advice: "the file is damaged")
    }
    return try NpyReader(data, path: "\(path)[\(name)]")
  }

  private func contents(of entry: ZipDirectory.Entry) throws -> OwnedBytes {
    let range = try ZipDirectory.dataRange(of: entry, in: file.bytes, file: path)
    switch entry.method {
    case ZipDirectory.stored:
      guard entry.byteCount == entry.storedBytes else { throw damaged(entry, "\(entry.storedBytes) bytes") }
      return OwnedBytes(file, range)
    case ZipDirectory.deflated:
      return try inflate(UnsafeRawBufferPointer(rebasing: file.bytes[range]), entry)
    default:
      throw unknownMethod(entry)
    }
  }

  private func inflate(_ stored: UnsafeRawBufferPointer, _ entry: ZipDirectory.Entry) throws -> OwnedBytes {
    // Deflate cannot shrink more than this; a larger claim is damage, and must not become an allocation.
    guard entry.byteCount <= (stored.count + 1) * 1032 else { throw damaged(entry, "\(entry.byteCount) bytes") }
    if let newScratchPath, entry.byteCount >= smallestFileBytes {
      let file = try MappedFile(scratch: newScratchPath(), byteCount: entry.byteCount)
      try inflate(stored, entry, into: file.mutableBytes) { file.release($0) }
      return OwnedBytes(file)
    }
    let memory = Pages(byteCount: entry.byteCount)
    try inflate(stored, entry, into: UnsafeMutableRawBufferPointer(start: memory.base, count: entry.byteCount)) { _ in }
    return OwnedBytes(memory, count: entry.byteCount)
  }

  /// Unpacks an entry.
  ///
  /// - Parameters:
  ///   - stored: its compressed bytes.
  ///   - entry: its line in the directory.
  ///   - target: memory for all of its bytes.
  ///   - done: called with each part of the target that has been filled.
  /// - Throws: `GasError` if the entry is damaged.
  private func inflate(
    _ stored: UnsafeRawBufferPointer, _ entry: ZipDirectory.Entry, into target: UnsafeMutableRawBufferPointer,
    done: (Range<Int>) -> Void
  ) throws {
    let inflater = Inflater(format: .raw)
    var consumed = 0
    var produced = 0
    while true {
      let room = produced..<min(target.count, produced + Self.stepBytes)
      let step = inflater.inflate(
        UnsafeRawBufferPointer(rebasing: stored[consumed...]),
        into: UnsafeMutableRawBufferPointer(rebasing: target[room]))
      consumed += step.consumed
      produced += step.produced
      done(room.lowerBound..<produced)
      if step.state == .ended && produced == entry.byteCount { return }
      guard step.state == .more, step.consumed + step.produced > 0 else {
        throw damaged(entry, "bytes that do not inflate to that")
      }
    }
  }

  func missing(_ name: String) -> GasError {
    GasError(expected: "an array \"\(name)\"", found: names.joined(separator: ", "), file: path)
  }

  func unknownMethod(_ entry: ZipDirectory.Entry) -> GasError {
    GasError(
      expected: "stored or deflated entries", found: "zip method \(entry.method) in \"\(entry.name)\"", file: path,
      at: .offset(entry.headerOffset), advice: "write it with numpy.savez")
  }

  func damaged(_ entry: ZipDirectory.Entry, _ found: String) -> GasError {
    GasError(
      expected: "\(entry.byteCount) bytes in \"\(entry.name)\"", found: found, file: path,
      at: .offset(entry.headerOffset), advice: "the file is damaged")
  }
}
