import Glibc

/// Starts threads and says if one cannot be started, so that the caller goes on without it.
///
/// A library of threads that waits until the system allows one more would wait for ever under a limit on them.
enum PosixThread {
  /// The stack of each thread. The default is the limit on the main thread's stack, which may be all of a small address
  /// space.
  static let stackBytes = 2 << 20

  /// Starts a thread that nobody waits for. Signals that are sent to the process go to other threads.
  ///
  /// - Parameter body: what the thread does.
  /// - Returns: false if the system cannot start one more.
  static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    var attributes = pthread_attr_t()
    guard pthread_attr_init(&attributes) == 0 else { return false }
    defer { pthread_attr_destroy(&attributes) }
    guard pthread_attr_setstacksize(&attributes, stackBytes) == 0,
      pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED)) == 0
    else { return false }
    // A new thread inherits the mask.
    var before = blockSignals()
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    let box = Unmanaged.passRetained(Box(body)).toOpaque()
    var thread = pthread_t()
    if pthread_create(&thread, &attributes, { PosixThread.run($0) }, box) == 0 { return true }
    Unmanaged<Box>.fromOpaque(box).release()
    return false
  }

  private final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private static func run(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    Unmanaged<Box>.fromOpaque(box!).takeRetainedValue().body()
    return nil
  }

  /// Blocks all signals except those for errors of the thread itself.
  ///
  /// - Returns: the mask as it was.
  private static func blockSignals() -> sigset_t {
    var (blocked, before) = (sigset_t(), sigset_t())
    sigfillset(&blocked)
    for number in [SIGBUS, SIGSEGV, SIGFPE, SIGILL, SIGTRAP, SIGABRT] { sigdelset(&blocked, number) }
    pthread_sigmask(SIG_SETMASK, &blocked, &before)
    return before
  }
}
