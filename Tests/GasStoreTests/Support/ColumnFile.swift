import GasBase
import XCTest

@testable import GasFiles
@testable import GasColumns
@testable import GasStore

/// Single column files, without a store around them.
enum ColumnFile {
  /// Writes a column. `endBlock` is called after as many elements as `blockEnds` says.
  @discardableResult
  static func write<T: ColumnElement>(
    _ elements: [T], to path: String, type: ElementType, width: Int? = nil, encoding: ColumnEncoding,
    blockEnds: [Int] = []
  ) throws -> ColumnHeader {
    let writer = try ColumnWriter(creating: path, type: type, width: width, encoding: encoding)
    var start = 0
    for end in blockEnds {
      try writer.append(Array(elements[start..<end]))
      try writer.endBlock()
      start = end
    }
    try writer.append(Array(elements[start...]))
    return try writer.finish()
  }

  static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  static func write(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  /// Changes bytes of a file in place, as a failing disk would.
  static func patch(_ path: String, at offset: Int, _ bytes: [UInt8]) throws {
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    try file.seek(toOffset: UInt64(offset))
    try file.write(contentsOf: bytes)
    try file.close()
  }

  /// Everything that a reader of a column can be told is wrong with it.
  static func check(_ path: String) throws {
    try Column(opening: path).verify()
  }
}

/// A header changed on purpose, under a checksum that is right.
func rechecked(_ page: [UInt8], _ change: (inout [UInt8]) -> Void) -> [UInt8] {
  var page = page
  change(&page)
  let checksum = Checksum.crc32(Array(page[..<ColumnHeader.checkedBytes]))
  page.replaceSubrange(84..<88, with: withUnsafeBytes(of: checksum.littleEndian) { Array($0) })
  return page
}
