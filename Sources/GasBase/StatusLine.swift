/// A line of fields, of which the least important are left out where the line would be too long.
public struct StatusLine: Equatable, Sendable {
  private struct Field: Equatable {
    let text: String
    let rank: Int
  }

  private let separator: String
  private var fields: [Field] = []

  /// Makes a line without fields.
  ///
  /// - Parameter separator: what stands between two fields.
  public init(separator: String = "  ") { self.separator = separator }

  /// Adds a field behind the others.
  ///
  /// - Parameters:
  ///   - text: what it shows; `nil` adds nothing.
  ///   - rank: how soon it is left out: those with the greatest rank first. A field of rank 0 stays.
  public mutating func add(_ text: String?, rank: Int) {
    if let text { fields.append(Field(text: text.printable(), rank: rank)) }
  }

  /// The line.
  ///
  /// - Parameter columns: how long it may be.
  /// - Returns: the fields in their order, as many as there is room for. What still is too long ends in "…".
  public func text(columns: Int) -> String {
    var shown = fields
    while length(of: shown) > columns, let last = shown.map(\.rank).max(), last > 0 {
      shown.remove(at: shown.lastIndex { $0.rank == last }!)
    }
    return shown.map(\.text).joined(separator: separator).cut(toColumns: columns)
  }

  private func length(of fields: [Field]) -> Int {
    fields.reduce(0) { $0 + $1.text.count } + separator.count * max(0, fields.count - 1)
  }
}

extension String {
  /// The text in at most so many columns, where each character takes one.
  package func cut(toColumns columns: Int) -> String {
    count <= columns ? self : String(prefix(max(0, columns - 1))) + "…"
  }
}
