import GasBase
import Glibc

/// The end of a pipe whose other end the program holds that started this one and waits for it. When that program ends,
/// however that comes, the kernel closes its end, and this process stops as if somebody had sent it SIGTERM: nobody
/// waits for what it makes any more, and what it would replace may be in use again.
///
/// A pipe tells of the process, not of the thread that started this one, and shells in between hand it on.
public enum Lifeline {
  /// The variable of the environment that names the pipe: `DESCRIPTOR:INODE`. The inode tells the pipe from another
  /// file that has the number by now, where a program in between has closed it.
  public static let variable = "GAS_LIFELINE"

  /// Starts to watch where a pipe was handed over. To be called after `StopSignals.watch`, whose blocked signals the
  /// thread inherits. Where no thread can be started, nothing is watched.
  public static func watch() {
    guard let text = getenv(variable) else { return }
    let descriptor = descriptor(of: String(cString: text))
    // What this process starts is not the other program's.
    unsetenv(variable)
    guard let descriptor else { return }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    var thread = pthread_t()
    let isStarted =
      pthread_create(&thread, nil, { Lifeline.wait(Int32(Int(bitPattern: $0))) }, .init(bitPattern: Int(descriptor)))
      == 0
    if isStarted { pthread_detach(thread) }
  }

  private static func descriptor(of text: String) -> Int32? {
    let parts = text.split(separator: ":")
    guard parts.count == 2, let descriptor = Int32(parts[0]), descriptor > STDERR_FILENO, let inode = UInt(parts[1])
    else { return nil }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFIFO, status.st_ino == inode else {
      return nil
    }
    return descriptor
  }

  private static func wait(_ descriptor: Int32) -> UnsafeMutableRawPointer? {
    var pipe = pollfd(fd: descriptor, events: 0, revents: 0)
    while poll(&pipe, 1, -1) != 1 {}
    kill(getpid(), SIGTERM)
    return nil
  }
}
