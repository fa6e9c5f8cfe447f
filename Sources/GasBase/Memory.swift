import Foundation

/// What this process takes of the machine's memory, as the kernel counts it: mapped pages included while they are resident.
public enum Memory {
  public static func residentBytes() -> Int { status("VmRSS:") }
  public static func peakResidentBytes() -> Int { status("VmHWM:") }

  private static func status(_ field: String) -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return 0 }
    for line in text.split(separator: "\n") where line.hasPrefix(field) {
      // "VmRSS:", a tab, spaces, the number, "kB".
      let kibibytes = line.dropFirst(field.count).split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
      return (kibibytes ?? 0) << 10
    }
    return 0
  }
}
