import Glibc

/// How many columns a line for people may have.
public enum TerminalWidth {
  /// The columns where there is no terminal, or one that does not say how wide it is.
  public static let standard = 80

  /// The columns of a line on a stream.
  ///
  /// The variable `COLUMNS` makes lines narrower, and wider where there is no terminal. On a terminal it does not make
  /// them wider: a line that has wrapped could not be written over.
  ///
  /// - Parameter descriptor: the stream, standard error unless it is given.
  /// - Returns: the columns, at least 1.
  public static func columns(of descriptor: Int32 = STDERR_FILENO) -> Int {
    let asked = getenv("COLUMNS").flatMap { Int(String(cString: $0)) }
    return columns(asked: asked, terminal: terminal(descriptor))
  }

  static func columns(asked: Int?, terminal: Int?) -> Int {
    let asked = asked.flatMap { $0 > 0 ? $0 : nil }
    guard let terminal else { return asked ?? standard }
    return min(terminal, asked ?? terminal)
  }

  private static func terminal(_ descriptor: Int32) -> Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
