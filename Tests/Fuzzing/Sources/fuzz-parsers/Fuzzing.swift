import Foundation
import GasBase

typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// libFuzzer, whose own `main` gives way to that of the package manager.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<Arguments>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The package manager calls the beginning of a program by its name.
@_cdecl("fuzz_parsers_main")
public func main(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
  _ = Target.chosen
  var (count, arguments) = (count, arguments)
  return runDriver(&count, &arguments) { testOneInput($0, $1) }
}

/// A parser may read its input or throw a `GasError`. Anything else is a finding: a trap, a sanitizer's report, no end,
/// memory without bound, an error of another type, and a message of several lines.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = UnsafeRawBufferPointer(start: bytes, count: count)
  do {
    try Target.chosen.parse(input)
  } catch let error as GasError {
    let message = "\(error)"
    precondition(!message.contains(where: \.isNewline), "a message of several lines")
    precondition(message.utf8.count < 8_000, "a message longer than anybody reads")
  } catch {
    fatalError("no GasError: \(error)")
  }
  return 0
}

/// One parser, and how it is given bytes. The environment variable `GAS_FUZZ_TARGET` names it; `list` prints all names.
struct Target: Sendable {
  let name: String
  let parse: @Sendable (UnsafeRawBufferPointer) throws -> Void

  static let chosen: Target = {
    let name = ProcessInfo.processInfo.environment["GAS_FUZZ_TARGET"] ?? "list"
    if let target = all.first(where: { $0.name == name }) { return target }
    for target in all { print(target.name) }
    fflush(nil)
    _exit(name == "list" ? 0 : 2)
  }()

  static let all = texts + lists + arrays + storeFiles + blocks + runFiles
}

/// A file in memory that takes each input in turn, for parsers that open files. One a process.
enum InputFile {
  static let folder: String = {
    let path = "/dev/shm/gas-fuzz-\(getpid())"
    mkdir(path, 0o700)
    return path
  }()

  /// Writes a file and gives its path. Some parsers look at the ending of `name`.
  static func holding(_ bytes: UnsafeRawBufferPointer, called name: String) -> String {
    let path = "\(folder)/\(name)"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    precondition(descriptor >= 0 && write(descriptor, bytes.baseAddress, bytes.count) == bytes.count, "no input file")
    close(descriptor)
    return path
  }
}

extension UnsafeRawBufferPointer {
  /// An input without the bytes in front that choose how it is read.
  func without(_ count: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: dropFirst(count)) }
}
