import GasBase

/// What stands between the columns of a text.
public enum ColumnSeparator: Equatable, Sendable, CustomStringConvertible {
  /// Any run of spaces and tabs.
  case blanks
  /// Exactly this, spaces around it aside.
  case text(String)

  package static let tab = text("\t")
  package static let comma = text(",")
  package static let semicolon = text(";")

  private static let names: [String: Self] = [
    "blanks": .blanks, "space": .blanks, " ": .blanks, "tab": .tab, "\\t": .tab, "comma": .comma,
    "semicolon": .semicolon, "pipe": .text("|"), "colon": .text(":"),
  ]

  /// - Parameter argument: a name, or what separates; `nil` if ids could hold that.
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

  public var description: String {
    switch self {
    case .blanks: "blanks"
    case .tab: "tabs"
    case .comma: "commas"
    case .semicolon: "semicolons"
    case .text(let text): "\"\(text)\""
    }
  }

  /// How a command line asks for it.
  package var argument: String {
    switch self {
    case .blanks: "blanks"
    case .tab: "tab"
    case .text(let text): "'\(text)'"
    }
  }
}

/// With which characters a line begins that is a comment.
public struct CommentMarks: Equatable, Sendable {
  @usableFromInline let bytes: [UInt8]
  /// Whether somebody has said so.
  package let areChosen: Bool

  /// `#` and `%`.
  public static let standard = CommentMarks(bytes: Array("#%".utf8), areChosen: false)

  private init(bytes: [UInt8], areChosen: Bool) {
    self.bytes = bytes
    self.areChosen = areChosen
  }

  /// - Parameter argument: `none`, or the characters; `nil` if edges could begin with them.
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

  @inlinable @inline(__always)
  package func mark(_ byte: UInt8) -> Bool { bytes.contains(byte) }
}
