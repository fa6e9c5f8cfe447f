import Foundation
import GasBase

/// A file mapped into memory: a handle that owns the mapping and checks ranges.
///
/// The bytes are shared with the kernel's page cache, so a mapped file costs memory only while its pages are touched:
/// `advise` asks for pages ahead of time, `release` gives them back; `copy` and `write` do without making pages resident at all. Safe to
/// read from several threads; who writes must see to it that nobody reads the same bytes meanwhile.
public final class MappedFile: @unchecked Sendable {
  public enum Access: Sendable {
    case read
    case readWrite
  }

  public enum Advice: Sendable {
    /// Start reading these pages now (`MADV_WILLNEED`).
    case willNeed
    /// Read ahead generously (`MADV_SEQUENTIAL`).
    case sequential
    /// Do not read ahead: single rows are wanted (`MADV_RANDOM`).
    case random
  }

  public static let pageBytes = Int(sysconf(Int32(_SC_PAGESIZE)))

  /// What is asked for in one call: less than the read-ahead of common disks.
  private static let advisedBytes = 512 << 10

  /// What is read past the page cache at a time, where that may be long.
  private static let pieceBytes = 4 << 20

  /// Files up to this size are left to stay resident: system calls about them would cost more than they are worth.
  private static let smallBytes = 1 << 20

  public let path: String
  public let byteCount: Int
  public var isSmall: Bool { byteCount <= Self.smallBytes }
  private let base: UnsafeMutableRawPointer?
  private let descriptor: Int32
  private let direct: DirectAccess
  /// In `MappedNames`.
  private let nameSlot: Int?

  public convenience init(opening path: String, access: Access = .read) throws {
    let (descriptor, _) = try POSIX.openRegular(path, access == .read ? O_RDONLY : O_RDWR)
    try self.init(owning: descriptor, path, access)
  }

  /// Maps a file that is open for reading and writing; the descriptor stays the caller's.
  package convenience init(sharing descriptor: Int32, _ path: String) throws {
    try self.init(
      owning: Int32(POSIX.call("open", path) { Int(fcntl(descriptor, F_DUPFD_CLOEXEC, 0)) }), path, .readWrite)
  }

  /// Makes a file of zeros that has no name: its space goes back with the mapping, whatever happens.
  ///
  /// - Parameters:
  ///   - path: a name inside the folder whose disk takes the bytes; messages use it, and nothing gets it.
  ///   - byteCount: its size.
  ///   - isReserved: whether disk space is set aside now, where it can be refused, and not when pages are written back, where it
  ///     cannot.
  ///   - head: what it begins with instead of zeros.
  /// - Throws: `GasError` if the disk has no room for it.
  public convenience init(scratch path: String, byteCount: Int, isReserved: Bool = true, head: [UInt8] = []) throws {
    let descriptor = try POSIX.createScratch(for: path)
    do {
      try head.withUnsafeBytes { try POSIX.overwrite(descriptor, $0, at: 0, path) }
      try POSIX.extend(descriptor, to: byteCount, reserved: isReserved, path)
    } catch {
      close(descriptor)
      throw error
    }
    try self.init(owning: descriptor, path, .readWrite)
  }

  /// - Parameter descriptor: closed with this handle, also where this throws.
  init(owning descriptor: Int32, _ path: String, _ access: Access) throws {
    var isMapped = false
    defer { if !isMapped { close(descriptor) } }
    self.path = path
    self.descriptor = descriptor
    direct = DirectAccess(isWritable: access == .readWrite)
    byteCount = try POSIX.size(of: descriptor, path)
    // An empty file cannot be mapped, and need not be.
    guard byteCount > 0 else {
      (base, nameSlot) = (nil, nil)
      isMapped = true
      return
    }
    // What `copy` reads was advised; the kernel would add megabytes to it that are needed later or never.
    if byteCount > Self.smallBytes { posix_fadvise(descriptor, 0, 0, POSIX_FADV_RANDOM) }
    let protection = access == .read ? PROT_READ : PROT_READ | PROT_WRITE
    guard let mapped = mmap(nil, byteCount, protection, MAP_SHARED, descriptor, 0), mapped != MAP_FAILED else {
      throw POSIX.error("map", path, errno)
    }
    base = mapped
    nameSlot = MappedNames.insert(path, UnsafeRawBufferPointer(start: mapped, count: byteCount))
    isMapped = true
  }

