import GasBase
import GasStore

/// The bytes of a text file, a pipe or standard input, unpacked if they are gzip. Not thread-safe.
final class TextSource {
  private enum Packing {
    case none
    case gzip(Inflater)
  }

  let file: FileReader
  private let packing: Packing
  private let input = Buffer<UInt8>()
  private var pending: Range<Int>
  private var isInsideMember = true
  private static let inputBytes = 1 << 18

  init(opening path: String) throws {
    file = try FileReader(opening: path)
    let first = UnsafeMutableRawBufferPointer(input.resized(to: Self.inputBytes))
    pending = 0..<(try file.read(into: first))
    packing = Self.startsMember(first[pending]) ? .gzip(Inflater(format: .gzip)) : .none
    try refuse(magic: NumPy.magic, in: first[pending], "a NumPy array", "give the file the ending .npy")
    try refuse(magic: NumPy.zipMagic, in: first[pending], "a zip archive", "unpack it, or save the edges as .npy")
    try refuse(
      magic: [0x28, 0xb5, 0x2f, 0xfd], in: first[pending], "zstd-compressed data", "pipe it in: zstd -dc FILE | … -")
  }

  private func refuse(magic: [UInt8], in bytes: Slice<UnsafeMutableRawBufferPointer>, _ found: String, _ advice: String)
    throws
  {
    guard bytes.starts(with: magic) else { return }
    throw GasError(expected: "text, plain or gzip", found: found, file: file.name, at: .offset(0), advice: advice)
  }

  /// Reads until `target` is full or the text ends.
  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    switch packing {
    case .none: try readPlain(into: target)
    case .gzip(let inflater): try readPacked(into: target, inflater)
    }
  }

  private func readPlain(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    let source = UnsafeRawBufferPointer(input.resized(to: Self.inputBytes))
    let count = min(pending.count, target.count)
    target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[pending.prefix(count)]))
    pending = pending.dropFirst(count)
    guard count < target.count else { return count }
    return count + (try file.read(into: UnsafeMutableRawBufferPointer(rebasing: target[count...])))
  }

  private func readPacked(into target: UnsafeMutableRawBufferPointer, _ inflater: Inflater) throws -> Int {
    let source = UnsafeMutableRawBufferPointer(input.resized(to: Self.inputBytes))
    var done = 0
    while done < target.count {
      if pending.isEmpty { pending = 0..<(try file.read(into: source)) }
      if !isInsideMember, try !startNextMember(inflater, source) { break }
      guard !pending.isEmpty else {
        throw GasError(
          "the gzip data ends in the middle", file: file.name, at: .offset(file.byteCount),
          advice: "the file is truncated: fetch it again")
      }
      let step = inflater.inflate(
        UnsafeRawBufferPointer(rebasing: source[pending]),
        into: UnsafeMutableRawBufferPointer(rebasing: target[done...]))
      if case .damaged(let problem) = step.state {
        throw GasError(
          "the gzip data is damaged: \(problem)", file: file.name,
          at: .offset(file.byteCount - pending.count + step.consumed))
      }
      pending = pending.dropFirst(step.consumed)
      done += step.produced
      if step.state == .ended { isInsideMember = false }
    }
    return done
  }

  /// A gzip file may have several members end to end, and zeros behind the last.
  private func startNextMember(_ inflater: Inflater, _ source: UnsafeMutableRawBufferPointer) throws -> Bool {
    while !pending.isEmpty {
      if source[pending].allSatisfy({ $0 == 0 }) {
        pending = 0..<(try file.read(into: source))
        continue
      }
      // A member's first byte may be all that is left in the buffer.
      guard source[pending.lowerBound] == 0x1f else {
        throw GasError(
          expected: "the end of the gzip data or another member", found: "other bytes", file: file.name,
          at: .offset(file.byteCount - pending.count))
      }
      inflater.reset()
      isInsideMember = true
      return true
    }
    return false
  }

  private static func startsMember(_ bytes: Slice<UnsafeMutableRawBufferPointer>) -> Bool {
    bytes.starts(with: [0x1f, 0x8b])
  }
}

/// How files that are not text begin.
enum NumPy {
  static let magic: [UInt8] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
  static let zipMagic: [UInt8] = [0x50, 0x4b, 0x03, 0x04]

  static func isArray(_ path: String) -> Bool { path.hasSuffix(".npy") }
  static func isArchive(_ path: String) -> Bool { path.hasSuffix(".npz") }
}
