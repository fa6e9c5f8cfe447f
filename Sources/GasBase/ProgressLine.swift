import Foundation

/// One line on a terminal that tells how far a long piece of work is, how fast, and how long it will take.
///
/// Silent where standard error is not a terminal, and for anything that is over within two seconds. Not thread-safe: the
/// thread that does the work reports it.
public final class ProgressLine {
  private let title: String
  private let total: Int?
  private let unit: String
  private let started = ContinuousClock.now
  private var lastDrawn: ContinuousClock.Instant?
  private var done = 0

  /// - Parameters:
  ///   - total: how much there is to do, if that is known beforehand.
  ///   - unit: what is counted, in the plural: "edges", "bytes".
  public init(_ title: String, total: Int? = nil, unit: String) {
    self.title = title.printable()
    self.total = total
    self.unit = unit
  }

  public static let isTerminal = isatty(STDERR_FILENO) == 1

  public func advance(by count: Int) {
    done += count
    guard Self.isTerminal else { return }
    let now = ContinuousClock.now
    guard started.duration(to: now) > .seconds(2) else { return }
    if let lastDrawn, lastDrawn.duration(to: now) < .milliseconds(200) { return }
    lastDrawn = now
    draw(elapsed: started.duration(to: now).seconds)
  }

  /// Removes the line again; the result is reported by whoever asked for the work.
  public func finish() {
    if lastDrawn != nil { Self.write("\r\u{1b}[K") }
  }

  private func draw(elapsed: Double) {
    let rate = Double(done) / elapsed
    var line = "\r\u{1b}[K\(title): \(Units.count(Double(done))) \(unit), \(Units.count(rate))/s"
    if let total, total > 0 {
      let left = Double(max(0, total - done)) / max(rate, 1e-9)
      line += ", \(Units.percent(Double(done) / Double(total), 0)), \(Units.seconds(left)) left"
    }
    Self.write(line)
  }

  /// Tells on standard error, in one line, what the user should know although nothing failed.
  public static func note(_ text: String) { write("note: \(text.printable())\n") }

  /// Writes to standard error. Where that cannot be written, a full disk say, the text is lost and the work goes on: FileHandle
  /// would end the process.
  public static func write(_ text: String) {
    let bytes = Array(text.utf8)
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes { Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      guard count > 0 || errno == EINTR else { return }
      done += max(0, count)
    }
  }
}

extension Duration {
  public var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
