import GasBase
import Glibc

/// A file mapped into memory. The object owns the mapping and checks ranges.
///
/// The bytes are shared with the kernel's page cache, so a mapped file costs memory only while its pages are touched:
/// `advise` asks for pages ahead of time, `release` gives them back; `copy` and `write` do not make pages resident at
/// all. Safe to read from several threads; while bytes are written, no other thread may read them.
public final class MappedFile: @unchecked Sendable {
  /// What a mapping is for. Writing to a mapping that is for reading crashes.
  public enum Access: Sendable {
    case read
    case readWrite
  }

  /// Bytes of a page of memory.
  public static let pageBytes = Int(sysconf(Int32(_SC_PAGESIZE)))

  /// Files up to this size stay resident: system calls about them would cost more than they save.
  package static let smallBytes = 1 << 20

  /// What messages call the file.
  public let path: String
  /// The size of the file in bytes when it was mapped.
  public let byteCount: Int
  /// Whether the file is so small, at most 1 MiB, that it stays resident.
  public var isSmall: Bool { byteCount <= Self.smallBytes }
  let base: UnsafeMutableRawPointer?
  let descriptor: Int32
  let direct: DirectAccess
  /// The file's place in `MappedNames`.
  private let nameSlot: Int?

  /// Maps a whole file.
  ///
  /// - Parameters:
  ///   - path: a regular file.
  ///   - access: whether it is written too.
  /// - Throws: `GasError` if it cannot be opened or mapped.
  public convenience init(opening path: String, access: Access = .read) throws {
    let (descriptor, _) = try POSIX.openRegular(path, access == .read ? O_RDONLY : O_RDWR)
    try self.init(owning: descriptor, path, access)
  }

  /// Maps a file that is open for reading and writing.
  ///
  /// - Parameters:
  ///   - descriptor: the open file; the caller still has to close it.
  ///   - path: what messages call the file.
  /// - Throws: `GasError` if it cannot be mapped.
  package convenience init(sharing descriptor: Int32, _ path: String) throws {
    try self.init(
      owning: Int32(POSIX.call("open", path) { Int(fcntl(descriptor, F_DUPFD_CLOEXEC, 0)) }), path, .readWrite)
  }

  /// Makes a file of zeros without a name: its space is given back with the mapping, whatever happens.
  ///
  /// - Parameters:
  ///   - path: a name inside the folder whose disk takes the bytes. Messages use it, and no file gets it.
  ///   - byteCount: its size.
  ///   - isReserved: whether disk space is set aside now, where it can be refused, and not when pages are written back,
  ///     where it cannot. That of a file which stays resident always is: `write` stores into its mapping.
  ///   - head: what it begins with instead of zeros.
  /// - Throws: `GasError` if the disk has no room for it.
  public convenience init(scratch path: String, byteCount: Int, isReserved: Bool = true, head: [UInt8] = []) throws {
    let descriptor = try POSIX.createScratch(for: path)
    do {
      try head.withUnsafeBytes { try POSIX.overwrite(descriptor, $0, at: 0, path) }
      try POSIX.extend(descriptor, to: byteCount, reserved: isReserved || byteCount <= Self.smallBytes, path)
    } catch {
      close(descriptor)
      throw error
    }
    try self.init(owning: descriptor, path, .readWrite)
  }

  /// - Parameters:
  ///   - descriptor: the open file, which is closed with this handle, also if this throws.
  ///   - path: what messages call the file.
  ///   - access: whether the mapping may be written to.
  /// - Throws: `GasError` if the file cannot be mapped.
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
    // What `copy` reads was advised; the kernel would read megabytes more that are needed later or never.
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

  /// All bytes of the file, in place.
  public var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: base, count: byteCount)
  }

  /// All bytes of the file, to be written in place. The file must have been opened with `.readWrite`; otherwise writing
  /// crashes.
  public var mutableBytes: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: base, count: byteCount)
  }

  /// Copies scattered bytes.
  ///
  /// A fault on a mapped page makes 64 KiB around it resident, which has to be taken back again; this reads through the
  /// same page cache and leaves nothing behind. What was written to the mapping is seen.
  ///
  /// - Parameters:
  ///   - range: which bytes of the file.
  ///   - target: memory for them.
  /// - Throws: `GasError` if the disk fails; a mapped read would end the process.
  public func copy(_ range: Range<Int>, into target: UnsafeMutableRawPointer) throws {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "range outside of \(path)")
    if isSmall {
      if let base { target.copyMemory(from: base + range.lowerBound, byteCount: range.count) }
      return
    }
    let target = UnsafeMutableRawBufferPointer(start: target, count: range.count)
    try POSIX.read(descriptor, into: target, at: range.lowerBound, path)
  }

  /// Gives the disk space of a range back: it reads as zeros from then on. Where the file system cannot do that,
  /// nothing changes.
  public func discard(_ range: Range<Int>) {
    release(range)
    if !isSmall { POSIX.freeSpace(descriptor, range) }
  }

  /// Overwrites bytes. Mappings see it.
  ///
  /// A store into the mapping would first read the page that it changes, and mark all that the kernel keeps together
  /// with it as changed; this does neither.
  ///
  /// - Parameters:
  ///   - bytes: what to write.
  ///   - offset: where they go in the file; they end inside of it.
  /// - Throws: `GasError` if the disk fails; a store into the mapping would end the process, or the failure would go
  ///   unnoticed.
  public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
    precondition(offset >= 0 && offset + bytes.count <= byteCount, "range outside of \(path)")
    if isSmall {
      if let base, let source = bytes.baseAddress { (base + offset).copyMemory(from: source, byteCount: bytes.count) }
      return
    }
    try POSIX.overwrite(descriptor, bytes, at: offset, path)
  }

  /// Writes zeros in such pieces that the page cache holds the range in huge pages, except at its ends: a fault then
  /// makes 2 MiB resident, not 64 KiB, and scattered rows are found with fewer page-table walks. This is worth its time
  /// if the range stays in the page cache.
  ///
  /// - Parameter range: which bytes of the file.
  /// - Throws: `GasError` if the disk fails.
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
}
