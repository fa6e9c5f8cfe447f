import FoundationEssentials
import GasBase

/// A first argument that was meant to be a command of the tool, and is none: the argument parser would complain about
/// what stands behind it.
struct UnknownCommand {
  private let word: String
  private let known: [String]
  /// Whether a word that is no command goes to the tool's main job.
  private let hasDefault: Bool

  /// Looks at the arguments of a tool; `nil` where the first is a command or an option. Where the tool has a main job,
  /// `nil` too if it is not like a command, or if there is a file of that name.
  ///
  /// - Parameters:
  ///   - arguments: those behind the tool's name.
  ///   - known: the tool's commands.
  ///   - hasDefault: whether it has a main job, which needs no command.
  init?(in arguments: [String], known: [String], hasDefault: Bool) {
    (self.known, self.hasDefault) = (known, hasDefault)
    guard let first = arguments.first, !known.isEmpty, !first.isEmpty, !first.hasPrefix("-"),
      !(known + ["help"]).contains(first)
    else { return nil }
    word = first
    guard hasDefault else { return }
    guard word.nearest(of: known) != nil, !FileManager.default.fileExists(atPath: word) else { return nil }
  }

  /// What is said, in one line.
  var text: String {
    "there is no command\(hasDefault ? " or file" : "") \"\(word.excerpt.printable())\"; "
      + (word.suggestion(of: known) ?? "the commands are \(known.joined(separator: ", "))")
  }
}
