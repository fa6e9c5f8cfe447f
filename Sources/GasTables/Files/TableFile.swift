import GasBase
import GasEdges
import GasFiles
import GasFormats

/// What reading tables takes besides their files.
struct TableReading {
  let inputs: InputLog
  let space: Workspace
  let progress: ProgressDisplay
  /// What separates fields; `nil` if headers tell.
  let separator: UInt8?
  /// Whether numbers have a comma where others have a point.
  let hasDecimalCommas: Bool
  /// Whether u → v and v → u are two edges.
  let isDirected: Bool
}

/// A table that is read several times, always as a whole. What can be read only once, a pipe or standard input, is
/// copied to a scratch file first. Not thread-safe.
final class TableFile {
  /// What messages call the table.
  let name: String
  /// The names of its columns.
  let columns: [String]
  /// The columns whose names the header leaves empty.
  let unnamed: Set<Int>
  /// The first row as it is written, and what separates its fields.
  private let header: String
  private let separator: UInt8
  /// Why the first row may be no names of columns.
  private let headerDoubt: HeaderDoubt?
  private let reading: TableReading
  /// The file that is read: the user's, or the copy.
  private let path: String
  /// The checksum that every pass has to find.
  private var checksum: UInt32?

  /// Opens a table and reads its header.
  ///
  /// - Parameters:
  ///   - path: a file, a pipe, or `-` for standard input.
  ///   - reading: where copies go, and what is shown.
  /// - Throws: `GasError` if it cannot be opened, or has no header.
  init(_ path: String, _ reading: TableReading) throws {
    self.reading = reading
    let source = try Self.source(path, reading)
    name = source.file.name
    if source.file.totalBytes == nil || source.file.isStandardInput {
      self.path = try Self.copy(source, reading)
    } else {
      self.path = path
    }
    let reader = try CSVReader(Self.source(self.path, reading), called: name, separator: reading.separator)
    (columns, unnamed) = (reader.columns, reader.unnamed)
    header = reader.header
    separator = reader.separator
    let line = reader.line
    let comments = Self.text(ofComments: reader)
    headerDoubt = HeaderDoubt(columns, Self.firstRows(reader), commas: reading.hasDecimalCommas)
    if let comments { reading.inputs.note(comments) }
    if let headerDoubt { reading.inputs.note("\(name):\(line): \(headerDoubt.sentence)") }
  }

  /// Says which lines were taken for comments; the reader is at the header.
  private static func text(ofComments reader: CSVReader) -> String? {
    let count = reader.commentCount
    guard count > 0 else { return nil }
    let comments = count == 1 ? "1 line that begins with # was" : "\(count) lines that begin with # were"
    return "\(reader.name): \(comments) left out as comments: line \(reader.line) names the columns"
  }

  /// The fields of some rows behind the header, up to the first that is damaged: reading them says what is wrong.
  private static func firstRows(_ reader: CSVReader) -> [[String]] {
    var rows: [[String]] = []
    while rows.count < HeaderDoubt.rowCount, (try? reader.next()) == true {
      rows.append(reader.columns.indices.map { String(decoding: reader[$0], as: UTF8.self) })
    }
    return rows
  }

  private static func source(_ path: String, _ reading: TableReading) throws -> ByteSource {
    try ByteSource(opening: path, memoryBytes: ByteSource.unpackingBytes(of: reading.space.memoryBytes))
  }

