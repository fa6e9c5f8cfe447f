import GasBase
import GasFiles

/// ROC-AUC and average precision of one class or label, without sorting the nodes that are not of it: each of them is
/// sought among the sorted outputs of those that are. It says what `RankCurve` says, in less time where the class is
/// one of many.
///
/// The outputs between the least and the greatest of the class are divided into about as many equal ranges as it has
/// nodes. A table says which nodes lie in a range, so that few are left to compare with.
struct RankPairs {
  /// The positive nodes, greatest outputs first.
  private let positives: UnsafeBufferPointer<RankKey>
  /// For each number of positive nodes, the negative ones that so many have a greater output than.
  private let counts: UnsafeMutableBufferPointer<UInt32>
  /// Those of them whose output some positive node has, too.
  private let equals: UnsafeMutableBufferPointer<UInt32>
  /// For each range of outputs, how many positive nodes come before it.
  private let starts: UnsafeMutableBufferPointer<UInt32>
  /// The width of a range is a power of two, of which this is the exponent.
  private let shift: UInt64
  private var negativeCount = 0

  /// Memory for one class after the other.
  struct Room {
    fileprivate let counts = Buffer<UInt32>()
    fileprivate let equals = Buffer<UInt32>()
    fileprivate let starts = Buffer<UInt32>()
  }

  /// Prepares a class.
  ///
  /// - Parameters:
  ///   - positives: the keys of its nodes, sorted; valid as long as this is used.
  ///   - room: memory that nothing else uses meanwhile.
  init(_ positives: UnsafeBufferPointer<RankKey>, in room: Room) {
    self.positives = positives
    counts = room.counts.resized(to: positives.count + 1)
    equals = room.equals.resized(to: positives.count + 1)
    counts.update(repeating: 0)
    equals.update(repeating: 0)
    let width = positives.isEmpty ? 0 : positives[positives.count - 1].place - positives[0].place
    let mean = width / UInt64(max(1, positives.count))
    shift = UInt64(mean.bitWidth - mean.leadingZeroBitCount)
    starts = room.starts.resized(to: Int(width >> shift) + 2)
    var range = 0
    for place in positives.indices {
      let own = Int((positives[place].place - positives[0].place) >> shift)
      while range <= own {
        starts[range] = UInt32(place)
        range += 1
      }
    }
    while range < starts.count {
      starts[range] = UInt32(positives.count)
      range += 1
    }
  }

  /// Counts the negative nodes among some keys.
  mutating func add(_ keys: UnsafeBufferPointer<RankKey>) {
    let all = positives.count
    guard all > 0 else { return }
    let (least, greatest) = (positives[0].place, positives[all - 1].place)
    for key in keys where !key.applies {
      let place = key.place
      negativeCount += 1
      guard place >= least else {
        counts[0] += 1
        continue
      }
      guard place <= greatest else {
        counts[all] += 1
        continue
      }
      let range = Int((place - least) >> shift)
      var (first, end) = (Int(starts[range]), Int(starts[range + 1]))
      while first < end {
        let middle = (first + end) / 2
        if positives[middle].place < place { first = middle + 1 } else { end = middle }
      }
      counts[first] += 1
      if positives[first].place == place { equals[first] += 1 }
    }
  }

  /// ROC-AUC and average precision; `nil` unless there are nodes of both kinds.
  var scores: RankScores? {
    let all = positives.count
    guard all > 0, negativeCount > 0 else { return nil }
    var (pairs, precisions, above, first) = (0.0, 0.0, 0, 0)
    while first < all {
      var next = first + 1
      while next < all && positives[next].place == positives[first].place { next += 1 }
      // The negative nodes with at least this output.
      above += Int(counts[first])
      pairs += Double(counts[first]) * Double(first) + Double(equals[first]) * Double(next - first) / 2
      precisions += Double(next - first) * Double(next) / Double(next + above)
      first = next
    }
    pairs += Double(counts[all]) * Double(all)
    return RankScores(
      rocAuc: pairs / Double(all) / Double(negativeCount), averagePrecision: precisions / Double(all))
  }
}
