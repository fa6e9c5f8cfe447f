import ArgumentParser
import FoundationEssentials
import GasBase
import GasFiles
import Glibc

/// The options for output that all tools have in common.
public struct OutputOptions: ParsableArguments {
  /// When progress is shown.
  public enum ProgressMode: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// `auto` shows it where standard error is a terminal.
    case auto, always, never
  }

  /// How lines on standard error are written.
  public enum LogMode: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// `json` writes an object a line, with progress.
    case text, json
  }

  /// Whether a result is printed as JSON.
  @Flag(help: "Print one JSON object to standard output instead of text.")
  public var json = false
  /// When progress is shown on standard error.
  @Option(help: "When to show progress on standard error: auto (on a terminal), always, never.")
  public var progress = ProgressMode.auto

  /// How lines on standard error are written; `Program` looks for it before anything is parsed.
  @Option(
    help: """
      What standard error is written as: text, or json, an object a line with time, level, message, phase, rate, remaining (gas-run schema log).
      """)
  public var log = LogMode.text

  /// Makes the options with their defaults, as the argument parser asks for.
  public init() {}

  /// Whether progress is shown: by option, or on a terminal.
  public var showsProgress: Bool {
    switch progress {
    case .auto: ProgressLine.isTerminal || log == .json
    case .always: true
    case .never: false
    }
  }

  /// Whether the text of a result stands on the terminal below what was shown before the work began, so that this need
  /// not be said again.
  public var resultFollowsProgress: Bool {
    showsProgress && log == .text && ProgressLine.isTerminal && isatty(STDOUT_FILENO) == 1
  }

  /// Prints a result as JSON if that was asked for, as text otherwise. Text from files never reaches the terminal as
  /// control characters. Numbers that JSON cannot represent are `null`.
  ///
  /// - Parameters:
  ///   - value: the result.
  ///   - schema: the name of its schema.
  ///   - text: makes the text; it is called only if it is printed.
  /// - Throws: what `StandardStreams.print` throws, since a result that is not delivered is a failure.
  public func print(json value: some Encodable, as schema: OutputSchema, text: () -> String) throws {
    try print(encodable: VersionedOutput(value: value, schema: schema), text)
  }

  /// Prints a list of results as JSON, in which each has name and version, or as text; as `print(json:as:text:)` does.
  public func print(list values: [some Encodable], as schema: OutputSchema, text: () -> String) throws {
    try print(encodable: values.map { VersionedOutput(value: $0, schema: schema.element ?? schema) }, text)
  }

  /// Prints a result that has no schema, as `print(json:as:text:)` does.
  public func print(plain value: some Encodable, text: () -> String) throws { try print(encodable: value, text) }

  private func print(encodable value: some Encodable, _ text: () -> String) throws {
    try StandardStreams.print(json ? Self.encoded(value) : Self.shown(text()))
  }

  private static func shown(_ text: String) -> String {
    let text = text.printable(keepsLines: true)
    // Launchers may give ranks a terminal that does not say how wide it is, whatever reads it.
    guard isatty(STDOUT_FILENO) == 1, !LineColours.areOff.withLock({ $0 }) else { return text }
    let wrap = TextWrap(columns: TerminalWidth.columns(of: STDOUT_FILENO))
    return LineColours.ofOutput(wrap.wrapped(text))
  }

  private static func encoded(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // A string takes their place. No name or path has these private characters around it.
    let mark = "\u{F8FF}no number\u{F8FF}"
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: mark, negativeInfinity: mark, nan: mark)
    let json = String(decoding: try encoder.encode(value), as: UTF8.self)
    return json.replacing("\"\(mark)\"", with: "null").printableJSON
  }

  /// Runs a command. Any error becomes one line on standard error and a status that is not 0 (`Program`).
  ///
  /// - Parameter body: the command's work.
  /// - Throws: what ends the tool with the right status.
  public func reportingErrors(_ body: () throws -> Void) throws {
    DiskNeed.isTold = showsProgress
    try Self.reportingErrors(body)
  }

  /// The same for a command without these options.
  ///
  /// - Parameter body: the command's work.
  /// - Throws: what ends the tool with the right status.
  public static func reportingErrors(_ body: () throws -> Void) throws {
    StopSignals.watch()
    Lifeline.watch()
    // A signal that has begun to end the process ends it, whatever the result of the work.
    defer { Unfinished.guarded {} }
    do {
      try InstructionSet.checkChoice()
      try body()
    } catch {
      throw Unfinished.guarded { Program.reported(error) }
    }
  }
}