  /// Writes what can be read only once to a file, unpacked. Returns its path.
  private static func copy(_ source: ByteSource, _ reading: TableReading) throws -> String {
    let path = reading.space.scratch.newPath() + ".csv"
    let file = try FileWriter(creating: path)
    let line = reading.progress.line("reading \(source.file.name)", total: nil, unit: "bytes")
    defer { line?.finish() }
    let memory = Buffer<UInt8>()
    let bytes = UnsafeMutableRawBufferPointer(memory.resized(to: 1 << 20))
    while true {
      let count = try source.read(into: bytes)
      try file.write(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
      line?.advance(by: count)
      guard count == bytes.count else { break }
    }
    try file.close()
    reading.inputs.record(source.file)
    reading.inputs.note(path, madeOf: source.file.name)
    return path
  }

  /// Finds a column.
  ///
  /// - Parameters:
  ///   - name: as the header has it.
  ///   - flag: the flag that names it, for the message.
  /// - Returns: its place.
  /// - Throws: `GasError` that lists the columns.
  func column(_ name: String, _ flag: String) throws -> Int {
    if let place = columns.firstIndex(of: name) { return place }
    let problem = ColumnNames.unknown(name, flag, among: columns, file: self.name)
    let otherSeparator = SeparatorHint(header, cutTo: columns.count, by: separator).advice(for: name)
    let comment = columns[0].hasPrefix("#") ? "if the line that begins with # is a comment, take it away" : nil
    let hints = [problem.advice, otherSeparator, comment, headerDoubt?.sentence]
    throw GasError(problem.problem, file: self.name, advice: hints.compactMap(\.self).joined(separator: "; "))
  }

  /// Reads the table from front to back.
  ///
  /// - Parameters:
  ///   - title: what is being done, for the progress line.
  ///   - body: is called at each row.
  /// - Throws: `GasError` if a row is damaged, the table has no rows, or the file has changed since it was read before;
  ///   what `body` throws.
  func forEachRow(_ title: String, _ body: (CSVReader) throws -> Void) throws {
    let source = try Self.source(path, reading)
    let reader = try CSVReader(source, called: name, separator: reading.separator)
    guard reader.columns == columns else { throw changed() }
    let line = reading.progress.line("\(title) \(name)", total: source.file.totalBytes, unit: "bytes")
    defer { line?.finish() }
    var done = 0
    while try reader.next() {
      try body(reader)
      guard reader.row % 4096 == 0 else { continue }
      line?.advance(by: source.file.byteCount - done)
      done = source.file.byteCount
    }
    guard reader.row > 0 else {
      throw GasError(expected: "rows behind the header", found: "none", file: name, at: .line(1))
    }
    if checksum == nil && !reading.inputs.isMade(path) { reading.inputs.record(source.file) }
    guard checksum ?? source.file.checksum == source.file.checksum else { throw changed() }
    checksum = source.file.checksum
  }

  private func changed() -> GasError {
    GasError("the file was changed while it was read", file: name, advice: "run the command again")
  }
}

/// Names of columns, and what somebody may have meant who wrote another.
enum ColumnNames {
  private static let longestList = 40

  /// The error for a column that is not there.
  static func unknown(
    _ name: String, _ flag: String, among columns: [String], file: String?, _ what: String = "column"
  ) -> GasError {
    // Two tables may have a column in common.
    var seen: Set<String> = []
    let columns = columns.filter { seen.insert($0).inserted }
    let guess = columns.map { ($0, distance($0.lowercased(), name.lowercased())) }.min { $0.1 < $1.1 }
    let isClose = guess.map { $0.1 <= max(1, name.count / 3) } ?? false
    let shown = columns.prefix(longestList).map { $0.excerpt }.joined(separator: ", ")
    let list =
      columns.isEmpty
      ? nothing(what) : "the \(what)s are \(shown)\(columns.count > longestList ? ", … (\(columns.count))" : "")"
    let hint =
      commaAdvice(name, flag, among: columns).map { "\($0); " }
      ?? (isClose ? "did you mean \"\(guess!.0.excerpt)\"? " : "")
    return GasError(
      "there is no \(what) \"\(name.excerpt)\" (\(flag))", file: file, advice: "\(hint)\(list)")
  }

  /// What is said where there is nothing to choose from: no table of nodes, and no column of edges that is a feature.
  private static func nothing(_ what: String) -> String {
    what == "column"
      ? "there is no table of nodes: pass --nodes, or --edge-columns with it if it is a column of edges"
      : "there are no \(what)s"
  }

  /// What to do about a column whose name has commas, which divide the names that a flag takes.
  ///
  /// - Parameters:
  ///   - name: what was found between commas.
  ///   - flag: the flag.
  ///   - columns: those that there are.
  /// - Returns: the advice; `nil` if the flag takes one name, or none of the columns has this between commas.
  private static func commaAdvice(_ name: String, _ flag: String, among columns: [String]) -> String? {
    guard ["--drop", "--label", "--edge-columns"].contains(flag) else { return nil }
    func plain(_ text: some StringProtocol) -> String { text.trimmed.lowercased() }
    let meant = columns.first { column in
      column.contains(",") && column.split(separator: ",").contains { plain($0) == plain(name) }
    }
    guard let meant else { return nil }
    let cause = "commas divide the names of \(flag), and one is in the name of column \"\(meant.excerpt)\""
    let way = flag == "--drop" ? "pass --kind \("\(meant)=drop".shellWord)" : "give the column a name without commas"
    return "\(cause): \(way)"
  }

  /// How many letters have to be changed, added or taken away to turn one word into the other (Levenshtein 1966).
  private static func distance(_ first: String, _ second: String) -> Int {
    let letters = Array(second)
    var row = Array(0...letters.count)
    for (place, letter) in first.enumerated() {
      var diagonal = row[0]
      row[0] = place + 1
      for column in letters.indices {
        let changed = diagonal + (letter == letters[column] ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(changed, diagonal + 1, row[column] + 1)
      }
    }
    return row[letters.count]
  }
}
