import ArgumentParser
import Foundation
import GasBase
import GasFiles
import GasRanks

/// The beginning and the end of a tool, around its commands.
public enum Program {
  /// The tool's name in its messages.
  static let name = GasError.toolName

  /// Runs the command that the arguments ask for, and ends the process where it fails.
  ///
  /// Status 0 says that all output has been written, also that of help and version.
  ///
  /// - Parameters:
  ///   - command: the tool's root command.
  ///   - join: joins the ranks that this process was started with; by default it works alone, or not at all.
  public static func run<Command: ParsableCommand>(
    _ command: Command.Type, joining join: () throws -> RankGroup? = RankVariables.refuseOthers
  ) {
    prepare()
    let group = joined(join)
    do {
      var parsed = try command.parseAsRoot()
      if let group, group.count > 1 { try checkRanks(parsed, group) }
      try parsed.run()
      // The others still wait where there was nothing for them to do, as for a plan.
      if let group, group.isFirst, group.count > 1, group.phase == .waiting { group.callOff() }
      group?.leave()
    } catch {
      if let group, group.phase == .working { group.abort() }
      // All ranks have the same arguments, and come here together unless they were ended (`reported`).
      let status = group?.isFirst ?? true ? end(command, error) : command.exitCode(for: error).rawValue
      group?.leave()
      exit(status)
    }
  }

  private static func joined(_ join: () throws -> RankGroup?) -> RankGroup? {
    do {
      let group = try join()
      if let group, group.count > 1 { RankGroup.current.withLock { $0 = group } }
      return group
    } catch {
      if RankVariables()?.rank ?? 0 == 0 { tell(error) }
      exit(EXIT_FAILURE)
    }
  }

  private static func checkRanks(_ command: any ParsableCommand, _ group: RankGroup) throws {
    guard !(command is any RankedCommand) else { return }
    group.end()
    throw reported(
      GasError("this command works on one rank, and was started on \(group.count)", advice: "start it without mpirun"))
  }

  /// Makes the system report errors where it would otherwise end the process or do something worse.
  private static func prepare() {
    // At a limit on the size of files (`ulimit -f`), or when the reader has gone (`| head`), the write itself then
    // fails.
    signal(SIGXFSZ, SIG_IGN)
    signal(SIGPIPE, SIG_IGN)
    openStandardDescriptors()
    MappedReadFailure.endProcessWithOneLine(tool: name)
    AddressSpace.cleanUp = { Unfinished.removeForGood() }
    AddressSpace.check()
  }

  /// Opens closed standard descriptors. Otherwise the next file that is opened, a history perhaps, would get the
  /// descriptor, and results would be written into it. The descriptor that is opened here can neither be written nor
  /// read.
  private static func openStandardDescriptors() {
    for (descriptor, access) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)] {
      guard fcntl(descriptor, F_GETFD) == -1 && errno == EBADF else { continue }
      // The lowest number that is free is this one.
      guard open("/dev/null", access) == descriptor else { _exit(EXIT_FAILURE) }
    }
  }

  /// Prints what went wrong, in one line, unless arguments or help are the matter, which `end` prints.
  ///
  /// - Parameter error: the error.
  /// - Returns: what to throw, which ends the tool without further output.
  static func reported(_ error: any Error) -> any Error {
    switch error {
    case is ValidationError, is CleanExit, is ExitCode: return error
    // Other programs are ended by the signal, without output; shells report it as 141.
    case is BrokenPipe: return ExitCode(128 + SIGPIPE)
    default:
      if let group = RankGroup.current.withLock({ $0 }) {
        tell(error, in: group)
      } else {
        tell(error)
      }
      return ExitCode.failure
    }
  }

  /// The same for one of several ranks. Where the others work, or wait for this one, it ends them.
  private static func tell(_ error: any Error, in group: RankGroup) {
    switch group.phase {
    case .waiting where group.isFirst:
      tell(error)
      group.callOff()
    case .over:
      // All ranks know of it.
      if group.isFirst { tell(error) }
    case .waiting, .working:
      // What all ranks find out in the same moment, as a gradient that is not finite, rank 0 tells alone.
      if !group.isFirst { Thread.sleep(forTimeInterval: 1 + 0.1 * Double(min(group.rank, 20))) }
      ProgressLine.write("\(name): \(group.place): \(ErrorText(error))\n")
      group.abort()
    }
  }

  /// Prints what went wrong, in one line, and goes on.
  ///
  /// - Parameter error: the error.
  public static func tell(_ error: any Error) { ProgressLine.write("\(name): \(ErrorText(error))\n") }

  /// Prints which arguments are wrong and how the tool is used, or the help that was asked for.
  ///
  /// - Parameters:
  ///   - command: the tool's root command.
  ///   - error: an error of the argument parser's.
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

  /// The text with its own lines only: line feeds in quoted arguments are escaped.
  private static func withoutLineFeedsOfArguments(_ text: String) -> String {
    let words = CommandLine.arguments.flatMap { [$0, String($0.drop { $0 != "=" }.dropFirst())] }
    return words.filter { !$0.isEmpty && $0.contains(where: \.isNewline) }.reduce(text) { text, word in
      text.replacingOccurrences(of: word, with: word.printable())
    }
  }
}
