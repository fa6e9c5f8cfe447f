import GasBase
import GasEdges
import GasFiles
import GasFormats

/// What all fields of a column have in common: found in one pass, and its words in another where they matter.
///
/// Memory: of a column of words, up to 4096 different ones of up to 1 MiB together, however many there are.
struct ColumnProfile {
  /// A field that is not of some kind.
  struct Exception {
    var file: String
    var row: Int
    var line: Int
    var text: String
    /// What it may mean where a number is wanted.
    var hint: NumberHint?

    fileprivate init(_ field: UnsafeRawBufferPointer, _ reader: CSVReader, _ hint: NumberHint? = nil) {
      (file, row, line, text) = (reader.name, reader.row, reader.line, field.shown)
      self.hint = hint
    }
  }

  /// Fields that are of a kind, and the first that is not.
  struct Tally {
    private(set) var count = 0
    private(set) var exception: Exception?
    /// The first number that float32 would turn into 0 or infinity.
    private(set) var outside: Exception?
    private(set) var moments = Moments()

    fileprivate mutating func add(_ value: Double?, _ field: UnsafeRawBufferPointer, _ reader: CSVReader) {
      if let value {
        count += 1
        moments.add(value)
      } else if exception == nil {
        exception = Exception(field, reader)
      }
    }

    /// Takes a number of a column whose fields may all be numbers.
    fileprivate mutating func addNumber(
      _ value: Double?, _ field: UnsafeRawBufferPointer, _ format: FieldFormat, _ reader: CSVReader
    ) {
      let isFirst = exception == nil
      add(value, field, reader)
      if value == nil && isFirst { exception?.hint = NumberHint(field, format) }
      if value != nil && outside == nil && format.float(field) == nil { outside = Exception(field, reader) }
    }
  }

  let name: String
  /// Fields that are no gaps.
  private(set) var count = 0
  private(set) var gapCount = 0
  private(set) var numbers = Tally()
  private(set) var dates = Tally()
  private(set) var truths = Tally()
  /// The first number with a comma where numbers have a point, and how many there are.
  private(set) var commaNumbers = (count: 0, first: Exception?.none)
  /// Dates in another form than ISO 8601.
  private(set) var otherDateCount = 0
  /// Numbers with a percent sign, or with something between their thousands.
  private(set) var otherNumberCount = 0
  /// Whether all fields are the same.
  private(set) var isConstant = true
  private var first: [UInt8] = []
  /// The different words; `nil` until they are asked for.
  private(set) var words: WordSet?

  init(_ name: String) { self.name = name }

  /// Takes the field of a row.
  mutating func add(_ field: UnsafeRawBufferPointer, _ format: FieldFormat, _ reader: CSVReader) {
    guard !format.isGap(field) else {
      gapCount += 1
      return
    }
    if count == 0 { first = Array(field) } else if isConstant { isConstant = field.elementsEqual(first) }
    count += 1
    let number = format.number(field)
    numbers.addNumber(number, field, format, reader)
    dates.add(number == nil ? DateText.seconds(field) : nil, field, reader)
    truths.add(number == nil ? FieldValues.truth(field) : nil, field, reader)
    if number == nil { lookAtOtherForms(of: field, format, reader) }
  }

  /// Takes the word of a row, in a pass of its own.
  mutating func addWord(
    _ field: UnsafeRawBufferPointer, _ format: FieldFormat, _ reader: CSVReader, in space: Workspace
  ) throws {
    let words = try self.words ?? WordSet(in: space)
    self.words = words
    if !words.isOverfull, !format.isGap(field) { try words.add(field, reader) }
  }

  /// Counts what a person would take for a number or a date, and is none here.
  private mutating func lookAtOtherForms(
    of field: UnsafeRawBufferPointer, _ format: FieldFormat, _ reader: CSVReader
  ) {
    if FieldValues.isOtherDate(field) { otherDateCount += 1 }
    if format.isOtherNumber(field) { otherNumberCount += 1 }
    guard FieldValues.commaNumber(field) != nil else { return }
    commaNumbers.count += 1
    guard commaNumbers.first == nil else { return }
    commaNumbers.first = Exception(field, reader)
  }

  /// Takes gaps for rows of a table that does not have the column.
  mutating func addGaps(_ count: Int) { gapCount += count }
}

/// Different words of a column, up to a limit beyond which they are only known to be many. Not thread-safe.
final class WordSet {
  private let table: StringTable
  private var byteCount = 0
  private let limit: Int
  /// Whether there are more words than are kept.
  private(set) var isOverfull = false

  /// The most words that are kept of a column.
  static let standardLimit = 4096
  private static let largestByteCount = 1 << 20

  init(in space: Workspace, limit: Int = WordSet.standardLimit) throws {
    table = try StringTable(in: space)
    self.limit = limit
  }

  var count: Int { table.count }

  /// The number of a word; `nil` if it was not kept.
  func number(of word: UnsafeRawBufferPointer) -> Int? { table.number(of: word).map { Int($0) } }

  /// Adds a word, unless there are too many.
  ///
  /// - Returns: its number; `nil` if it is not kept.
  /// - Throws: `GasError` if it is no UTF-8.
  @discardableResult
  func add(_ word: UnsafeRawBufferPointer, _ reader: CSVReader) throws -> Int? {
    // What is not UTF-8 is found as long as new words are kept.
    guard !isOverfull else { return number(of: word) }
    if let known = number(of: word) { return known }
    guard let text = String(validating: word, as: UTF8.self) else {
      throw GasError(
        expected: "text in UTF-8", found: "\(word.shown) in row \(reader.row)", file: reader.name,
        at: .line(reader.line), advice: "convert it: iconv -f LATIN1 -t UTF-8 \(reader.name.shellWord)")
    }
    guard count < limit, byteCount + text.utf8.count <= max(Self.largestByteCount, limit * 64) else {
      isOverfull = true
      return nil
    }
    byteCount += text.utf8.count
    return Int(try table.add(word).number)
  }

  func add(_ words: [String]) throws {
    for var word in words { _ = try word.withUTF8 { try table.add(UnsafeRawBufferPointer($0)) } }
  }

  /// The words by number.
  var all: [String] { (0..<count).map { table[$0] } }

  /// The words ascending by their bytes.
  var sorted: [String] { all.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
}
