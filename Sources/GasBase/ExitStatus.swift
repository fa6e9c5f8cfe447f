/// How a tool ends, for scripts and services (docs/operations.md).
///
/// A process that a signal ends at once has no status of its own; shells report 128 and the signal's number for it,
/// too.
public enum ExitStatus: Equatable, Sendable {
  /// All that was asked for is done, and all output was written.
  case done
  /// Something went wrong, and one line on standard error says what.
  case failed
  /// The arguments cannot be meant so.
  case usage
  /// A plan found `--memory` or the free disk too small before the work began. To try again does not help.
  case refusedBudget
  /// Another process uses the run or the store, or has just replaced it. The same command may succeed later.
  case tryAgain
  /// A signal asked for a stop; a checkpoint is there, and the work can go on from it.
  case stopped(signal: Int32)

  /// The number that the process ends with.
  public var code: Int32 {
    switch self {
    case .done: 0
    case .failed: 1
    case .usage: 2
    case .refusedBudget: 3
    // EX_TEMPFAIL of sysexits.h.
    case .tryAgain: 75
    case .stopped(let signal): 128 + signal
    }
  }
}
