import GasBase
import GasFormats

extension ColumnProfile {
  /// A field that is not of some kind.
  struct Exception {
    var file: String
    var row: Int
    var line: Int
    /// The field as messages show it.
    var text: String
    /// The field, if it is short enough to be a word that means that nothing is known.
    var word: String?
    /// What it may mean where a number is wanted.
    var hint: NumberHint?

    private static let longestWord = 20

    init(_ field: UnsafeRawBufferPointer, _ reader: CSVReader, _ hint: NumberHint? = nil) {
      (file, row, line, text) = (reader.name, reader.row, reader.line, field.shown)
      word = field.count > Self.longestWord ? nil : String(validating: field, as: UTF8.self)
      self.hint = hint
    }

    /// The field and its place, as messages have them.
    var place: String { "\(text) in row \(row)" }
  }

  /// Fields that are of a kind, and the first that is not.
  struct Tally {
    private(set) var count = 0
    private(set) var exception: Exception?
    /// The first number that float32 would turn into 0 or infinity.
    private(set) var outside: Exception?
    private(set) var moments = Moments()

    mutating func add(_ value: Double?, _ field: UnsafeRawBufferPointer, _ reader: CSVReader) {
      if let value {
        count += 1
        moments.add(value)
      } else if exception == nil {
        exception = Exception(field, reader)
      }
    }

    /// Takes a number of a column whose fields may all be numbers.
    mutating func addNumber(
      _ value: Double?, _ field: UnsafeRawBufferPointer, _ format: FieldFormat, _ reader: CSVReader
    ) {
      let isFirst = exception == nil
      add(value, field, reader)
      if value == nil && isFirst { exception?.hint = NumberHint(field, format) }
      if value != nil && outside == nil && format.float(field) == nil { outside = Exception(field, reader) }
    }
  }

  /// Fields that are numbers in another spelling, and an example of them.
  struct OtherNumbers {
    /// Fields that can be nothing but numbers, and the one that tells most.
    private(set) var certain = (count: 0, example: Exception?.none)
    /// Fields that may be words as well, and the first.
    private(set) var doubtful = (count: 0, example: Exception?.none)

    /// What fields may mean, by their shapes: there are few of these, and looking at one takes microseconds.
    private var hints: [[UInt8]: NumberHint?] = [:]
    /// A column of more shapes is not written in one way.
    private static let mostShapes = 1024

    mutating func look(at field: UnsafeRawBufferPointer, _ format: FieldFormat, _ reader: CSVReader) {
      guard NumberSpelling.mayBe(field), let hint = hint(field, format) else { return }
      guard hint.spelling.mayBeWord else {
        certain.count += 1
        // A single comma may stand for a point or divide thousands; others leave no doubt.
        guard certain.example.map({ Self.isAmbiguous($0.hint) && !Self.isAmbiguous(hint) }) ?? true else { return }
        return certain.example = Exception(field, reader, hint)
      }
      doubtful.count += 1
      if doubtful.example == nil { doubtful.example = Exception(field, reader, hint) }
    }

    private mutating func hint(_ field: UnsafeRawBufferPointer, _ format: FieldFormat) -> NumberHint? {
      let shape = NumberSpelling.shape(of: field)
      if let known = hints[shape] { return known }
      guard hints.count < Self.mostShapes else { return nil }
      let hint = NumberHint(field, format)
      hints[shape] = .some(hint)
      return hint
    }

    private static func isAmbiguous(_ hint: NumberHint?) -> Bool {
      [.otherMark, .unbounded].contains(hint?.spelling)
    }
  }
}
