import GasBase
import GasFiles

/// Writes an archive of NumPy arrays, uncompressed, so that readers can map them. The file appears under its name when
/// it is whole. Not thread-safe.
public final class NpzWriter {
  /// The name that the file is to get.
  public let path: String
  private let file: FileWriter
  private var entries: [ZipDirectory.Entry] = []

  /// 1980-01-01, the zero of zip's calendar: the same arrays give the same file.
  private static let date: UInt32 = 0x0021_0000
  private static let wide = 0xffff_ffff

  /// Makes an empty archive.
  ///
  /// - Parameter path: the name that the file is to get.
  /// - Throws: `GasError` if the file cannot be made.
  public init(creating path: String) throws {
    self.path = path
    file = try FileWriter(drafting: path)
  }

  /// Adds an array.
  ///
  /// - Parameters:
  ///   - name: its name in the archive, without `.npy`; each is used once.
  ///   - elements: all elements in C order.
  ///   - shape: the length of each dimension; nil for a vector.
  /// - Throws: `GasError` if the disk fails.
  public func add<T: NpyElement>(_ name: String, _ elements: [T], shape: [Int]? = nil) throws {
    try elements.withUnsafeBytes {
      try add(name, header: NpyHeader(type: T.npyType, shape: shape ?? [elements.count]), $0)
    }
  }

  /// Adds one string, as SciPy stores the format of a matrix.
  ///
  /// - Parameters:
  ///   - name: its name in the archive, without `.npy`.
  ///   - text: the string.
  /// - Throws: `GasError` if the disk fails.
  public func add(_ name: String, text: String) throws {
    let bytes = Array(text.utf8)
    try bytes.withUnsafeBytes {
      try add(name, header: NpyHeader(type: .bytes(count: bytes.count), shape: []), $0)
    }
  }

  func add(_ name: String, header: NpyHeader, _ elements: UnsafeRawBufferPointer) throws {
    precondition(elements.count == header.dataBytes, "\(name) does not have the shape \(header.shapeText)")
    precondition(entries.allSatisfy { $0.name != name + ".npy" }, "two arrays are called \(name)")
    let headerBytes = header.encoded()
    let count = headerBytes.count + elements.count
    let entry = ZipDirectory.Entry(
      name: name + ".npy", method: ZipDirectory.stored,
      checksum: Checksum.crc32(elements, continuing: Checksum.crc32(headerBytes)), storedBytes: count,
      byteCount: count, headerOffset: file.byteCount)
    entries.append(entry)
    try file.write(Self.localHeader(of: entry))
    try file.write(headerBytes)
    try file.write(elements)
  }

  /// Writes the directory and gives the file its name, in place of one that has it.
  ///
  /// - Throws: `GasError` if the disk fails.
  public func finish() throws {
    let start = file.byteCount
    for entry in entries { try file.write(Self.centralHeader(of: entry)) }
    try file.write(Self.end(entryCount: entries.count, directory: start..<file.byteCount))
    try file.ready().publish()
  }

  /// Removes what was written. This is also done when the object goes.
  public func abandon() { file.discard() }

  static func localHeader(of entry: ZipDirectory.Entry) -> [UInt8] {
    let isWide = entry.byteCount >= wide
    let extra = isWide ? zip64Field([entry.byteCount, entry.storedBytes]) : []
    var bytes: [UInt8] = []
    bytes.append(littleEndian: ZipDirectory.Signature.localHeader)
    appendCommon(&bytes, entry, isWide: isWide, sizes: isWide ? (wide, wide) : (entry.storedBytes, entry.byteCount))
    bytes.append(littleEndian: UInt16(extra.count))
    return bytes + Array(entry.name.utf8) + extra
  }

  static func centralHeader(of entry: ZipDirectory.Entry) -> [UInt8] {
    // The field lists just the numbers that do not fit, in this order.
    let numbers = [entry.byteCount, entry.storedBytes, entry.headerOffset]
    let extra = numbers.contains { $0 >= wide } ? zip64Field(numbers.filter { $0 >= wide }) : []
    var bytes: [UInt8] = []
    bytes.append(littleEndian: ZipDirectory.Signature.centralHeader)
    bytes.append(littleEndian: version(isWide: !extra.isEmpty))
    let sizes = (min(entry.storedBytes, wide), min(entry.byteCount, wide))
    appendCommon(&bytes, entry, isWide: !extra.isEmpty, sizes: sizes)
    bytes.append(littleEndian: UInt16(extra.count))
    // No comment, disk 0, no attributes.
    bytes += repeatElement(0, count: 10)
    bytes.append(littleEndian: UInt32(min(entry.headerOffset, wide)))
    return bytes + Array(entry.name.utf8) + extra
  }

  static func end(entryCount: Int, directory: Range<Int>) -> [UInt8] {
    var bytes: [UInt8] = []
    if entryCount >= 0xffff || directory.upperBound >= wide {
      bytes.append(littleEndian: ZipDirectory.Signature.end64)
      bytes.append(littleEndian: UInt64(ZipDirectory.end64Bytes - 12))
      for _ in 0..<2 { bytes.append(littleEndian: version(isWide: true)) }
      bytes += repeatElement(0, count: 8)
      for number in [entryCount, entryCount, directory.count, directory.lowerBound] {
        bytes.append(littleEndian: UInt64(number))
      }
      bytes.append(littleEndian: ZipDirectory.Signature.end64Locator)
      bytes.append(littleEndian: UInt32(0))
      bytes.append(littleEndian: UInt64(directory.upperBound))
      bytes.append(littleEndian: UInt32(1))
    }
    bytes.append(littleEndian: ZipDirectory.Signature.end)
    bytes.append(littleEndian: UInt32(0))
    for _ in 0..<2 { bytes.append(littleEndian: UInt16(min(entryCount, 0xffff))) }
    bytes.append(littleEndian: UInt32(min(directory.count, wide)))
    bytes.append(littleEndian: UInt32(min(directory.lowerBound, wide)))
    bytes.append(littleEndian: UInt16(0))
    return bytes
  }

  /// What both headers of an entry have in common: from the version needed to the length of the name.
  private static func appendCommon(
    _ bytes: inout [UInt8], _ entry: ZipDirectory.Entry, isWide: Bool, sizes: (stored: Int, byteCount: Int)
  ) {
    bytes.append(littleEndian: version(isWide: isWide))
    bytes.append(littleEndian: UInt16(0))
    bytes.append(littleEndian: entry.method)
    bytes.append(littleEndian: date)
    bytes.append(littleEndian: entry.checksum)
    bytes.append(littleEndian: UInt32(sizes.stored))
    bytes.append(littleEndian: UInt32(sizes.byteCount))
    bytes.append(littleEndian: UInt16(entry.name.utf8.count))
  }

  private static func zip64Field(_ numbers: [Int]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: UInt16(1))
    bytes.append(littleEndian: UInt16(numbers.count * 8))
    for number in numbers { bytes.append(littleEndian: UInt64(number)) }
    return bytes
  }

  /// The version of the format that a reader needs: 2.0, or 4.5 for zip64.
  private static func version(isWide: Bool) -> UInt16 { isWide ? 45 : 20 }
}
