import Foundation
import XCTest

/// One of the programs, run as a user runs it: in a folder, with arguments, with its output caught.
enum Tool: String {
  case ingest = "gas-ingest"
  case run = "gas-run"
  case stat = "gas-stat"
  /// The example of a program with a model of its own.
  case ownModel = "OwnModel"
  /// The program that holds the three.
  case all = "gas"

  struct Result {
    /// Exit status, or 128 and the signal that ended it.
    var status: Int32
    var output: String
    var errors: String
  }

  /// The executables stand beside the test bundle, whichever configuration and scratch path it was built with.
  var path: String {
    get throws {
      let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      let path = URL(fileURLWithPath: bundle).deletingLastPathComponent().path + "/" + rawValue
      guard FileManager.default.isExecutableFile(atPath: path) else {
        throw Missing(path: path)
      }
      return path
    }
  }

  struct Missing: Error, CustomStringConvertible {
    let path: String
    var description: String { "\(path) is not there; build the whole package, as swift test does" }
  }

  /// Runs to the end. Files may have `fileLimit` KiB; writing beyond fails as on a full disk. The variables of
  /// `environment` stand beside, or in the place of, those of the tests.
  func run(
    _ arguments: [String], in folder: String, input: String = "", fileLimit: Int? = nil,
    environment: [String: String] = [:]
  ) throws -> Result {
    let running = try start(arguments, in: folder, fileLimit: fileLimit, environment: environment)
    running.send(input)
    return try running.wait()
  }

  /// Runs the program from a script of bash, in which `"$0" "$@"` is the call.
  func run(_ arguments: [String], by script: String, in folder: String) throws -> Result {
    let running = try start(arguments, by: script, in: folder)
    running.send("")
    return try running.wait()
  }

  func start(_ arguments: [String], by script: String, in folder: String) throws -> RunningTool {
    try RunningTool("/bin/bash", ["-c", script, path] + arguments, in: folder, [:])
  }

  func start(
    _ arguments: [String], in folder: String, fileLimit: Int? = nil, environment: [String: String] = [:]
  ) throws -> RunningTool {
    guard let fileLimit else { return try RunningTool(path, arguments, in: folder, environment) }
    let script = "ulimit -f \(fileLimit); exec \"$0\" \"$@\""
    return try RunningTool("/bin/bash", ["-c", script, path] + arguments, in: folder, environment)
  }
}

/// A program at work.
final class RunningTool {
  private let process = Process()
  private let input = Pipe()
  private let outputs: (standard: OutputFile, error: OutputFile)
  /// Whatever hangs is ended, so that a test fails instead of waiting for ever.
  private static let longestSeconds = 60.0

  fileprivate init(
    _ path: String, _ arguments: [String], in folder: String, _ environment: [String: String]
  ) throws {
    outputs = (try OutputFile(), try OutputFile())
    // Whoever started the tests may ignore signals (nohup, jobs in the background of a script); a program would inherit
    // that.
    for number in [SIGINT, SIGTERM, SIGHUP] { Foundation.signal(number, SIG_DFL) }
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardInput = input
    process.standardOutput = outputs.standard.handle
    process.standardError = outputs.error.handle
    try process.run()
  }

  /// Gives text to standard input and ends it.
  func send(_ text: String) { send(bytes: Data(text.utf8)) }

  func send(bytes: Data) {
    try? input.fileHandleForWriting.write(contentsOf: bytes)
    try? input.fileHandleForWriting.close()
  }

  var identifier: Int32 { process.processIdentifier }
  var isRunning: Bool { process.isRunning }

  func signal(_ number: Int32) {
    kill(process.processIdentifier, number)
  }

  /// Waits until a condition holds.
  func wait(until condition: () -> Bool) throws {
    let deadline = Date(timeIntervalSinceNow: Self.longestSeconds)
    while !condition() {
      guard process.isRunning && Date() < deadline else {
        signal(SIGKILL)
        throw Stuck(errors: outputs.error.text)
      }
      usleep(10_000)
    }
  }

  struct Stuck: Error {
    let errors: String
  }

  func wait() throws -> Tool.Result {
    let pid = process.processIdentifier
    let timer = DispatchSource.makeTimerSource()
    timer.schedule(deadline: .now() + Self.longestSeconds)
    timer.setEventHandler { kill(pid, SIGKILL) }
    timer.resume()
    process.waitUntilExit()
    timer.cancel()
    let status = process.terminationStatus + (process.terminationReason == .uncaughtSignal ? 128 : 0)
    return Tool.Result(status: status, output: outputs.standard.text, errors: outputs.error.text)
  }
}

/// A nameless file that catches output: unlike a pipe it never fills up.
private final class OutputFile {
  let handle: FileHandle

  init() throws {
    var name = Array((NSTemporaryDirectory() + "gas-output-XXXXXX").utf8CString)
    let descriptor = mkstemp(&name)
    guard descriptor >= 0 else { throw POSIXError(.EIO) }
    unlink(name)
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  var text: String {
    var status = stat()
    fstat(handle.fileDescriptor, &status)
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    let count = pread(handle.fileDescriptor, &bytes, bytes.count, 0)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }
}
