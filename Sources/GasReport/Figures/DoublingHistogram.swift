/// Counts of numbers in equal bins around 0, whose width doubles when a number comes that lies beyond them. The memory
/// is constant, and the counts do not depend on the order of the numbers.
struct DoublingHistogram {
  private static let half = 4096
  private var counts = [Int](repeating: 0, count: 2 * half)
  /// The width of a bin, a power of two.
  private(set) var width = 0x1p-80
  /// How many numbers were counted.
  private(set) var count = 0

  /// Counts a number that is finite.
  mutating func add(_ value: Double) {
    guard value.isFinite else { return }
    while abs(value) >= Double(Self.half) * width { double() }
    counts[Int((value / width).rounded(.down)) + Self.half] += 1
    count += 1
  }

  private mutating func double() {
    var wider = [Int](repeating: 0, count: counts.count)
    if count > 0 {
      for place in counts.indices where counts[place] > 0 {
        wider[(place - Self.half) >> 1 + Self.half] += counts[place]
      }
    }
    counts = wider
    width *= 2
  }

  /// The lower limit of the bin in which a share of the numbers is reached; 0 without numbers.
  func quantile(_ share: Double) -> Double {
    var seen = 0
    for place in counts.indices {
      seen += counts[place]
      if seen > 0 && Double(seen) >= share * Double(count) { return Double(place - Self.half) * width }
    }
    return 0
  }

  /// Columns of a picture.
  struct Columns: Encodable, Equatable, Sendable {
    /// The lower limit of the first column.
    var start: Double
    /// The width of a column.
    var width: Double
    /// How many numbers are in each.
    var counts: [Int]
    /// How many numbers lie below the first and above the last.
    var below = 0
    var above = 0
  }

  /// The numbers between two quantiles in at most so many columns.
  ///
  /// - Parameters:
  ///   - tail: the share of the numbers that may lie outside at either end.
  ///   - most: the greatest number of columns.
  /// - Returns: the columns, and how many numbers lie outside of them.
  func columns(leavingOut tail: Double, most: Int) -> Columns {
    let first = Int(quantile(tail) / width)
    let last = max(first, Int(quantile(1 - tail) / width))
    let size = max(1, (last - first + most) / most)
    let start = Int((Double(first) / Double(size)).rounded(.down)) * size
    let columnCount = (last - start) / size + 1
    var columns = Columns(
      start: Double(start) * width, width: Double(size) * width, counts: [Int](repeating: 0, count: columnCount))
    for place in counts.indices where counts[place] > 0 {
      let distance = place - Self.half - start
      if distance < 0 {
        columns.below += counts[place]
      } else if distance >= columnCount * size {
        columns.above += counts[place]
      } else {
        columns.counts[distance / size] += counts[place]
      }
    }
    return columns
  }
}
