import ArgumentParser
import Foundation
import GasBase
import GasFiles

/// How a tool begins and ends: what all of them have in common around their commands.
public enum Program {
  /// What the tool is called in its messages.
  static let name = GasError.toolName

  /// Runs the command that the arguments ask for, and ends the process where it fails.
  ///
  /// Status 0 says that all output has been written; help and version as well.
  public static func run<Command: ParsableCommand>(_ command: Command.Type) {
    prepare()
    do {
      var parsed = try command.parseAsRoot()
      try parsed.run()
    } catch {
      exit(end(command, error))
    }
  }

  /// Makes the system tell by errors, where it would end the process or do something worse.
  private static func prepare() {
    // A limit on the size of files (`ulimit -f`), and a reader that has gone (`| head`): the write itself fails then.
    signal(SIGXFSZ, SIG_IGN)
    signal(SIGPIPE, SIG_IGN)
    openStandardDescriptors()
    MappedReadFailure.endProcessWithOneLine(tool: name)
    AddressSpace.cleanUp = { Unfinished.removeForGood() }
    AddressSpace.check()
  }

  /// A descriptor that was closed would become that of the next file which is opened, a history perhaps, and results
  /// would be written there. What stands in its place can neither be written nor read.
  private static func openStandardDescriptors() {
    for (descriptor, access) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)] {
      guard fcntl(descriptor, F_GETFD) == -1 && errno == EBADF else { continue }
      // The lowest number that is free is this one.
      guard open("/dev/null", access) == descriptor else { _exit(EXIT_FAILURE) }
    }
  }

  /// Says what went wrong, in one line if it is not a matter of arguments.
  ///
  /// - Returns: what to throw, which ends the tool without another word; what arguments and help are about is left to
  ///   `end`.
  static func reported(_ error: any Error) -> any Error {
    switch error {
    case is ValidationError, is CleanExit, is ExitCode: return error
    // Other programs are ended by the signal, without a word; shells call that 141.
    case is BrokenPipe: return ExitCode(128 + SIGPIPE)
    default:
      ProgressLine.write("\(name): \(ErrorText(error))\n")
      return ExitCode.failure
    }
  }

  /// Says what arguments are wrong and how the tool is used, or prints the help that was asked for.
  ///
  /// - Returns: the status to end with.
  private static func end<Command: ParsableCommand>(_ command: Command.Type, _ error: any Error) -> Int32 {
    let status = command.exitCode(for: error)
    let text = command.fullMessage(for: error)
    guard !text.isEmpty else { return status.rawValue }
    guard status.isSuccess else {
      ProgressLine.write(withoutLineFeedsOfArguments(text) + "\n")
      return status.rawValue
    }
    do {
      try StandardStreams.print(text)
      return status.rawValue
    } catch {
      return command.exitCode(for: reported(error)).rawValue
    }
  }

  /// The text has lines of its own; an argument that it quotes begins none.
  private static func withoutLineFeedsOfArguments(_ text: String) -> String {
    let words = CommandLine.arguments.flatMap { [$0, String($0.drop { $0 != "=" }.dropFirst())] }
    return words.filter { !$0.isEmpty && $0.contains(where: \.isNewline) }.reduce(text) { text, word in
      text.replacingOccurrences(of: word, with: word.printable())
    }
  }
}
