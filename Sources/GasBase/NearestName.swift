extension String {
  /// The known name that this one was probably meant to be: the nearest by inserted, left-out, replaced and swapped
  /// letters, whatever their case. `nil` where none is near.
  ///
  /// - Parameter known: the names that there are; of equally near ones the first is taken.
  /// - Returns: one of them.
  package func nearest(of known: [String]) -> String? {
    let letters = Array(lowercased())
    let most = letters.count <= 3 ? 1 : letters.count / 3
    // Names of other lengths are farther away, and a text as long as a file is near none.
    let ranked = known.filter { abs($0.count - letters.count) <= most }.map {
      (name: $0, distance: Self.distance(letters, Array($0.lowercased())))
    }
    guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= most else { return nil }
    return best.name
  }

  /// Advice that names the nearest known name, for the end of an error.
  package func suggestion(of known: [String]) -> String? { nearest(of: known).map { "did you mean \($0)?" } }

  /// How many letters have to be inserted, left out, replaced or swapped with their neighbours (optimal string
  /// alignment).
  private static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var (before, last) = ([Int](), Array(0...b.count))
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        var cost = Swift.min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = Swift.min(cost, before[j - 1] + 1) }
        row.append(cost)
      }
      (before, last) = (last, row)
    }
    return last[b.count]
  }
}
