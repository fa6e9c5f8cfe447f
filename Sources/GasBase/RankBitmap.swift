/// A set of numbers below a limit, a bit each, with a count of those before each word. So the place of a number in the
/// set is found by counting the bits of one word.
///
/// It is a view of memory that its owner provides and clears: an eighth of a byte a number, and half as much again.
@usableFromInline
package struct RankBitmap {
  @usableFromInline let words: UnsafeMutableBufferPointer<UInt64>
  @usableFromInline let ranks: UnsafeMutableBufferPointer<UInt32>

  /// How many words the numbers below `limit` take.
  @inlinable
  package static func wordCount(limit: Int) -> Int { dividedUp(limit, by: 64) }

  /// Makes a view; it changes nothing.
  ///
  /// - Parameters:
  ///   - words: a bit for each number, all zero or as an earlier view has left them.
  ///   - ranks: as many as words, with any values until `seal`.
  @inlinable
  package init(words: UnsafeMutableBufferPointer<UInt64>, ranks: UnsafeMutableBufferPointer<UInt32>) {
    self.words = words
    self.ranks = ranks
  }

  /// Adds a number, which is below the limit. To be called before `seal`.
  @inlinable @inline(__always)
  package func insert(_ number: Int) { words[number >> 6] |= 1 << UInt64(truncatingIfNeeded: number & 63) }

  /// Counts the numbers before each word that has any.
  ///
  /// - Parameter body: called with the numbers that were inserted, ascending.
  /// - Returns: how many there are.
  @inlinable
  @discardableResult
  package func seal(_ body: (Int) -> Void = { _ in }) -> Int {
    var count = 0
    for index in words.indices {
      var word = words[index]
      guard word != 0 else { continue }
      ranks[index] = UInt32(truncatingIfNeeded: count)
      count += word.nonzeroBitCount
      while word != 0 {
        body(index << 6 + word.trailingZeroBitCount)
        word &= word - 1
      }
    }
    return count
  }

  /// The place of a number among all that were inserted before `seal`.
  @inlinable @inline(__always)
  package func rank(of number: Int) -> Int {
    let below = words[number >> 6] & (1 << UInt64(truncatingIfNeeded: number & 63) - 1)
    return Int(ranks[number >> 6]) + below.nonzeroBitCount
  }

  /// Removes all numbers that share a word with `number`.
  @inlinable @inline(__always)
  package func clearWord(of number: Int) { words[number >> 6] = 0 }
}
