import CZlib
import GasBase

/// An archive of NumPy arrays, as `numpy.savez`, `numpy.savez_compressed` and SciPy write them.
///
/// Stored entries are read in place, deflated ones are held in memory. Checksums are compared when an entry is asked for. Safe
/// to use from several threads.
public final class NpzReader: Sendable {
  public let path: String
  /// Names of the arrays, in the order of the archive, without `.npy`.
  public let names: [String]
  let file: MappedFile
  let entries: [String: ZipDirectory.Entry]

  public init(opening path: String) throws {
    self.path = path
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

  public func withFileBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try body(file.bytes)
  }

  public func has(_ name: String) -> Bool { entries[name] != nil }

  /// - Throws: `GasError` if there is no such array, or if it is damaged.
  public func array(_ name: String) throws -> NpyReader {
    guard let entry = entries[name] else {
      throw GasError(expected: "an array \"\(name)\"", found: names.joined(separator: ", "), file: path)
    }
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
      throw GasError(
        expected: "stored or deflated entries", found: "zip method \(entry.method) in \"\(entry.name)\"", file: path,
        at: .offset(entry.headerOffset), advice: "write it with numpy.savez")
    }
  }

  private func inflate(_ stored: UnsafeRawBufferPointer, _ entry: ZipDirectory.Entry) throws -> OwnedBytes {
    // Deflate cannot shrink more than this; a larger claim is damage, and must not become an allocation.
    guard entry.byteCount <= (stored.count + 1) * 1032 else { throw damaged(entry, "\(entry.byteCount) bytes") }
    let memory = Scratch(byteCount: entry.byteCount)
    let target = UnsafeMutableRawBufferPointer(start: memory.base, count: entry.byteCount)
    let inflater = Inflater(format: .raw)
    var consumed = 0
    var produced = 0
    while true {
      let step = inflater.inflate(
        UnsafeRawBufferPointer(rebasing: stored[consumed...]),
        into: UnsafeMutableRawBufferPointer(rebasing: target[produced...]))
      consumed += step.consumed
      produced += step.produced
      if step.state == .ended && produced == entry.byteCount { return OwnedBytes(memory, count: produced) }
      guard step.state == .more, step.consumed + step.produced > 0 else {
        throw damaged(entry, "bytes that do not inflate to that")
      }
    }
  }

  func damaged(_ entry: ZipDirectory.Entry, _ found: String) -> GasError {
    GasError(
      expected: "\(entry.byteCount) bytes in \"\(entry.name)\"", found: found, file: path,
      at: .offset(entry.headerOffset), advice: "the file is damaged")
  }
}
