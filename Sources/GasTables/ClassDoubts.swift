import GasBase

/// What may surprise about the words that became classes: one class in several spellings, and numbers or texts that are
/// no classes at all. The words stay as they are; the report says what to do.
struct ClassDoubts {
  /// The word of each class.
  let words: [String]
  /// How many nodes have a class.
  let labelledCount: Int
  /// How numbers are written.
  let format: FieldFormat

  /// So many classes are usual, even of numbers.
  private static let usualCount = 20
  /// So many words are shown.
  private static let shownCount = 3

  /// Sentences for the report.
  ///
  /// - Parameter isAsked: whether the user says that the labels are classes.
  /// - Returns: none where nothing surprises.
  func notes(isAsked: Bool) -> [String] {
    [spellings, minusOne, isAsked ? nil : otherKind].compactMap(\.self)
  }

  /// Finds the word of another store that a word is another spelling of.
  ///
  /// - Parameters:
  ///   - word: a word that is none of them.
  ///   - words: the words of the classes.
  ///   - format: how numbers are written.
  /// - Returns: the word; `nil` if none is meant.
  static func likeness(of word: String, among words: [String], _ format: FieldFormat) -> String? {
    let doubts = ClassDoubts(words: words + [word], labelledCount: 0, format: format)
    let key = doubts.key(of: word, areTruths: doubts.areTruths)
    return words.first { doubts.key(of: $0, areTruths: doubts.areTruths) == key }
  }

  /// Classes that differ in nothing but their spelling.
  private var spellings: String? {
    let areTruths = areTruths
    var groups: [String: [String]] = [:]
    for word in words { groups[key(of: word, areTruths: areTruths), default: []].append(word) }
    let doubtful = groups.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
    guard !doubtful.isEmpty else { return nil }
    let shown = doubtful.prefix(Self.shownCount).map { group in
      let names = group.prefix(Self.shownCount + 1).map { "\"\($0.excerpt)\"" }
      return names.dropLast().joined(separator: ", ") + " and " + names.last!
    }
    return "classes of other spelling are other classes: " + shown.joined(separator: "; ")
      + (doubtful.count > shown.count ? "; …" : "") + "; if they are the same, write each in one way"
  }

  /// A class −1, which means in arrays of labels that one is missing. Beside a class 1 alone it is the other of two.
  private var minusOne: String? {
    let numbers = words.compactMap { number($0) }
    guard numbers.count == words.count, Set(numbers) != [-1, 1], let place = numbers.firstIndex(of: -1) else {
      return nil
    }
    let word = words[place]
    let all = GapWords.text(format.gaps + [word]).shellWord
    return "\"\(word.excerpt)\" is a class of its own; if it means that a label is missing, leave these fields empty"
      + ", or pass --gaps=\(all), which makes gaps of it in all columns"
  }

  /// What two spellings of one class have in common: the number, the truth, or the letters.
  private func key(of word: String, areTruths: Bool) -> String {
    let plain = word.trimmed.lowercased()
    if let number = areTruths ? truth(plain) ?? number(plain) : number(plain) { return "number \(number + 0)" }
    return "word " + plain
  }

  /// Whether all words are yes, no and the like: "t" alone may be any class.
  private var areTruths: Bool {
    words.allSatisfy { word in
      let plain = word.trimmed
      return truth(plain) != nil || number(plain).map { $0 == 0 || $0 == 1 } ?? false
    }
  }

  private func truth(_ word: String) -> Double? {
    var word = word
    return word.withUTF8 { FieldValues.truth(UnsafeRawBufferPointer($0)) }
  }

  private func number(_ word: String) -> Double? {
    guard NumberSpelling.isNumber(word, format.hasDecimalCommas) else { return nil }
    return Double(format.hasDecimalCommas ? word.replacing(",", with: ".") : word)
  }

  /// Labels that may be amounts, or a column that has another meaning.
  private var otherKind: String? {
    let numbers = words.map { number($0) }
    let areNumbers = numbers.allSatisfy { $0 != nil } || words.allSatisfy(isLikeNumber)
    let haveDecimals = numbers.contains { $0.map { $0 != $0.rounded() } ?? false }
    let isMany = words.count > Self.usualCount
    if areNumbers && words.count > 2 && (isMany || haveDecimals) {
      let example = (words.first { word in number(word).map { $0 != $0.rounded() } ?? false } ?? words[0]).excerpt
      return
        "labels are numbers, such as \(example), and each of the \(words.count) is a class of its own; if they are "
        + "amounts, pass --label-kind regression"
    }
    guard isMany, 2 * words.count > labelledCount else { return nil }
    return
      "\(words.count) classes of \(Units.plural(labelledCount, "labelled node")): most nodes have a class to themselves; "
      + "if the column holds something else than classes, name another as --label"
  }

  private func isLikeNumber(_ word: String) -> Bool {
    guard number(word) == nil else { return true }
    var word = word
    return word.withUTF8 { NumberHint(UnsafeRawBufferPointer($0), format) != nil }
  }
}