  deinit {
    if let nameSlot { MappedNames.remove(nameSlot) }
    if let base { munmap(base, byteCount) }
    close(descriptor)
  }

  public var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: base, count: byteCount)
  }

  /// Only for files opened with `.readWrite`; writing to another one is a crash.
  public var mutableBytes: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: base, count: byteCount)
  }

  /// Copies bytes that lie scattered, run by run.
  ///
  /// A fault on a mapped page makes 64 KiB around it resident, which has to be taken back again; reading goes through the same
  /// page cache and leaves nothing behind. What was written to the mapping is seen.
  ///
  /// - Throws: `GasError` where the disk fails; a mapped read would end the process.
  public func copy(_ range: Range<Int>, into target: UnsafeMutableRawPointer) throws {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "range outside of \(path)")
    if isSmall {
      if let base { target.copyMemory(from: base + range.lowerBound, byteCount: range.count) }
      return
    }
    let target = UnsafeMutableRawBufferPointer(start: target, count: range.count)
    try POSIX.read(descriptor, into: target, at: range.lowerBound, path)
  }

  /// Reads bytes that nobody will want again soon, past the page cache where the file system can.
  ///
  /// - Parameters:
  ///   - range: which bytes of the file.
  ///   - buffer: where they come to lie, with what shares a block with them.
  /// - Returns: the bytes, valid until the buffer is used again.
  /// - Throws: `GasError` where the disk fails.
  public func readOnce<Element>(
    _ range: Range<Int>, using buffer: Buffer<Element>
  ) throws -> UnsafeRawBufferPointer {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "range outside of \(path)")
    if isSmall || range.isEmpty { return UnsafeRawBufferPointer(rebasing: bytes[range]) }
    let start = range.lowerBound / DirectAccess.blockBytes * DirectAccess.blockBytes
    let byteCount = roundedUp(range.upperBound - start, to: DirectAccess.blockBytes)
    let blocks = UnsafeMutableRawBufferPointer(buffer.resized(to: byteCount / MemoryLayout<Element>.stride))
    let wanted = range.lowerBound - start..<range.upperBound - start
    if let count = try direct.read(descriptor, at: start, into: blocks, path) {
      guard count >= wanted.upperBound else {
        throw GasError("the file has become shorter", file: path, at: .offset(start + count))
      }
    } else {
      try copy(range, into: blocks.baseAddress! + wanted.lowerBound)
      drop(range)
    }
    return UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(blocks)[wanted])
  }

  /// The same into memory of the caller's, without touching what lies behind it: whole blocks go straight there.
  ///
  /// - Parameters:
  ///   - range: begins where a page does.
  ///   - target: as well.
  /// - Throws: `GasError` where the disk fails.
  public func readOnce(_ range: Range<Int>, into target: UnsafeMutableRawPointer) throws {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "range outside of \(path)")
    let block = DirectAccess.blockBytes
    precondition(range.lowerBound % block == 0 && Int(bitPattern: target) % block == 0, "not where a block begins")
    let wholeBytes = isSmall ? 0 : range.count / block * block
    var done = 0
    while done < wholeBytes {
      // In pieces, between which others get at the disk.
      let piece = UnsafeMutableRawBufferPointer(start: target + done, count: min(wholeBytes - done, Self.pieceBytes))
      guard let count = try direct.read(descriptor, at: range.lowerBound + done, into: piece, path) else { break }
      done += count
      guard count == piece.count else { break }
    }
    let rest = range.lowerBound + done..<range.upperBound
    try copy(rest, into: target + done)
    drop(rest)
  }

  /// Overwrites whole blocks that nobody will want soon, past the page cache where the file system can.
  ///
  /// - Parameters:
  ///   - bytes: begin where a page does, and are some pages.
  ///   - offset: a multiple of a page.
  /// - Throws: `GasError` where the disk fails.
  public func writeOnce(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
    let block = DirectAccess.blockBytes
    precondition(offset >= 0 && offset + bytes.count <= byteCount, "range outside of \(path)")
    precondition(offset % block == 0 && bytes.count % block == 0, "not where a block begins")
    if isSmall { return try write(bytes, at: offset) }
    if try direct.write(descriptor, at: offset, bytes, path) { return }
    let range = offset..<offset + bytes.count
    try write(bytes, at: offset)
    try writeBack(range, waits: true)
    drop(range)
  }

  /// Gives the disk space of a range back: it reads as zeros from then on. What cannot be given back stays.
  public func discard(_ range: Range<Int>) {
    release(range)
    if !isSmall { POSIX.freeSpace(descriptor, range) }
  }

  /// Overwrites bytes. Mappings see it.
  ///
  /// A store into the mapping would first read the page that it changes, and mark as changed whatever the kernel keeps together with it;
  /// writing does neither.
  ///
  /// - Throws: `GasError` where the disk fails; a store into the mapping would end the process, or not be noticed.
  public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
    precondition(offset >= 0 && offset + bytes.count <= byteCount, "range outside of \(path)")
    if isSmall {
      if let base, let source = bytes.baseAddress { (base + offset).copyMemory(from: source, byteCount: bytes.count) }
      return
    }
    try POSIX.overwrite(descriptor, bytes, at: offset, path)
  }

  /// Writes zeros in such pieces that the page cache holds the range in huge pages, but for its ends: a fault then makes 2 MiB resident, not
  /// 64 KiB, and rows that lie scattered are found with fewer page-table walks. Worth its time where the range stays in the page cache.
  ///
  /// - Throws: `GasError` where the disk fails.
  public func clear(_ range: Range<Int>) throws {
    let pieceBytes = 2 * Pages.hugePageBytes
    let zeros = Pages(byteCount: pieceBytes)
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min((start / pieceBytes + 1) * pieceBytes, range.upperBound)
      try write(UnsafeRawBufferPointer(start: zeros.base, count: end - start), at: start)
      start = end
    }
  }

  public func advise(_ advice: Advice, _ range: Range<Int>) {
    switch advice {
    case .willNeed:
      // Of one call the kernel reads no more than its read-ahead, and forgets the rest.
      for piece in range.chunks(ofCount: Self.advisedBytes) { madvise(piece, Int32(MADV_WILLNEED)) }
    case .sequential: madvise(range, Int32(MADV_SEQUENTIAL))
    case .random: madvise(range, Int32(MADV_RANDOM))
    }
  }

  /// Takes the pages out of this process's resident memory. Contents are kept, changed pages too: they are the file's.
  public func release(_ range: Range<Int>) {
    madvise(range, Int32(MADV_DONTNEED))
  }

  /// Takes the pages out of the page cache, but for changed ones: for what nobody will read soon, so that the kernel need not look for room.
  public func drop(_ range: Range<Int>) {
    release(range)
    if !isSmall { POSIX.dropPages(descriptor, range) }
  }

  /// Starts sending changed pages of the range to the disk; where `waits`, returns when they are there.
  public func writeBack(_ range: Range<Int>, waits: Bool) throws {
    if !isSmall { try POSIX.writeBack(descriptor, range, waits: waits, path) }
  }

  /// Blocks until changed pages of the range have reached the disk.
  public func sync(_ range: Range<Int>) throws {
    guard let span = pages(range) else { return }
    try POSIX.change("write back", .init(.sync, path, descriptor: descriptor), file: path) { _ in
      Int(msync(span.start, span.count, MS_SYNC))
    }
  }

  /// Whether the page that holds a byte is in the page cache.
  public func isCached(_ offset: Int) -> Bool {
    guard !isSmall, let page = pages(offset..<offset + 1) else { return true }
    var residence: UInt8 = 0
    return mincore(page.start, Self.pageBytes, &residence) == 0 && residence & 1 == 1
  }

  // Advice is advice: where the kernel refuses it, the data is still right.
  private func madvise(_ range: Range<Int>, _ flag: Int32) {
    guard !isSmall, let span = pages(range) else { return }
    _ = Foundation.madvise(span.start, span.count, flag)
  }

  private func pages(_ range: Range<Int>) -> (start: UnsafeMutableRawPointer, count: Int)? {
    guard let base, !range.isEmpty else { return nil }
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "range outside of \(path)")
    let first = range.lowerBound / Self.pageBytes * Self.pageBytes
    return (base + first, range.upperBound - first)
  }
}
