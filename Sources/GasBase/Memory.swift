import Glibc

/// How much of the machine's memory this process takes, as the operating system counts it: mapped pages are included
/// while they are resident.
public enum Memory {
  /// The resident memory now, in bytes.
  public static func residentBytes() -> Int { status("VmRSS:") }
  /// The most memory that was ever resident, in bytes.
  public static func peakResidentBytes() -> Int { status("VmHWM:") }
  /// Resident bytes that belong to no file: a memory limit cannot take these back.
  public static func anonymousBytes() -> Int { status("RssAnon:") }

  /// The memory of the machine in bytes, used or not.
  public static let physicalBytes = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))

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
