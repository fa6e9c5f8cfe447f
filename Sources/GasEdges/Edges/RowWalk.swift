import GasBase
import GasFormats

/// Walks over a compressed matrix entry by entry, and finds the row of each.
struct RowWalk {
  private let starts: NpyReader
  private let entryCount: Int
  private var row = -1
  /// Where the entries of the current row end.
  private var end = 0
  private var window: [Int64] = []
  private var windowStart = 0
  private static let windowCount = 1 << 16

  /// Starts at the first row.
  ///
  /// - Parameters:
  ///   - starts: where the entries of each row start, and where the last ones end.
  ///   - entryCount: how many entries there are.
  /// - Throws: `GasError` if the starts do not run from 0 to `entryCount`.
  init(_ starts: NpyReader, entryCount: Int) throws {
    self.starts = starts
    self.entryCount = entryCount
    let last = starts.elementCount - 1
    let ends = try (starts.integers(0..<1)[0], starts.integers(last..<last + 1)[0])
    guard ends == (0, Int64(entryCount)) else {
      throw GasError(expected: "row starts from 0 to \(entryCount)", found: "\(ends.0) to \(ends.1)", file: starts.path)
    }
  }

  /// Finds the rows of some entries.
  ///
  /// - Parameter entries: those that follow the entries of the previous call.
  /// - Returns: the row of each.
  /// - Throws: `GasError` if starts decrease.
  mutating func rows(of entries: Range<Int>) throws -> [Int64] {
    var rows: [Int64] = []
    rows.reserveCapacity(entries.count)
    var entry = entries.lowerBound
    while entry < entries.upperBound {
      while end <= entry { try advance() }
      let stop = min(end, entries.upperBound)
      rows += repeatElement(Int64(row), count: stop - entry)
      entry = stop
    }
    return rows
  }

  /// Checks the starts of the rows behind the last entry, which must be empty.
  mutating func finish() throws {
    while row + 2 < starts.elementCount { try advance() }
  }

  private mutating func advance() throws {
    row += 1
    let next = try start(row + 1)
    guard next >= end && next <= entryCount else {
      throw GasError(
        expected: "row starts that ascend up to \(entryCount)", found: "\(end), \(next) at row \(row)",
        file: starts.path, at: .offset(starts.offset(of: row + 1)))
    }
    end = Int(next)
  }

  private mutating func start(_ place: Int) throws -> Int64 {
    if place >= windowStart + window.count {
      let range = place..<min(starts.elementCount, place + Self.windowCount)
      window = try starts.integers(range)
      windowStart = place
      starts.release(range)
    }
    return window[place - windowStart]
  }
}
