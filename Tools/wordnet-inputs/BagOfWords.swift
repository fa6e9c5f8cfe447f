/// The words of each definition: a matrix of nodes × vocabulary in CSR form, all values 1.
///
/// Words are runs of letters, lower-cased. The vocabulary is the words that stand in the most texts, without those in
/// more than one text in twenty ("the", "of": they say nothing of the meaning) and those in fewer than `leastCount`
/// texts.
struct BagOfWords {
  /// The words, most frequent first. A word's place is its column.
  let vocabulary: [String]
  /// Row r has the columns `columns[starts[r] ..< starts[r + 1]]`, ascending.
  let starts: [Int64]
  let columns: [UInt32]

  var emptyRowCount: Int { zip(starts, starts.dropFirst()).count { $0 == $1 } }

  /// Reads texts, one for each node. At most `vocabularySize` words are kept.
  init(_ texts: [String], vocabularySize: Int, leastCount: Int = 5) {
    let rows = texts.map { Set(Self.words($0)) }
    let vocabulary = Self.vocabulary(rows, counts: leastCount...max(leastCount, rows.count / 20), size: vocabularySize)
    let numbers = Dictionary(uniqueKeysWithValues: vocabulary.enumerated().map { ($1, UInt32($0)) })
    var starts: [Int64] = [0]
    var columns: [UInt32] = []
    for row in rows {
      columns += row.compactMap { numbers[$0] }.sorted()
      starts.append(Int64(columns.count))
    }
    self.vocabulary = vocabulary
    self.starts = starts
    self.columns = columns
  }

  /// The runs of at least two letters in a text; "dog's" gives "dog".
  static func words(_ text: String) -> [String] {
    text.utf8.split { !isLetter($0) }.filter { $0.count > 1 }.map {
      String(decoding: $0.map { $0 | 0x20 }, as: UTF8.self)
    }
  }

  // WordNet is ASCII throughout, and setting bit 5 makes an ASCII letter a small one.
  private static func isLetter(_ byte: UInt8) -> Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
  }

  private static func vocabulary(_ rows: [Set<String>], counts limits: ClosedRange<Int>, size: Int) -> [String] {
    var counts: [String: Int] = [:]
    for row in rows {
      for word in row { counts[word, default: 0] += 1 }
    }
    let kept = counts.filter { limits ~= $0.value }
    // The alphabet decides between equals, so that the columns do not depend on the order of a hash table.
    return kept.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(size).map(\.key)
  }
}
