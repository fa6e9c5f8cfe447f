import GasBase
import Glibc
import Synchronization

/// What a program does when the user stops it: Ctrl-C, `kill`, a terminal that is closed.
///
/// A thread waits for these signals, which all other threads block; it removes what is `Unfinished` and ends the
/// process as the signal would have. Signals that were ignored when the program started, as nohup asks for, stay
/// ignored. If no thread can be started, signals end the process at once, and the next command removes what is left.
public enum StopSignals {
  private static let numbers = [SIGINT, SIGTERM, SIGHUP]
  private static let isWatching = Atomic(false)
  private static let isAskedFirst = Atomic(false)
  /// The number of the signal that came first; 0 where none has come.
  private static let first = Atomic<Int32>(0)

  /// Whether the user has asked for a stop since `askFirst`.
  public static var isStopRequested: Bool { first.load(ordering: .relaxed) != 0 }

  /// How work ends that a signal has stopped and that can go on; `nil` where no signal has come.
  public static var stoppedStatus: ExitStatus? {
    let number = first.load(ordering: .relaxed)
    return number == 0 ? nil : .stopped(signal: number)
  }

  /// Takes over that another process of the same work was asked to stop.
  public static func noteStopElsewhere() {
    _ = first.compareExchange(expected: 0, desired: SIGTERM, ordering: .relaxed)
  }

  /// Starts to watch. To be called before the process has other threads: they inherit the blocked signals.
  public static func watch() {
    guard !isWatching.exchange(true, ordering: .relaxed) else { return }
    var (signals, old) = (sigset_t(), sigset_t())
    sigemptyset(&signals)
    for number in numbers where !isIgnored(number) { sigaddset(&signals, number) }
    pthread_sigmask(SIG_BLOCK, &signals, &old)
    var thread = pthread_t()
    let isStarted = pthread_create(&thread, nil, { _ in StopSignals.wait() }, nil) == 0
    if isStarted {
      pthread_detach(thread)
    } else {
      isWatching.store(false, ordering: .relaxed)
      pthread_sigmask(SIG_SETMASK, &old, nil)
    }
  }

  /// Makes the first signal from now on only set `isStopRequested`, for work that ends at a point of its own; a second
  /// signal ends the process.
  public static func askFirst() {
    isAskedFirst.store(true, ordering: .relaxed)
    guard !isWatching.load(ordering: .relaxed) else { return }
    for number in numbers where !isIgnored(number) {
      signal(number) { number in
        StopSignals.first.store(number, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
  }

  private static func wait() -> UnsafeMutableRawPointer? {
    // These are the signals that `watch` has blocked on this thread too.
    var (signals, number) = (sigset_t(), Int32(0))
    sigemptyset(&signals)
    for number in numbers where !isIgnored(number) { sigaddset(&signals, number) }
    while true {
      guard sigwait(&signals, &number) == 0 else { continue }
      let isFirst = first.exchange(number, ordering: .relaxed) == 0
      if isFirst && isAskedFirst.load(ordering: .relaxed) { continue }
      end(by: number)
    }
  }

  private static func end(by number: Int32) -> Never {
    Unfinished.removeForGood()
    signal(number, SIG_DFL)
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, number)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    raise(number)
    // The first process of a container is not ended by signals that it sends itself.
    _exit(128 + number)
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
