import Dispatch
import Foundation

/// Removes unfinished files when the user stops the program (Ctrl-C, `kill`), then ends it as the signal would have.
final class SignalGuard {
  private let sources: [any DispatchSourceSignal]

  init(removing paths: [String]) {
    let queue = DispatchQueue(label: "signals")
    sources = [SIGINT, SIGTERM, SIGHUP].filter { !Self.isIgnored($0) }.map { number in
      // The default action would end the program before the source hears of the signal.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        Self.remove(paths)
        _exit(128 + number)
      }
      source.resume()
      return source
    }
  }

  func cancel() {
    for source in sources { source.cancel() }
  }

  /// Whoever started the program may have asked it to go on regardless, as nohup does.
  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// The work goes on meanwhile and may add a file behind our back, so a folder is emptied until it is gone.
  private static func remove(_ paths: [String]) {
    for path in paths {
      for _ in 0..<100 where FileManager.default.fileExists(atPath: path) {
        try? FileManager.default.removeItem(atPath: path)
      }
    }
  }
}
