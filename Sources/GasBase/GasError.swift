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

  /// Longer problems are cut: they quote a file that has names without end.
  private static let longestProblem = 1_000

  /// The file in which it happened, if any.
  public let file: String?
  /// The place in the file, if that is known.
  public let position: Position?
  /// What was wrong.
  public let problem: String
  /// What to do next, if there is something to say.
  public let advice: String?
  /// What a tool ends with that reports it.
  public let status: ExitStatus

  /// Says what was wrong, where, and what to do next.
  public init(
    _ problem: String, file: String? = nil, at position: Position? = nil, advice: String? = nil,
    status: ExitStatus = .failed
  ) {
    self.problem = problem
    self.file = file
    self.position = position
    self.advice = advice
    self.status = status
  }

  /// The usual form for bad input: what was expected, and what was found instead.
  public init(
    expected: String, found: String, file: String? = nil, at position: Position? = nil, advice: String? = nil,
    status: ExitStatus = .failed
  ) {
    self.init("expected \(expected), found \(found)", file: file, at: position, advice: advice, status: status)
  }

  /// The error as one line, without anything that a terminal would obey.
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
    // Input may hold anything; what is printed is one line without control characters.
    return text.printable()
  }
}
