import GasBase
import GasFiles

/// The bytes of a file, a pipe or standard input, unpacked if they are compressed, or of the one file in a tar archive.
/// Not thread-safe.
package final class ByteSource {
  /// How compression and archives are recognised.
  package enum Detection {
    /// By how the bytes begin: text never begins so.
    case content
    /// By the ending of the file's name: numbers may begin in any way.
    case ending
  }

  /// The input as it comes, before unpacking; it knows size and checksum.
  package let file: FileReader
  private let packing: (any Packing)?
  private let input = Buffer<UInt8>()
  private var pending: Range<Int>
  private var isInsidePiece = true
  /// Bytes that have been peeked at, but not yet read.
  private var head: [UInt8] = []
  private var tar: TarReader?
  /// Bytes of the archive that have been peeked at, but not yet read.
  private var archiveHead: [UInt8] = []
  private static let inputBytes = 1 << 18
  private let memoryBytes: Int

  /// How much of all memory unpacking may take: reading needs little else meanwhile.
  package static func unpackingBytes(of memoryBytes: Int) -> Int { memoryBytes / 4 }

  /// Opens an input and looks at its beginning.
  ///
  /// - Parameters:
  ///   - path: a file, or `-` for standard input.
  ///   - detection: how compression and archives are recognised.
  ///   - memoryBytes: how much memory unpacking may take.
  /// - Throws: `GasError` if the input cannot be opened, or its beginning cannot be unpacked.
  package init(
    opening path: String, detection: Detection = .content,
    memoryBytes: Int = ByteSource.unpackingBytes(of: Workspace.standardMemoryBytes)
  ) throws {
    file = try FileReader(opening: path)
    self.memoryBytes = memoryBytes
    let first = UnsafeMutableRawBufferPointer(input.resized(to: Self.inputBytes))
    pending = 0..<(try file.read(into: first))
    packing =
      switch detection {
      case .content: Packings.unpacker(startingWith: UnsafeRawBufferPointer(rebasing: first[pending]), memoryBytes)
      case .ending: Packings.unpacker(forEndingOf: path, memoryBytes)
      }
    let block = try look(TarHeader.byteCount, [], readUnpacked)
    let isTar = detection == .content ? block.withUnsafeBytes(TarHeader.init) != nil : Packings.isTar(endingOf: path)
    if isTar { (tar, archiveHead) = (TarReader(archive: file), block) } else { head = block }
  }

  /// Whether the bytes are neither packed nor archived.
  package var isPlain: Bool { packing == nil && tar == nil }

  /// Returns the bytes that will be read next; fewer than asked for only at the end.
  ///
  /// - Parameter count: how many bytes to look at.
  /// - Returns: the bytes, which are still to be read.
  /// - Throws: `GasError` if reading or unpacking fails.
  package func peek(_ count: Int) throws -> [UInt8] {
    head = try look(count, head, readOn)
    return Array(head.prefix(count))
  }

  private func look(
    _ count: Int, _ head: [UInt8], _ read: (UnsafeMutableRawBufferPointer) throws -> Int
  ) throws -> [UInt8] {
    guard head.count < count else { return head }
    var more = [UInt8](repeating: 0, count: count - head.count)
    let found = try more.withUnsafeMutableBytes { try read($0) }
    return head + more[..<found]
  }

  /// Reads until `target` is full or the data end.
  ///
  /// - Parameter target: where the bytes go.
  /// - Returns: how many bytes there were; fewer than asked for only at the end.
  /// - Throws: `GasError` if reading or unpacking fails.
  package func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    try read(into: target, after: &head, readOn)
  }

  /// Reads what was peeked at, and then on.
  private func read(
    into target: UnsafeMutableRawBufferPointer, after head: inout [UInt8],
    _ read: (UnsafeMutableRawBufferPointer) throws -> Int
  ) throws -> Int {
    let count = min(head.count, target.count)
    target.copyBytes(from: head[..<count])
    head.removeFirst(count)
    guard count < target.count else { return count }
    return count + (try read(UnsafeMutableRawBufferPointer(rebasing: target[count...])))
  }

  private func readOn(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    guard let tar else { return try readUnpacked(into: target) }
    return try tar.read(into: target) {
      var head = archiveHead
      defer { archiveHead = head }
      return try read(into: $0, after: &head, readUnpacked)
    }
  }

  private func readUnpacked(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    if let packing { return try readPacked(into: target, packing) }
    return try readPlain(into: target)
  }

  private func readPlain(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    let source = UnsafeRawBufferPointer(input.resized(to: Self.inputBytes))
    let count = min(pending.count, target.count)
    target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[pending.prefix(count)]))
    pending = pending.dropFirst(count)
    guard count < target.count else { return count }
    return count + (try file.read(into: UnsafeMutableRawBufferPointer(rebasing: target[count...])))
  }

  private func readPacked(into target: UnsafeMutableRawBufferPointer, _ packing: any Packing) throws -> Int {
    let source = UnsafeMutableRawBufferPointer(input.resized(to: Self.inputBytes))
    var done = 0
    while done < target.count {
      if pending.isEmpty { pending = 0..<(try file.read(into: source)) }
      if !isInsidePiece, try !startNextPiece(packing, source) { break }
      let step = packing.unpack(
        UnsafeRawBufferPointer(rebasing: source[pending]),
        into: UnsafeMutableRawBufferPointer(rebasing: target[done...]))
      try check(step, type(of: packing))
      pending = pending.dropFirst(step.consumed)
      done += step.produced
      if step.state == .ended { isInsidePiece = false }
    }
    return done
  }

  private func check(_ step: Inflater.Step, _ packing: any Packing.Type) throws {
    if case .damaged(let problem) = step.state {
      throw GasError(
        "the \(packing.name) data is damaged: \(problem)", file: file.name,
        at: .offset(file.byteCount - pending.count + step.consumed))
    }
    if case .needs(let byteCount) = step.state { throw tooLarge(byteCount, packing) }
    // At the end of the file, unpacking may still produce bytes of what it has read before.
    guard !pending.isEmpty || step.produced > 0 || step.state == .ended else {
      throw GasError(
        "the \(packing.name) data ends in the middle", file: file.name, at: .offset(file.byteCount),
        advice: "the file is truncated: fetch it again")
    }
  }

  private func tooLarge(_ byteCount: Int, _ packing: any Packing.Type) -> GasError {
    let needed = byteCount > 0 ? Units.bytes(byteCount) : "more"
    let path = file.isNamed ? file.name.shellWord : "FILE"
    let target = file.intoNew(isNamed: file.isNamed)
    return GasError(
      "unpacking the \(packing.name) data takes \(needed) of memory, and there are \(Units.bytes(memoryBytes))",
      file: file.name,
      advice: byteCount > 0
        ? "pass --memory \(byteCount >> 18 + 1)MiB, or let another process unpack it: xz -dc \(path)\(target)"
        : "pass a larger --memory, or let another process unpack it: zstd -dc --long=31 \(path)\(target)",
      status: .refusedBudget)
  }

  /// Goes on to the next piece: a packed file may have several, one after the other, and zeros behind the last.
  private func startNextPiece(_ packing: any Packing, _ source: UnsafeMutableRawBufferPointer) throws -> Bool {
    while !pending.isEmpty {
      if source[pending].allSatisfy({ $0 == 0 }) {
        pending = 0..<(try file.read(into: source))
        continue
      }
      let kind = type(of: packing)
      guard kind.mayStart(source[pending.lowerBound]) else {
        throw GasError(
          expected: "the end of the \(kind.name) data or another \(kind.piece)", found: "other bytes", file: file.name,
          at: .offset(file.byteCount - pending.count))
      }
      packing.reset()
      isInsidePiece = true
      return true
    }
    return false
  }
}
