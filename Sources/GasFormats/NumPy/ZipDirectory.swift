import GasBase

/// The list of entries at the end of a zip archive, zip64 included. Format: PKWARE's APPNOTE 6.3, sections 4.3 and 4.5.
struct ZipDirectory {
  struct Entry: Equatable {
    var name: String
    var method: UInt16
    var checksum: UInt32
    var storedBytes: Int
    var byteCount: Int
    /// Where the entry's own header starts.
    var headerOffset: Int
  }

  enum Signature {
    static let localHeader: UInt32 = 0x0403_4b50
    static let centralHeader: UInt32 = 0x0201_4b50
    static let end: UInt32 = 0x0605_4b50
    static let end64: UInt32 = 0x0606_4b50
    static let end64Locator: UInt32 = 0x0706_4b50
  }

  static let localHeaderBytes = 30
  static let centralHeaderBytes = 46
  static let endBytes = 22
  static let end64Bytes = 56
  static let end64LocatorBytes = 20
  static let stored: UInt16 = 0
  static let deflated: UInt16 = 8

  private let bytes: UnsafeRawBufferPointer
  private let file: String
  private(set) var entries: [Entry] = []

  init(parsing bytes: UnsafeRawBufferPointer, file: String) throws {
    self.bytes = bytes
    self.file = file
    let end = try findEnd()
    var count = Int(bytes.littleEndian(at: end + 10) as UInt16)
    var start = Int(bytes.littleEndian(at: end + 16) as UInt32)
    if let end64 = try findEnd64(before: end) {
      count = try long(end64 + 32)
      start = try long(end64 + 48)
    }
    guard count <= bytes.count / Self.centralHeaderBytes else {
      throw fail(end, "a plausible number of entries", "\(count)")
    }
    var at = start
    for _ in 0..<count { try parseEntry(&at) }
  }

  /// Finds the last record of the file; only a comment may follow it.
  private func findEnd() throws -> Int {
    let last = bytes.count - Self.endBytes
    guard last >= 0 else { throw fail(bytes.count, "a zip archive", "the end of the file") }
    for at in stride(from: last, through: max(0, last - 0xffff), by: -1) {
      let signature: UInt32 = bytes.littleEndian(at: at)
      let comment: UInt16 = bytes.littleEndian(at: at + 20)
      if signature == Signature.end && at + Self.endBytes + Int(comment) == bytes.count { return at }
    }
    let first: UInt32 = bytes.littleEndian(at: 0)
    throw fail(
      first == Signature.localHeader ? bytes.count : 0, "the directory of a zip archive at the end", "none",
      advice: first == Signature.localHeader ? "the file is truncated" : "a .npz file is made by numpy.savez or SciPy")
  }

  private func findEnd64(before end: Int) throws -> Int? {
    let locator = end - Self.end64LocatorBytes
    guard locator >= 0, bytes.littleEndian(at: locator) == Signature.end64Locator else { return nil }
    let at = try long(locator + 8)
    guard at + Self.end64Bytes <= locator, bytes.littleEndian(at: at) == Signature.end64 else {
      throw fail(locator, "the zip64 directory record at \(at)", "something else")
    }
    return at
  }

  private mutating func parseEntry(_ at: inout Int) throws {
    guard at + Self.centralHeaderBytes <= bytes.count, bytes.littleEndian(at: at) == Signature.centralHeader else {
      throw fail(at, "an entry of the zip directory", "something else", advice: "the file is damaged")
    }
    func short(_ offset: Int) -> Int { Int(bytes.littleEndian(at: at + offset) as UInt16) }
    func word(_ offset: Int) -> Int { Int(bytes.littleEndian(at: at + offset) as UInt32) }
    let nameStart = at + Self.centralHeaderBytes
    let extraStart = nameStart + short(28)
    let end = extraStart + short(30) + short(32)
    guard end <= bytes.count else { throw fail(at, "a whole directory entry", "the end of the file") }
    let name = String(decoding: bytes[nameStart..<extraStart], as: UTF8.self)
    guard short(8) & 1 == 0 else { throw fail(at, "plain entries", "\"\(name)\", which is encrypted") }
    var entry = Entry(
      name: name, method: UInt16(short(10)), checksum: UInt32(word(16)), storedBytes: word(20), byteCount: word(24),
      headerOffset: word(42))
    try widen(&entry, extraStart..<extraStart + short(30))
    entries.append(entry)
    at = end
  }

  /// Replaces sizes that did not fit into 32 bits by those of the zip64 field, which holds just these, in this order.
  private func widen(_ entry: inout Entry, _ extra: Range<Int>) throws {
    let isWide = [entry.byteCount, entry.storedBytes, entry.headerOffset].contains(0xffff_ffff)
    guard isWide, var at = zip64Field(extra) else { return }
    for field in [\Entry.byteCount, \Entry.storedBytes, \Entry.headerOffset] where entry[keyPath: field] == 0xffff_ffff
    {
      guard at + 8 <= extra.upperBound else { throw fail(at, "a zip64 size", "the end of the entry") }
      entry[keyPath: field] = try long(at)
      at += 8
    }
  }

  private func zip64Field(_ extra: Range<Int>) -> Int? {
    var at = extra.lowerBound
    while at + 4 <= extra.upperBound {
      let id: UInt16 = bytes.littleEndian(at: at)
      let size: UInt16 = bytes.littleEndian(at: at + 2)
      if id == 1 { return at + 4 }
      at += 4 + Int(size)
    }
    return nil
  }

  /// Finds where the stored bytes of an entry are: behind its own header, whose length is found only there.
  static func dataRange(of entry: Entry, in bytes: UnsafeRawBufferPointer, file: String) throws -> Range<Int> {
    func fail(_ offset: Int, _ expected: String, _ found: String) -> GasError {
      GasError(
        expected: expected, found: found, file: file, at: .offset(offset), advice: "the file is damaged or truncated")
    }
    let at = entry.headerOffset
    guard at + Self.localHeaderBytes <= bytes.count, bytes.littleEndian(at: at) == Signature.localHeader else {
      throw fail(at, "the header of entry \"\(entry.name)\"", "something else")
    }
    let name: UInt16 = bytes.littleEndian(at: at + 26)
    let extra: UInt16 = bytes.littleEndian(at: at + 28)
    let start = at + Self.localHeaderBytes + Int(name) + Int(extra)
    guard start + entry.storedBytes <= bytes.count else {
      throw fail(start, "\(entry.storedBytes) bytes of \"\(entry.name)\"", "\(max(0, bytes.count - start))")
    }
    return start..<start + entry.storedBytes
  }

  private func long(_ at: Int) throws -> Int {
    let value: UInt64 = bytes.littleEndian(at: at)
    guard value <= 1 << 56 else { throw fail(at, "a size below 2^56", "\(value)", advice: "the file is damaged") }
    return Int(value)
  }

  private func fail(_ offset: Int, _ expected: String, _ found: String, advice: String? = nil) -> GasError {
    GasError(expected: expected, found: found, file: file, at: .offset(offset), advice: advice)
  }
}
