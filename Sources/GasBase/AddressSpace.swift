import Glibc

/// How much memory the system lets this process map.
public enum AddressSpace {
  /// Left free when much is mapped, for libraries that take a little memory and fail badly where there is none.
  private static let spareBytes = 16 << 20

  /// Called before a process ends for lack of memory. To be set before the process has other threads.
  nonisolated(unsafe) public static var cleanUp: () -> Void = {}

  /// Whether a limit is set on the address space (`ulimit -v`).
  public static let isLimited: Bool = limitBytes != nil

  /// The limit on the address space in bytes; `nil` if there is none.
  public static var limitBytes: Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else { return nil }
    return limit.rlim_cur < rlim_t(Int.max) ? Int(limit.rlim_cur) : nil
  }

  /// Whether `byteCount` bytes could be mapped now.
  public static func hasRoom(for byteCount: Int) -> Bool {
    guard let mapped = mmap(nil, byteCount, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
      mapped != MAP_FAILED
    else { return false }
    munmap(mapped, byteCount)
    return true
  }

  /// Whether small pieces of memory can still be had; always true where there is no limit.
  static var hasSpare: Bool { !isLimited || hasRoom(for: spareBytes) }

  /// Ends the process with one line on standard error: nothing can be computed without memory, and no caller could go
  /// on.
  public static func endProcess(wanting byteCount: Int) -> Never {
    let limit = limitBytes.map { ": the process may map \(Units.bytes($0)) (ulimit -v)" } ?? ""
    cleanUp()
    ProgressLine.write("\(GasError.toolName): no memory for \(Units.bytes(byteCount)) more\(limit)\n")
    // Other threads may be at work, and exit would destroy what they use.
    _exit(EXIT_FAILURE)
  }

  /// Ends a tool that may map so little memory that libraries would fail in ways of their own.
  public static func check() {
    if !hasSpare { endProcess(wanting: spareBytes) }
  }
}
