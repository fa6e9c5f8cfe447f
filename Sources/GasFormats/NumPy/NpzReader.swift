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
      return try inflated(entry, range)
    default:
      throw unknownMethod(entry)
    }
  }

  private func inflated(_ entry: ZipDirectory.Entry, _ range: Range<Int>) throws -> OwnedBytes {
    // Deflate cannot shrink more than this; a larger claim is damage, and must not become an allocation.
    guard entry.byteCount <= (range.count + 1) * 1032 else { throw damaged(entry, "\(entry.byteCount) bytes") }
    let target = try memory(of: entry.byteCount)
    var count = 0
    try forEachStep(of: entry, range) {
      let free = UnsafeRawBufferPointer(rebasing: target.bytes[count...].prefix(Self.stepBytes))
      return UnsafeMutableRawBufferPointer(mutating: free)
    } body: { bytes in
      target.release(count..<count + bytes.count)
      count += bytes.count
    }
    guard count == entry.byteCount else { throw doesNotInflate(entry) }
    return target
  }

  /// What an entry is unpacked into.
  private func memory(of byteCount: Int) throws -> OwnedBytes {
    guard let newScratchPath, byteCount >= smallestFileBytes else {
      return OwnedBytes(Pages(byteCount: byteCount), count: byteCount)
    }
    return OwnedBytes(try MappedFile(scratch: newScratchPath(), byteCount: byteCount))
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

  func doesNotInflate(_ entry: ZipDirectory.Entry) -> GasError {
    damaged(entry, "bytes that do not inflate to that")
  }
}
