import Glibc

/// One line on a terminal that tells how far a long piece of work is, how fast, and how long it will take.
///
/// It is silent if standard error is not a terminal, and for work that is over within two seconds. Not thread-safe: the
/// thread that does the work reports it.
public final class ProgressLine {
  private let title: String
  private let total: Int?
  private let unit: String
  private let started = ContinuousClock.now
  private var lastDrawn: ContinuousClock.Instant?
  private var done = 0

  /// Starts the clock; nothing is written yet.
  ///
  /// - Parameters:
  ///   - title: what is being done, which the line begins with.
  ///   - total: how much there is to do, if that is known beforehand.
  ///   - unit: what is counted, in the plural: "edges", "bytes".
  public init(_ title: String, total: Int? = nil, unit: String) {
    self.title = title
    self.total = total
    self.unit = unit
  }

  /// Whether standard error is a terminal.
  public static let isTerminal = isatty(STDERR_FILENO) == 1

  /// Adds to what is done, and draws the line again at most five times a second.
  public func advance(by count: Int) {
    done += count
    guard Self.isTerminal else { return }
    let now = ContinuousClock.now
    guard started.duration(to: now) > .seconds(2) else { return }
    if let lastDrawn, lastDrawn.duration(to: now) < .milliseconds(200) { return }
    lastDrawn = now
    draw(elapsed: started.duration(to: now).seconds)
  }

  /// Removes the line; the caller reports the result.
  public func finish() {
    if lastDrawn != nil { Self.replace(with: "") }
  }

  private func draw(elapsed: Double) {
    let rate = Double(done) / elapsed
    var line = StatusLine(separator: ", ")
    line.add("\(title): \(Units.count(Double(done))) \(unit)", rank: 0)
    line.add("\(Units.count(rate))/s", rank: 3)
    if let total, total > 0 {
      let left = Double(max(0, total - done)) / max(rate, 1e-9)
      line.add(Units.percent(Double(done) / Double(total), 0), rank: 1)
      line.add("\(Units.seconds(left)) left", rank: 2)
    }
    Self.replace(with: line.text(columns: TerminalWidth.columns()))
  }

  /// Writes one line to standard error that the user should know although nothing failed.
  public static func note(_ text: String) { write("note: \(text.printable())\n") }

  /// Whether the current line of the terminal is one that will be written over.
  private static let isOpen = Locked(false)

  /// Writes lines to standard error, with everything escaped that a terminal would obey. They take the place of a line
  /// that was to be written over. If they cannot be written (a full disk, say), the text is lost and the work goes on.
  public static func write(_ text: String) {
    isOpen.withLock { isOpen in
      let lines = text.printable(keepsLines: true)
      let shown = isTerminal ? TextWrap(columns: TerminalWidth.columns()).wrapped(lines) : lines
      StandardStreams.writeError((isOpen ? clear : "") + LineColours.ofErrors(shown))
      isOpen = false
    }
  }

  /// Writes over the current line of a terminal. Where standard error is no terminal, only text that stays is written.
  ///
  /// - Parameters:
  ///   - text: what the line shows. What the terminal has no room for is cut, unless it stays.
  ///   - stays: whether the next text begins a new line.
  public static func replace(with text: String, stays: Bool = false) {
    guard isTerminal || stays else { return }
    let shown = stays ? text.printable() : text.printable().cut(toColumns: TerminalWidth.columns())
    isOpen.withLock { isOpen in
      StandardStreams.writeError((isTerminal ? clear : "") + shown + (stays ? "\n" : ""))
      isOpen = !stays && !text.isEmpty
    }
  }

  private static let clear = "\r\u{1b}[K"
}

extension Duration {
  /// The duration in seconds.
  public var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
