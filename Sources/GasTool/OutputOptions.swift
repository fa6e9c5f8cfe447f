import ArgumentParser
import Foundation
import GasBase
import GasFiles

/// How a tool talks: what all three have in common.
public struct OutputOptions: ParsableArguments {
  public enum ProgressMode: String, ExpressibleByArgument, CaseIterable, Sendable {
    case auto, always, never
  }

  @Flag(help: "Print one JSON object to standard output instead of text.")
  public var json = false
  @Option(help: "When to show progress on standard error: auto (on a terminal), always, never.")
  public var progress = ProgressMode.auto

  public init() {}

  public var showsProgress: Bool {
    switch progress {
    case .auto: ProgressLine.isTerminal
    case .always: true
    case .never: false
    }
  }

  /// Prints a result as JSON if that was asked for, as text otherwise; nothing that came from a file reaches the
  /// terminal as a control character. Numbers that JSON has no way to say are `null`.
  ///
  /// - Throws: what `StandardStreams.print` throws: a result that nobody gets is a failure.
  public func print(json value: some Encodable, text: () -> String) throws {
    try StandardStreams.print(json ? Self.encoded(value) : text().printable(keepsLines: true))
  }

  private static func encoded(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // A string in their place; no name or path has these private characters around it.
    let mark = "\u{F8FF}no number\u{F8FF}"
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: mark, negativeInfinity: mark, nan: mark)
    let text = String(decoding: try encoder.encode(value), as: UTF8.self)
    return text.replacingOccurrences(of: "\"\(mark)\"", with: "null").printableJSON
  }

  /// Runs a command; what goes wrong, whatever it is, becomes one line on standard error and exit status 1 (`Program`).
  public func reportingErrors(_ body: () throws -> Void) throws {
    StopSignals.watch()
    // A signal that has begun to end the process does so, whatever became of the work meanwhile.
    defer { Unfinished.guarded {} }
    do {
      try InstructionSet.checkChoice()
      try body()
    } catch {
      throw Unfinished.guarded { Program.reported(error) }
    }
  }
}
