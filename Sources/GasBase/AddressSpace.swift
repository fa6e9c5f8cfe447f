import Foundation

/// What the system lets this process map.
public enum AddressSpace {
  /// Left free beside what is large, so that a library that takes a little memory, and knows no answer to there being none, gets it.
  private static let spareBytes = 16 << 20

  /// What is done before a process ends for want of memory. To be set before it has other threads.
  nonisolated(unsafe) public static var cleanUp: () -> Void = {}

  /// Whether a limit was set on it (`ulimit -v`).
  public static let isLimited: Bool = limitBytes != nil

  public static var limitBytes: Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else { return nil }
    return limit.rlim_cur < rlim_t(Int.max) ? Int(limit.rlim_cur) : nil
  }

  /// Whether so many bytes could be mapped now.
  public static func hasRoom(for byteCount: Int) -> Bool {
    guard let mapped = mmap(nil, byteCount, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
      mapped != MAP_FAILED
    else { return false }
    munmap(mapped, byteCount)
    return true
  }

  /// Whether there is room for what comes in small pieces; always where there is no limit.
  static var hasSpare: Bool { !isLimited || hasRoom(for: spareBytes) }

  /// Ends the process with one line: nothing can be computed without memory, and no caller has an answer to it.
  public static func endProcess(wanting byteCount: Int) -> Never {
    let limit = limitBytes.map { ": the process may map \(Units.bytes($0)) (ulimit -v)" } ?? ""
    cleanUp()
    ProgressLine.write("\(GasError.toolName): no memory for \(Units.bytes(byteCount)) more\(limit)\n")
    // Other threads may be at work, and must not find what exit takes apart.
    _exit(EXIT_FAILURE)
  }

  /// Ends a tool that has so little of it that libraries would fail in ways of their own.
  public static func check() {
    if !hasSpare { endProcess(wanting: spareBytes) }
  }
}
