import GasFiles

/// A zip archive without compression: damaged arrays have to have right checksums, or their contents are never looked
/// at.
enum StoredZip {
  static func bytes(_ entries: [(name: String, data: [UInt8])]) -> [UInt8] {
    var archive: [UInt8] = []
    var directory: [UInt8] = []
    for (name, data) in entries {
      let offset = archive.count
      let common = common(name, data)
      archive += join([word(0x0403_4b50), common, Array(name.utf8), data])
      // No comment, disk 0, no attributes.
      let rest = [UInt8](repeating: 0, count: 10)
      directory += join([word(0x0201_4b50), half(20), common, rest, word(offset), Array(name.utf8)])
    }
    let counts = join([half(0), half(0), half(entries.count), half(entries.count)])
    return join([archive, directory, word(0x0605_4b50), counts, word(directory.count), word(archive.count), half(0)])
  }

  /// Version, flags, method, time, date, checksum, sizes and lengths of name and extra field.
  private static func common(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let start = join([half(20), half(0), half(0), half(0), half(33), word(Int(Checksum.crc32(data)))])
    return join([start, word(data.count), word(data.count), half(name.utf8.count), half(0)])
  }

  private static func join(_ parts: [[UInt8]]) -> [UInt8] { Array(parts.joined()) }
  private static func half(_ value: Int) -> [UInt8] { Array(word(value).prefix(2)) }
  private static func word(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
}
