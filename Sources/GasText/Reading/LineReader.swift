import GasBase
import Glibc

/// Cuts a text into chunks of whole lines. Not thread-safe.
package final class LineReader {
  /// The input.
  package let source: ByteSource
  private let buffer = Buffer<UInt8>()
  private var capacity = 1 << 20
  /// The part of a line that the previous chunk has left over.
  private var rest: [UInt8] = []
  private var isAtEnd = false
  private var isAtStart = true
  /// How many bytes of the text have been read.
  private var byteCount = 0
  private static let longestLine = 1 << 26
  /// Bytes that some editors put in front of UTF-8 text.
  package static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

  /// What messages call the input.
  package var name: String { source.file.name }

  /// Looks at the beginning of a text.
  ///
  /// - Parameters:
  ///   - source: the input.
  ///   - use: what it is read as, for advice about what is no text.
  /// - Throws: `GasError` if the bytes are clearly not text.
  package init(_ source: ByteSource, as use: FileKinds.Use = .list) throws {
    self.source = source
    try FileKinds.refuse(in: source, as: use)
  }

  /// Opens a text, plain or packed.
  ///
  /// - Parameter path: a file, or `-` for standard input.
  /// - Throws: `GasError` if it cannot be opened, or is clearly not text.
  package convenience init(opening path: String) throws {
    try self.init(ByteSource(opening: path))
  }

  /// Reads the next chunk.
  ///
  /// - Returns: whole lines, each ended by a line feed (the last one too), valid until the next call; `nil` at the end.
  /// - Throws: `GasError` if reading fails, for a zero byte, or for a line of more than 64 MiB.
  package func next() throws -> UnsafeRawBufferPointer? {
    while !isAtEnd {
      // One byte more than is read, for the line feed that the last line may lack.
      let bytes = UnsafeMutableRawBufferPointer(buffer.resized(to: capacity + 1))
      bytes.copyBytes(from: rest)
      let room = UnsafeMutableRawBufferPointer(rebasing: bytes[rest.count..<capacity])
      var count = rest.count + (try source.read(into: room))
      try refuseZeros(UnsafeRawBufferPointer(rebasing: room[..<(count - rest.count)]))
      if count < capacity {
        isAtEnd = true
        if count > 0 && bytes[count - 1] != UInt8(ascii: "\n") {
          bytes[count] = UInt8(ascii: "\n")
          count += 1
        }
      }
      guard let last = bytes[..<count].lastIndex(of: UInt8(ascii: "\n")) else {
        try lengthen(keeping: Array(bytes[..<count]))
        continue
      }
      rest = Array(bytes[(last + 1)..<count])
      return UnsafeRawBufferPointer(rebasing: bytes[start(bytes)...last])
    }
    return nil
  }

  /// Reads the rest of the text line by line.
  ///
  /// - Parameters:
  ///   - comments: what a line begins with that is left out; `nil` for none.
  ///   - body: gets each line that is neither empty nor left out, without blanks at both ends, and its number from 1.
  /// - Throws: what `next` throws, `GasError` for a carriage return inside of a line, and what `body` throws.
  package func forEachLine(
    comments: CommentMarks? = nil, _ body: (UnsafeRawBufferPointer, _ line: Int) throws -> Void
  ) throws {
    var line = 0
    while let text = try next() {
      var cursor = TextCursor(text)
      while !cursor.isAtEnd {
        line += 1
        cursor.skipBlanks()
        let isComment = comments?.mark(cursor.byte) ?? false
        if !cursor.isAtLineEnd && !isComment {
          let content = cursor.line()
          guard !content.hasReturn else { throw content.returnInside(file: name, line: line) }
          try body(content, line)
        }
        cursor.skipLine()
      }
    }
  }

  /// Refuses zero bytes, which no text has: a system that went down leaves them where nothing had been written yet.
  private func refuseZeros(_ new: UnsafeRawBufferPointer) throws {
    defer { byteCount += new.count }
    guard !new.isEmpty, let zero = memchr(new.baseAddress!, 0, new.count) else { return }
    throw GasError(
      expected: "text", found: source.isPlain ? "a zero byte" : "a zero byte in what was unpacked", file: name,
      at: .offset(byteCount + (UnsafeRawPointer(zero) - new.baseAddress!)),
      advice: "the file is damaged or no text: write or fetch it again")
  }

  private func lengthen(keeping line: [UInt8]) throws {
    guard capacity < Self.longestLine else {
      throw GasError(expected: "lines of text", found: "one of over \(Units.bytes(capacity))", file: name)
    }
    rest = line
    capacity *= 2
  }

  private func start(_ bytes: UnsafeMutableRawBufferPointer) -> Int {
    defer { isAtStart = false }
    return isAtStart && bytes.starts(with: Self.byteOrderMark) ? Self.byteOrderMark.count : 0
  }
}
