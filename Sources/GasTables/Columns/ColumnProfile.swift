import GasBase
import GasEdges
import GasFiles
import GasFormats

/// What all fields of a column have in common: found in one pass, and its words in another where they matter.
///
/// Memory: of a column of words, up to 4096 different ones of up to 1 MiB together, however many there are.
struct ColumnProfile {
  let name: String
  /// Fields that are no gaps.
  private(set) var count = 0
  private(set) var gapCount = 0
  private(set) var numbers = Tally()
  private(set) var dates = Tally()
  private(set) var truths = Tally()
  /// Fields that a person takes for numbers, and that are none as numbers are read.
  private(set) var otherNumbers = OtherNumbers()
  /// The first number with zeros in front, as postcodes have them; `nil` if there is none.
  private(set) var padded: Exception?
  /// Dates in another form than ISO 8601.
  private(set) var otherDateCount = 0
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
    if padded == nil, FieldValues.isPadded(field) { padded = Exception(field, reader) }
    let date = number == nil ? DateText.seconds(field) : nil
    dates.add(date, field, reader)
    truths.add(number == nil ? FieldValues.truth(field) : nil, field, reader)
    guard number == nil && date == nil else { return }
    if OtherDate.matches(field) { otherDateCount += 1 }
    otherNumbers.look(at: field, format, reader)
  }

  /// Takes the word of a row, in a pass of its own.
  mutating func addWord(
    _ field: UnsafeRawBufferPointer, _ format: FieldFormat, _ reader: CSVReader, in space: Workspace
  ) throws {
    let words = try self.words ?? WordSet(in: space)
    self.words = words
    if !words.isOverfull, !format.isGap(field) { try words.add(field, reader) }
  }

  /// Takes gaps for rows of a table that does not have the column.
  mutating func addGaps(_ count: Int) { gapCount += count }
}
