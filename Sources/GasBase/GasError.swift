/// Something the user can mend: bad input, a damaged store, a full disk.
///
/// Prints as one line: where it happened, what was wrong, and what to do next.
///
///     edges.tsv:17: expected two node ids, found "12 x 9"; pass --delimiter if columns are separated otherwise
public struct GasError: Error, CustomStringConvertible, Equatable {
  /// Position inside a file: a line of text or a byte of a binary file.
  public enum Position: Equatable, Sendable {
    case line(Int)
    case offset(Int)
  }

  /// What a tool's lines on standard error begin with.
  public static var toolName: String {
    (CommandLine.arguments.first?.split(separator: "/").last.map(String.init) ?? "gas").printable()
  }

  /// Longer ones quote a file that has names without end.
  private static let longestProblem = 1_000

  public let file: String?
  public let position: Position?
  public let problem: String
  public let advice: String?

  public init(_ problem: String, file: String? = nil, at position: Position? = nil, advice: String? = nil) {
    self.problem = problem
    self.file = file
    self.position = position
    self.advice = advice
  }

  /// The usual shape of a complaint about input: what was expected and what stood there instead.
  public init(
    expected: String, found: String, file: String? = nil, at position: Position? = nil, advice: String? = nil
  ) {
    self.init("expected \(expected), found \(found)", file: file, at: position, advice: advice)
  }

  public var description: String {
    var text = ""
    if let file { text += file }
    switch position {
    case .line(let line): text += ":\(line)"
    case .offset(let offset): text += " at offset \(offset)"
    case nil: break
    }
    if !text.isEmpty { text += ": " }
    text += problem.excerpt(Self.longestProblem)
    if let advice { text += "; " + advice }
    // Input may hold anything; the promise is one line, and nothing in it that a terminal would obey.
    return text.printable()
  }
}
