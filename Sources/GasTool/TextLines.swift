import GasBase

extension [String] {
  /// A text of these lines. A name from a file may hold anything, so what would end a line inside of one, or be obeyed
  /// by a terminal, is escaped.
  public var textLines: String { map { $0.printable() }.joined(separator: "\n") }
}
