/// The block in front of each member of a tar archive.
///
/// Format: POSIX.1-2017, pax, "ustar Interchange Format", with GNU's binary sizes.
struct TarHeader {
  static let byteCount = 512
  let name: String
  let size: Int
  let kind: Character

  /// Reads a header; `nil` if the checksum says that this is none.
  init?(_ block: UnsafeRawBufferPointer) {
    guard block.count >= Self.byteCount, block[0] != 0, let checksum = Self.octal(block, 148..<156),
      checksum == Self.sum(block), let size = Self.number(block, 124..<136)
    else { return nil }
    self.size = size
    kind = Character(Unicode.Scalar(block[156]))
    let isUstar = UnsafeRawBufferPointer(rebasing: block[257..<262]).elementsEqual("ustar".utf8)
    // GNU tar stores times where POSIX stores the front of a long name.
    let prefix = isUstar && block[263] == UInt8(ascii: "0") ? Self.text(block, 345..<500) : ""
    name = (prefix.isEmpty ? "" : prefix + "/") + Self.text(block, 0..<100)
  }

  /// The sum of all bytes, those of the checksum itself taken for blanks.
  private static func sum(_ block: UnsafeRawBufferPointer) -> Int {
    (0..<byteCount).reduce(0) { $0 + (148..<156 ~= $1 ? 32 : Int(block[$1])) }
  }

  private static func text(_ block: UnsafeRawBufferPointer, _ range: Range<Int>) -> String {
    String(decoding: block[range].prefix { $0 != 0 }, as: UTF8.self)
  }

  private static func octal(_ block: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int? {
    let digits = Self.text(block, range).filter { $0 != " " }
    guard digits.allSatisfy({ ("0"..."7").contains($0) }) else { return nil }
    return digits.isEmpty ? 0 : Int(digits, radix: 8)
  }

  /// Reads octal digits, or a mark and the bytes of the number where it has too many digits.
  private static func number(_ block: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int? {
    guard block[range.lowerBound] & 0x80 != 0 else { return octal(block, range) }
    let bytes = block[range].dropFirst(range.count - 8)
    let value = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(exactly: value).flatMap { $0 < 1 << 60 ? $0 : nil }
  }
}

/// What comes in front of a header that is too small for it: a long name, a large size.
struct TarExtension {
  private(set) var path: String?
  private(set) var size: Int?
  private(set) var isSparse = false

  /// Reads the contents of an extension.
  ///
  /// - Parameters:
  ///   - bytes: its contents.
  ///   - isPax: whether they are records `LENGTH KEY=VALUE\n`; else they are a bare name.
  mutating func read(_ bytes: [UInt8], isPax: Bool) {
    guard isPax else {
      path = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      return
    }
    var rest = bytes[...]
    while let blank = rest.firstIndex(of: UInt8(ascii: " ")),
      let length = Int(String(decoding: rest[..<blank], as: UTF8.self)), length > blank - rest.startIndex + 1,
      length <= rest.count
    {
      let record = rest[(blank + 1)..<(rest.startIndex + length - 1)]
      rest = rest.dropFirst(length)
      let parts = record.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { continue }
      note(String(decoding: parts[0], as: UTF8.self), String(decoding: parts[1], as: UTF8.self))
    }
  }

  private mutating func note(_ key: String, _ value: String) {
    switch key {
    case "path": path = value
    case "size": size = Int(value).flatMap { 0..<(1 << 60) ~= $0 ? $0 : nil }
    case _ where key.hasPrefix("GNU.sparse."): isSparse = true
    default: break
    }
  }
}
