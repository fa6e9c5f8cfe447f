import ArgumentParser
import Foundation
import GasBase

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

  /// Prints a result as JSON if that was asked for, as text otherwise; nothing that came from a file reaches the terminal as a control
  /// character. Numbers that JSON has no way to say are `null`.
  public func print(json value: some Encodable, text: () -> String) throws {
    guard json else { return Swift.print(text().printable(keepsLines: true)) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // A string in their place; no name or path has these private characters around it.
    let mark = "\u{F8FF}no number\u{F8FF}"
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: mark, negativeInfinity: mark, nan: mark)
    let text = String(decoding: try encoder.encode(value), as: UTF8.self)
    Swift.print(text.replacingOccurrences(of: "\"\(mark)\"", with: "null").printableJSON)
  }

  /// Runs a command; what goes wrong becomes one line on standard error and exit status 1.
  public func reportingErrors(_ body: () throws -> Void) throws {
    let tool = GasError.toolName
    MappedReadFailure.endProcessWithOneLine(tool: tool)
    do {
      try InstructionSet.checkChoice()
      try body()
    } catch let error as GasError {
      ProgressLine.write("\(tool): \(error)\n")
      throw ExitCode.failure
    }
  }
}
