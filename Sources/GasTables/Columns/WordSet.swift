import GasBase
import GasEdges
import GasFiles
import GasFormats

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
        at: .line(reader.line), advice: TextEncoding.advice(reader.name))
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
