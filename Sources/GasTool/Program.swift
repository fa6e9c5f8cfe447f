import ArgumentParser
import GasBase
import GasFiles
import GasRanks
import Glibc

/// The beginning and the end of a tool, around its commands.
public enum Program {
  /// The name that the program was called by, which begins its messages.
  package static let calledName = GasError.toolName
  /// Whether the tools are commands of this program. To be set first of all.
  package nonisolated(unsafe) static var isOneForAll = false

  /// The name of a tool's command.
  ///
  /// - Parameter tool: `run`, say.
  /// - Returns: `gas-run`, or `run` where `gas` stands in front of it.
  package static func commandName(_ tool: String) -> String { isOneForAll ? tool : "gas-" + tool }

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
    // Also what is wrong with the arguments is an object then.
    JSONLog.isOn = wantsJSONLog(CommandLine.arguments)
    prepare()
    let group = joined(join)
    let status = status(of: command, among: group)
    group?.leave()
    if status != EXIT_SUCCESS { exit(status) }
  }

  private static func status<Command: ParsableCommand>(of command: Command.Type, among group: RankGroup?) -> Int32 {
    // All ranks have the same arguments, so that one alone says what is wrong with these.
    let speaks = group?.isFirst ?? true
    if let unknown = unknownCommand(command.configuration) {
      if speaks { ProgressLine.write("\(calledName): \(unknown.text)\n") }
      return ExitStatus.usage.code
    }
    var isRunning = false
    do {
      if speaks, let tool = command as? any Tool.Type, try tellsVersion(of: tool) { return EXIT_SUCCESS }
      var parsed = try command.parseAsRoot()
      try checkRanks(parsed, group)
      isRunning = true
      try parsed.run()
      end(group)
      return EXIT_SUCCESS
    } catch {
      if let group, group.phase == .working { group.abort() }
      // What ends a command without a message, as a reader that has gone, must not leave the others waiting.
      if isRunning { end(group) }
      return speaks ? end(command, error) : Self.status(of: error, of: command)
    }
  }

  private static func unknownCommand(_ tool: CommandConfiguration) -> UnknownCommand? {
    UnknownCommand(
      in: Array(CommandLine.arguments.dropFirst()), known: tool.subcommands.map { $0._commandName },
      hasDefault: tool.defaultSubcommand != nil)
  }

  /// Prints versions, if that is all that the arguments ask for.
  private static func tellsVersion(of tool: any Tool.Type) throws -> Bool {
    let arguments = CommandLine.arguments.dropFirst()
    guard VersionReport.isWanted(arguments) else { return false }
    let report = VersionReport(tool)
    var output = OutputOptions()
    output.json = arguments.contains("--json")
    do { try output.print(json: report, as: .version) { report.text } } catch { throw reported(error) }
    return true
  }

  /// Whether the arguments ask for `--log json`.
  static func wantsJSONLog(_ arguments: [String]) -> Bool {
    let options = Array(arguments.prefix { $0 != "--" })
    let last = options.indices.last { options[$0] == "--log" || options[$0].hasPrefix("--log=") }
    guard let last else { return false }
    return options[last] == "--log=json" || options[last] == "--log" && options[(last + 1)...].first == "json"
  }

  /// Makes the system report errors where it would otherwise end the process or do something worse.
  private static func prepare() {
    // At a limit on the size of files (`ulimit -f`), or when the reader has gone (`| head`), the write itself then
    // fails.
    signal(SIGXFSZ, SIG_IGN)
    signal(SIGPIPE, SIG_IGN)
    openStandardDescriptors()
    MappedReadFailure.endProcessWithOneLine(tool: calledName)
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
      tell(error, among: RankGroup.current.withLock { $0 })
      return ExitCode((error as? GasError)?.status.code ?? ExitStatus.failed.code)
    }
  }

  /// Ends the tool after its result was printed, if a signal has stopped the work before its end: whoever waits for the
  /// whole of it must not go on.
  ///
  /// - Parameter isComplete: whether the work came to its end all the same.
  /// - Throws: what ends the tool with the signal's status.
  public static func endIfStopped(_ isComplete: Bool) throws {
    guard !isComplete, let status = StopSignals.stoppedStatus else { return }
    throw ExitCode(status.code)
  }

  /// Prints what went wrong, in one line, and goes on.
  ///
  /// - Parameter error: the error.
  public static func tell(_ error: any Error) { ProgressLine.write("\(calledName): \(ErrorText(error))\n") }

  /// What an error of the argument parser's ends the tool with.
  private static func status<Command: ParsableCommand>(of error: any Error, of command: Command.Type) -> Int32 {
    let found = command.exitCode(for: error)
    return found == .validationFailure ? ExitStatus.usage.code : found.rawValue
  }

  /// Prints which arguments are wrong and how the tool is used, or the help that was asked for.
  ///
  /// - Parameters:
  ///   - command: the tool's root command.
  ///   - error: an error of the argument parser's.
  /// - Returns: the status to end with.
  private static func end<Command: ParsableCommand>(_ command: Command.Type, _ error: any Error) -> Int32 {
    let found = command.exitCode(for: error)
    let status = Self.status(of: error, of: command)
    let text = command.fullMessage(for: error)
    guard !text.isEmpty else { return status }
    guard found.isSuccess else {
      tellUsage(UsageText(withoutLineFeedsOfArguments(text)).text)
      return status
    }
    do {
      try StandardStreams.print(text)
      return status
    } catch {
      return command.exitCode(for: reported(error)).rawValue
    }
  }

  private static func tellUsage(_ text: String) {
    guard JSONLog.isOn else { return ProgressLine.write(text + "\n") }
    JSONLog.write(.error, [("message", .text(text))])
  }

  /// The text with its own lines only: line feeds in quoted arguments are escaped.
  private static func withoutLineFeedsOfArguments(_ text: String) -> String {
    let words = CommandLine.arguments.flatMap { [$0, String($0.drop { $0 != "=" }.dropFirst())] }
    let escaped = words.filter { !$0.isEmpty && $0.contains(where: \.isNewline) }.reduce(Array(text.utf8)) {
      $0.replacing(Array($1.utf8), with: Array($1.printable().utf8))
    }
    return String(decoding: escaped, as: UTF8.self)
  }
}
