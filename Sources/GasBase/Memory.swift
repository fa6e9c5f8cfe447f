import Foundation

/// What this process takes of the machine's memory, as the kernel counts it: mapped pages included while they are resident.
public enum Memory {
  public static func residentBytes() -> Int { status("VmRSS:") }
  public static func peakResidentBytes() -> Int { status("VmHWM:") }
  /// What belongs to no file: all that a memory limit cannot take back.
  public static func anonymousBytes() -> Int { status("RssAnon:") }

  /// Of the machine, taken or not.
  public static let physicalBytes = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))

  /// Ends the process with one line and status 1: for memory that the system does not give where no error can be thrown. What an input can ask for
  /// is compared with what there is beforehand.
  public static func endProcess(lacking byteCount: Int) -> Never {
    ProgressLine.write(
      "\(GasError.toolName): no memory for \(Units.bytes(byteCount)) more;"
        + " give the process more (ulimit -v, a container's limit), or it less to do\n")
    // Other threads are at work: nothing that they use may be taken down.
    _exit(EXIT_FAILURE)
  }

  private static func status(_ field: String) -> Int {
    // Files of /proc have no size, so they are read as streams.
    guard let file = fopen("/proc/self/status", "re") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard text.hasPrefix(field) else { continue }
      let kibibytes = text.dropFirst(field.count).split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
      return (kibibytes ?? 0) << 10
    }
    return 0
  }
}
