import GasBase
import GasFiles
import Glibc

/// A mapped page that cannot be read, since the disk has failed or another program made the file shorter. The kernel
/// reports it by a signal. The tool ends with one line that names the file, as after any other error.
enum MappedReadFailure {
  // These texts are made beforehand, since the signal may come anywhere, and only system calls and memory are safe
  // then.
  nonisolated(unsafe) private static var beginning: UnsafeMutablePointer<CChar>?
  nonisolated(unsafe) private static var end: UnsafeMutablePointer<CChar>?
  nonisolated(unsafe) private static var unnamed: UnsafeMutablePointer<CChar>?
  nonisolated(unsafe) private static var line: UnsafeMutablePointer<CChar>?
  private static let lineBytes = 1024

  /// Installs the signal's handler. The line begins with the name of `tool`.
  static func endProcessWithOneLine(tool: String) {
    MappedNames.prepare()
    beginning = strdup(JSONLog.isOn ? "{\"level\":\"error\",\"message\":\"" : "\(tool): ")
    end = strdup(
      ": cannot be read where it is mapped: the disk is full or has failed, or the file was made shorter; gas-stat verify tells whether the store is"
        + " whole" + (JSONLog.isOn ? "\"}\n" : "\n"))
    unnamed = strdup("a mapped file")
    line = .allocate(capacity: lineBytes)
    var action = sigaction()
    action.__sigaction_handler.sa_sigaction = { _, information, _ in
      MappedReadFailure.end(at: UInt(bitPattern: information?.pointee._sifields._sigfault.si_addr))
    }
    action.sa_flags = SA_SIGINFO
    sigaction(SIGBUS, &action, nil)
  }

  private static func end(at address: UInt) {
    if let line, let beginning, let unnamed, let end {
      line[0] = 0
      append(beginning, to: line)
      let name = MappedNames.name(at: address)
      append(name.flatMap { JSONLog.isOn && isQuoted($0) ? nil : $0 } ?? UnsafePointer(unnamed), to: line)
      append(end, to: line)
      _ = write(STDERR_FILENO, line, strlen(line))
    }
    _exit(EXIT_FAILURE)
  }

  /// Whether JSON writes a name otherwise than it is.
  private static func isQuoted(_ name: UnsafePointer<CChar>) -> Bool {
    strpbrk(name, "\"\\\n") != nil
  }

  private static func append(_ text: UnsafePointer<CChar>, to line: UnsafeMutablePointer<CChar>) {
    strncat(line, text, lineBytes - 1 - strlen(line))
  }
}
