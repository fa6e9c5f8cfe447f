import FoundationEssentials

/// Standard error for programs (`--log json`): an object a line, with the time and a level.
public enum JSONLog {
  /// Whether lines on standard error are objects. To be set before the process has other threads.
  nonisolated(unsafe) public static var isOn = false

  /// What a line is about.
  public enum Level: String, Sendable {
    /// How far the work is.
    case progress
    /// What was done or found.
    case info
    /// What a person should know although nothing failed.
    case note
    /// Why the tool ends.
    case error
  }

  /// The value of a key; numbers that JSON cannot say are `null`.
  public enum Value: Sendable {
    case text(String)
    case count(Int)
    case number(Double)
    case parts([(key: String, value: Value)])

    fileprivate var json: String {
      switch self {
      case .text(let text): JSONLog.quoted(text)
      case .count(let count): "\(count)"
      case .number(let number): number.isFinite ? "\(number)" : "null"
      case .parts(let parts): JSONLog.object(parts)
      }
    }
  }

  /// Writes a line.
  ///
  /// - Parameters:
  ///   - level: what it is about.
  ///   - fields: keys and values in their order; a key without a value is left out.
  public static func write(_ level: Level, _ fields: [(key: String, value: Value?)]) {
    let time = Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    let head: [(key: String, value: Value)] = [("time", .text(time)), ("level", .text(level.rawValue))]
    let given = fields.compactMap { field in field.value.map { (key: field.key, value: $0) } }
    StandardStreams.writeError(object(head + given).printableJSON + "\n")
  }

  /// Writes what would be lines of text, each as the message of an object. Beginnings that say what a line is become
  /// its level.
  static func write(lines text: String) {
    for line in text.split(separator: "\n") {
      let (level, message) = divided(line)
      write(level, [("message", .text(String(message)))])
    }
  }

  private static func divided(_ line: Substring) -> (Level, Substring) {
    for (beginning, level) in [("note: ", Level.note), ("\(GasError.toolName): ", .error)]
    where line.hasPrefix(beginning) {
      return (level, line.dropFirst(beginning.count))
    }
    return (.info, line)
  }

  private static func object(_ fields: [(key: String, value: Value)]) -> String {
    "{" + fields.map { quoted($0.key) + ":" + $0.value.json }.joined(separator: ",") + "}"
  }

  /// A text as a string of JSON.
  private static func quoted(_ text: String) -> String { "\"\(text.escapedForQuotes)\"" }
}
