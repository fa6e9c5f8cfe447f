import GasBase
import GasFiles

/// ROC-AUC and average precision of one class or label, without sorting the nodes that are not of it: each of them is
/// sought among the sorted outputs of those that are. It says what `RankCurve` says, in less time where the class is
/// one of many.
struct RankPairs {
  /// The positive nodes, greatest outputs first.
  private let positives: UnsafeBufferPointer<RankKey>
  /// For each number of positive nodes, the negative ones that so many have a greater output than.
  private let counts: UnsafeMutableBufferPointer<Int>
  /// Those of them whose output some positive node has, too.
  private let equals: UnsafeMutableBufferPointer<Int>
  private var negativeCount = 0

  /// Memory for one class after the other.
  struct Room {
    fileprivate let counts = Buffer<Int>()
    fileprivate let equals = Buffer<Int>()
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
  }

  /// Counts the negative nodes among some keys.
  mutating func add(_ keys: UnsafeBufferPointer<RankKey>) {
    let all = positives.count
    guard all > 0 else { return }
    for key in keys where !key.applies {
      let place = key.place
      // A search that has as many steps whatever it finds, so that the processor need not guess.
      var (first, length) = (0, all)
      while length > 1 {
        let half = length / 2
        first += positives[first + half - 1].place < place ? half : 0
        length -= half
      }
      first += positives[first].place < place ? 1 : 0
      counts[first] += 1
      if first < all && positives[first].place == place { equals[first] += 1 }
      negativeCount += 1
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
      above += counts[first]
      pairs += Double(counts[first]) * Double(first) + Double(equals[first]) * Double(next - first) / 2
      precisions += Double(next - first) * Double(next) / Double(next + above)
      first = next
    }
    pairs += Double(counts[all]) * Double(all)
    return RankScores(
      rocAuc: pairs / Double(all) / Double(negativeCount), averagePrecision: precisions / Double(all))
  }
}
