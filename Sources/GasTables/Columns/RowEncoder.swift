import GasBase
import GasFiles
import GasFormats
import GasStore

/// Turns the fields of a row into features, as an encoding says. Not thread-safe.
final class RowEncoder {
  /// A column, and what is needed to find the words that have a feature.
  private struct Column {
    let encoding: TableEncoding.Column
    /// Its place in the table; `nil` if the table does not have it, and all fields are gaps.
    let place: Int?
    let words: WordSet?
    /// The first of its features.
    let start: Int
    let factor: Double
  }

  /// How many features a row has.
  let width: Int
  /// Fields of each column that were gaps.
  private(set) var gapCounts: [Int]
  /// Fields of each column whose category has no feature.
  private(set) var strangerCounts: [Int]
  private var columns: [Column] = []
  private let format: FieldFormat

  /// Prepares to encode rows of a table.
  ///
  /// - Parameters:
  ///   - encodings: what becomes of the columns.
  ///   - places: where they are in the table; `nil` where the table does not have one.
  ///   - format: how fields are written.
  ///   - space: where words are kept.
  /// - Throws: `GasError` if the disk has no space for them.
  init(_ encodings: [TableEncoding.Column], at places: [Int?], _ format: FieldFormat, in space: Workspace) throws {
    self.format = format
    var start = 0
    for (encoding, place) in zip(encodings, places) {
      let words = try encoding.categories.map { categories in
        let words = try WordSet(in: space)
        try words.add(categories)
        return words
      }
      let deviation = encoding.deviation ?? 0
      columns.append(
        Column(
          encoding: encoding, place: place, words: words, start: start, factor: deviation > 0 ? 1 / deviation : 0))
      start += encoding.width
    }
    width = start
    gapCounts = [Int](repeating: 0, count: columns.count)
    strangerCounts = gapCounts
  }

  /// Encodes the current row of a table.
  ///
  /// - Parameters:
  ///   - reader: is at the row.
  ///   - row: `width` features.
  /// - Throws: `GasError` naming a field that is not what its column is.
  func encode(_ reader: CSVReader, into row: UnsafeMutableBufferPointer<Float>) throws {
    row.update(repeating: 0)
    for (number, column) in columns.enumerated() where column.encoding.kind != .none {
      guard let field = column.place.map({ reader[$0] }), !format.isGap(field) else {
        gapCounts[number] += 1
        encodeGap(column, into: row)
        continue
      }
      switch column.encoding.kind {
      case .number:
        let number = format.float(field) == nil ? nil : format.number(field)
        row[column.start] = try scaled(number, column, field, reader)
      case .date: row[column.start] = try scaled(DateText.seconds(field), column, field, reader)
      case .boolean:
        guard let truth = FieldValues.truth(field) ?? format.number(field), truth == 0 || truth == 1 else {
          throw stranger(field, column, reader)
        }
        row[column.start] = Float(truth)
      case .category:
        guard let word = column.words!.number(of: field) else {
          strangerCounts[number] += 1
          continue
        }
        row[column.start + word] = 1
      case .hash: row[column.start + Self.bucket(of: field, among: column.encoding.buckets!)] = 1
      case .none: break
      }
    }
  }

  /// Encodes a row of which nothing is known.
  func encodeGaps(into row: UnsafeMutableBufferPointer<Float>) {
    row.update(repeating: 0)
    for (number, column) in columns.enumerated() where column.encoding.kind != .none {
      gapCounts[number] += 1
      encodeGap(column, into: row)
    }
  }

  /// The mean takes the place of a number, which is 0 after scaling; a category has no 1. The flag, if there is one, is
  /// the last feature of the column.
  private func encodeGap(_ column: Column, into row: UnsafeMutableBufferPointer<Float>) {
    if column.encoding.kind == .boolean { row[column.start] = Float(column.encoding.mean!) }
    if column.encoding.flagsGaps { row[column.start + column.encoding.width - 1] = 1 }
  }

  private func scaled(
    _ value: Double?, _ column: Column, _ field: UnsafeRawBufferPointer, _ reader: CSVReader
  ) throws -> Float {
    guard let value else { throw stranger(field, column, reader) }
    let scaled = Float((value - column.encoding.mean!) * column.factor)
    guard scaled.isFinite else {
      throw GasError(
        expected: "a number up to 3.4e38 deviations from the mean of column \"\(column.encoding.name.excerpt)\"",
        found: "\(field.shown) in row \(reader.row)", file: reader.name, at: .line(reader.line),
        advice: "correct the field, or leave it empty if nothing is known")
    }
    return scaled
  }

  private func stranger(_ field: UnsafeRawBufferPointer, _ column: Column, _ reader: CSVReader) -> GasError {
    let hint = column.encoding.kind == .number ? NumberHint(field, format) : nil
    return GasError(
      expected: "\(hint?.expected ?? "a \(column.encoding.kind)") in column \"\(column.encoding.name.excerpt)\"",
      found: "\(field.shown) in row \(reader.row)", file: reader.name, at: .line(reader.line),
      advice: hint?.advice ?? "correct the field, or leave it empty if nothing is known")
  }

  /// The bucket of a word: FNV-1a of 64 bits (Fowler, Noll, Vo), modulo the number of buckets.
  static func bucket(of word: UnsafeRawBufferPointer, among count: Int) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in word { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return Int(hash % UInt64(count))
  }
}
