import FoundationEssentials
import Glibc

/// The processors that this process may use.
public enum Processors {
  /// How many there are.
  public static let count = ProcessInfo.processInfo.activeProcessorCount

  /// The seconds that all threads of this process have computed so far, in the kernel too.
  public static func usedSeconds() -> Double {
    var time = timespec()
    guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return 0 }
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
