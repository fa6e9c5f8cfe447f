/// The beginning of a text, which shows in what format it is written.
package struct TextHead {
  /// Comments (lines with `#` or `%`) in front of the first line of data, without blanks at both ends.
  package private(set) var comments: [(line: Int, text: String)] = []
  /// The first line of data and those that follow.
  package private(set) var lines: [String] = []

  package init(_ head: [UInt8]) {
    let text = Self.text(head.withUnsafeBytes { Self.withoutMark($0) })
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = line.trimmed
      if line.isEmpty { continue }
      if lines.isEmpty && (line.hasPrefix("#") || line.hasPrefix("%")) {
        comments.append((number + 1, line))
      } else {
        lines.append(line)
      }
    }
  }

  /// The beginning of a text in small letters, without a byte-order mark and blanks in front.
  static func start(of head: UnsafeRawBufferPointer) -> String {
    let rest = withoutMark(head).drop { $0 <= UInt8(ascii: " ") }
    return text(rest.prefix(256)).lowercased()
  }

  private static func withoutMark(_ head: UnsafeRawBufferPointer) -> Slice<UnsafeRawBufferPointer> {
    let mark = LineReader.byteOrderMark
    return head.starts(with: mark) ? head.dropFirst(mark.count) : head[...]
  }

  private static func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
    String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n").replacing("\r", with: " ")
  }
}
