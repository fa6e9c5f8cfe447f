import Foundation

/// The beginning of a text, which tells in what language it is written.
package struct TextHead {
  /// Lines in front of the first that is neither empty nor a comment (`#` or `%`), blanks at both ends removed.
  package private(set) var comments: [(line: Int, text: String)] = []
  /// The first line of data and those that follow.
  package private(set) var lines: [String] = []

  package init(_ head: [UInt8]) {
    let text = Self.text(head.withUnsafeBytes { Self.withoutMark($0) })
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = line.trimmingCharacters(in: .whitespaces)
      if line.isEmpty { continue }
      if lines.isEmpty && (line.hasPrefix("#") || line.hasPrefix("%")) {
        comments.append((number + 1, line))
      } else {
        lines.append(line)
      }
    }
  }

  /// What a text begins with, in small letters, marks and blanks aside.
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
