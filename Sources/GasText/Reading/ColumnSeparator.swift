import GasBase

/// What separates the columns of a text.
public enum ColumnSeparator: Equatable, Sendable, CustomStringConvertible {
  /// Any run of spaces and tabs.
  case blanks
  /// Exactly this text, which may have spaces around it.
  case text(String)

  /// A tab.
  package static let tab = text("\t")
  /// A comma.
  package static let comma = text(",")
  /// A semicolon.
  package static let semicolon = text(";")

  private static let names: [String: Self] = [
    "blanks": .blanks, "space": .blanks, " ": .blanks, "tab": .tab, "\\t": .tab, "comma": .comma,
    "semicolon": .semicolon, "pipe": .text("|"), "colon": .text(":"),
  ]

  /// Reads the argument of an option.
  ///
  /// - Parameter argument: a name such as `tab`, or the separator itself; `nil` is returned if ids could contain it.
  public init?(_ argument: String) {
    if let known = Self.names[argument] {
      self = known
      return
    }
    let isUsable =
      !argument.isEmpty
      && !argument.contains {
        $0.isLetter || $0.isNumber || $0.isNewline || "\"-+. ".contains($0)
      }
    guard isUsable else { return nil }
    self = .text(argument)
  }

  /// The separator as messages name it, in the plural.
  public var description: String {
    switch self {
    case .blanks: "blanks"
    case .tab: "tabs"
    case .comma: "commas"
    case .semicolon: "semicolons"
    case .text(let text): "\"\(text)\""
    }
  }

  /// The argument that asks for this separator on a command line.
  package var argument: String {
    switch self {
    case .blanks: "blanks"
    case .tab: "tab"
    case .text(let text): "'\(text)'"
    }
  }
}

/// The characters that comment lines begin with.
public struct CommentMarks: Equatable, Sendable {
  @usableFromInline let bytes: [UInt8]
  /// Whether the user has chosen them.
  package let areChosen: Bool

  /// The usual marks, `#` and `%`.
  public static let standard = CommentMarks(bytes: Array("#%".utf8), areChosen: false)

  private init(bytes: [UInt8], areChosen: Bool) {
    self.bytes = bytes
    self.areChosen = areChosen
  }

  /// Reads the argument of an option.
  ///
  /// - Parameter argument: `none`, or the characters; `nil` is returned if edges could begin with them.
  public init?(_ argument: String) {
    guard argument != "none" else {
      self.init(bytes: [], areChosen: true)
      return
    }
    let isUsable = argument.unicodeScalars.allSatisfy {
      $0.isASCII && $0.value > 32 && $0.value < 127 && !$0.properties.isAlphabetic && !(48...57 ~= $0.value)
        && !"\"-".unicodeScalars.contains($0)
    }
    guard isUsable && !argument.isEmpty else { return nil }
    self.init(bytes: Array(argument.utf8), areChosen: true)
  }

  /// Whether a line that begins with this byte is a comment.
  @inlinable @inline(__always)
  package func mark(_ byte: UInt8) -> Bool { bytes.contains(byte) }
}
