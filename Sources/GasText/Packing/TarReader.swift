import GasBase
import GasFiles

/// The one file in a tar archive, read front to back. Not thread-safe.
///
/// Reads the headers of POSIX (ustar and pax), of GNU tar and of the seventh edition of Unix. An archive of several
/// files is refused, since nothing says which is meant.
final class TarReader {
  /// Gives the archive's bytes, as many as asked for unless it ends.
  typealias Source = (UnsafeMutableRawBufferPointer) throws -> Int

  private let archive: String
  /// The archive as a word of a command line.
  private let path: String
  /// Where a command writes the file that is wanted.
  private let target: String
  private var offset = 0
  /// The names of the first files. They may be long, and a packed archive of many files is small.
  private var files: [String] = []
  private var fileCount = 0
  /// Bytes of the file that are still to come, and zeros behind it.
  private var left = 0
  private var padding = 0
  private static let shownNames = 5
  private static let shownLetters = 4_096
  private static let largestExtension = 1 << 20

  init(archive: FileReader) {
    self.archive = archive.name
    path = archive.isNamed ? archive.name.shellWord : "FILE"
    target = archive.intoNew(isNamed: archive.isNamed)
  }

  /// Reads until `target` is full or the file ends.
  func read(into target: UnsafeMutableRawBufferPointer, from source: Source) throws -> Int {
    if files.isEmpty { try findFile(source) }
    let wanted = min(left, target.count)
    try take(UnsafeMutableRawBufferPointer(rebasing: target[..<wanted]), source)
    left -= wanted
    if left == 0 && padding >= 0 { try finish(source) }
    return wanted
  }

  private func findFile(_ source: Source) throws {
    guard let file = try nextFile(source) else { throw GasError("the tar archive holds no file", file: archive) }
    note(file.name)
    left = file.size
    padding = Self.padding(file.size)
  }

  private func note(_ name: String) {
    fileCount += 1
    if files.count < Self.shownNames { files.append(name.excerpt(Self.shownLetters)) }
  }

  /// Goes on behind the file: no other may follow.
  private func finish(_ source: Source) throws {
    try skip(padding, source)
    padding = -1
    while let file = try nextFile(source) {
      note(file.name)
      try skip(file.size + Self.padding(file.size), source)
    }
    guard fileCount > 1 else { return }
    let names = files.joined(separator: ", ") + (fileCount > Self.shownNames ? ", …" : "")
    throw GasError(
      expected: "one file in the tar archive", found: "\(fileCount): \(names)", file: archive,
      advice:
        "unpack the right one: tar -xOf \(path) \(files[0].hasPrefix("-") ? "-- " : "")\(files[0].shellWord)\(target)"
    )
  }

  /// Finds the next regular file; `nil` at the end of the archive.
  private func nextFile(_ source: Source) throws -> (name: String, size: Int)? {
    var longer = TarExtension()
    while let header = try nextHeader(source) {
      switch header.kind {
      case "x", "L":
        longer.read(try payload(header, source), isPax: header.kind == "x")
      case "S": throw sparse(header)
      case "0", "7", "\0":
        let (name, size) = (longer.path ?? header.name, longer.size ?? header.size)
        if longer.isSparse { throw sparse(header) }
        longer = TarExtension()
        // Old archives mark folders by the slash; macOS adds a file of its own beside each, called "._NAME".
        if !name.hasSuffix("/") && !(name.split(separator: "/").last ?? "").hasPrefix("._") { return (name, size) }
        try skip(size + Self.padding(size), source)
      case "1", "2", "3", "4", "5", "6": longer = TarExtension()
      default: try skip(header.size + Self.padding(header.size), source)
      }
    }
    return nil
  }

  private func sparse(_ header: TarHeader) -> GasError {
    GasError(
      "the tar archive holds \(header.name) with holes left out (sparse)", file: archive,
      advice: "unpack it with tar -xf")
  }

  /// Reads the next header; `nil` at the end, which is two blocks of zeros, or just the end of the bytes.
  private func nextHeader(_ source: Source) throws -> TarHeader? {
    var block = [UInt8](repeating: 0, count: TarHeader.byteCount)
    let count = try block.withUnsafeMutableBytes { try source($0) }
    guard count > 0 else { return nil }
    guard count == block.count else { throw truncated(count) }
    if block.allSatisfy({ $0 == 0 }) {
      offset += count
      try skipEnd(source)
      return nil
    }
    guard let header = block.withUnsafeBytes(TarHeader.init) else {
      throw GasError(
        "the tar archive is damaged: a header's checksum is wrong", file: archive, at: .offset(offset),
        advice: "fetch it again")
    }
    offset += count
    return header
  }

  private func skipEnd(_ source: Source) throws {
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = try block.withUnsafeMutableBytes({ try source($0) }), count > 0 {
      guard block[..<count].allSatisfy({ $0 == 0 }) else {
        throw GasError(
          expected: "nothing behind the end of the tar archive", found: "other bytes", file: archive,
          at: .offset(offset), advice: "unpack it with tar -xif")
      }
      offset += count
    }
  }

  private func payload(_ header: TarHeader, _ source: Source) throws -> [UInt8] {
    guard header.size <= Self.largestExtension else {
      throw GasError(
        expected: "a name or attributes of at most 1 MiB", found: "\(header.size) bytes", file: archive,
        at: .offset(offset))
    }
    var bytes = [UInt8](repeating: 0, count: header.size)
    try bytes.withUnsafeMutableBytes { try take($0, source) }
    try skip(Self.padding(header.size), source)
    return bytes
  }

  private func take(_ target: UnsafeMutableRawBufferPointer, _ source: Source) throws {
    let count = target.isEmpty ? 0 : try source(target)
    guard count == target.count else { throw truncated(count) }
    offset += count
  }

  private func skip(_ count: Int, _ source: Source) throws {
    var room = [UInt8](repeating: 0, count: min(count, 1 << 16))
    var rest = count
    while rest > 0 {
      let step = min(rest, room.count)
      try room.withUnsafeMutableBytes { try take(UnsafeMutableRawBufferPointer(rebasing: $0[..<step]), source) }
      rest -= step
    }
  }

  private func truncated(_ count: Int) -> GasError {
    GasError(
      "the tar archive ends in the middle", file: archive, at: .offset(offset + count),
      advice: "the file is truncated: fetch it again")
  }

  private static func padding(_ size: Int) -> Int { roundedUp(size, to: TarHeader.byteCount) - size }
}
