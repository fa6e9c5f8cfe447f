import GasBase
import GasFiles
import GasFormats
import GasStore

/// The table of nodes: a row and an id for each, and columns that become features. The i-th row is node i.
final class NodeTable {
  /// The rows by id.
  let table: KeyedTable
  /// The columns that may become features.
  private let places: [Int]
  private let format: FieldFormat
  private let reading: TableReading
  private var profiles: [ColumnProfile] = []
  private var rowCount = 0

  /// - Parameters:
  ///   - table: the file, and where its ids are.
  ///   - places: the columns that may become features.
  ///   - format: how fields are written.
  ///   - reading: where words are kept.
  init(_ table: KeyedTable, columns places: [Int], _ format: FieldFormat, _ reading: TableReading) {
    self.table = table
    self.places = places
    self.format = format
    self.reading = reading
  }

  private var file: TableFile { table.file }

  /// Numbers all ids, and looks at the fields of all columns.
  ///
  /// - Throws: `GasError` naming a row without an id, or the two rows of one.
  func readIds() throws {
    profiles = places.map { ColumnProfile(file.columns[$0]) }
    var lastRow = LastRowDoubt(columns: 1)
    try file.forEachRow("looking at") { reader in
      let id = reader[table.idPlace]
      guard !id.isEmpty else {
        throw GasError(
          expected: "an id in column \"\(file.columns[table.idPlace].excerpt)\"", found: "none in row \(reader.row)",
          file: file.name, at: .line(reader.line))
      }
      guard try table.ids.add(id, reader).isNew else { throw table.repetition(reader) }
      lastRow.add(table.idPlace, column: 0, reader)
      for (number, place) in places.enumerated() { profiles[number].add(reader[place], format, reader) }
    }
    rowCount = table.ids.all.count
    table.ids.tableCount = rowCount
    if let sentence = lastRow.sentence { reading.inputs.note(sentence) }
  }

  /// Decides what each column is.
  ///
  /// - Parameters:
  ///   - kinds: what the user says.
  ///   - nodeCount: how many nodes there are; those without a row have gaps.
  /// - Returns: the columns with means and deviations of all nodes, and reasons.
  /// - Throws: `GasError` naming a field that is not what its column is.
  func decide(_ kinds: ColumnKinds, nodeCount: Int) throws -> [ColumnKinds.Decision] {
    let wordy = profiles.indices.filter { kinds.needsWords(profiles[$0]) }
    if !wordy.isEmpty {
      try file.forEachRow("reading words of") { reader in
        for number in wordy {
          try profiles[number].addWord(reader[places[number]], format, reader, in: reading.space)
        }
      }
    }
    return try profiles.map { profile in
      var profile = profile
      profile.addGaps(nodeCount - rowCount)
      return try kinds.decide(profile, isWanted: kinds.asked[profile.name] != nil)
    }
  }

  /// Takes means and deviations of some nodes alone. A column of which nothing is known there keeps those of all.
  func standardise(_ columns: inout [TableEncoding.Column], on isTraining: (Int) -> Bool) throws {
    let numeric = columns.indices.filter { [.number, .date, .boolean].contains(columns[$0].kind) }
    guard !numeric.isEmpty else { return }
    var moments = [Moments](repeating: Moments(), count: columns.count)
    try file.forEachRow("measuring") { reader in
      guard isTraining(reader.row - 1) else { return }
      for column in numeric {
        let field = reader[places[column]]
        if !format.isGap(field), let value = value(field, columns[column].kind) { moments[column].add(value) }
      }
    }
    for column in numeric where moments[column].count > 0 {
      columns[column].mean = moments[column].mean
      if columns[column].kind != .boolean { columns[column].deviation = moments[column].deviation }
    }
  }

  private func value(_ field: UnsafeRawBufferPointer, _ kind: TableEncoding.Column.Kind) -> Double? {
    switch kind {
    case .number: format.number(field)
    case .date: DateText.seconds(field)
    default: FieldValues.truth(field) ?? format.number(field)
    }
  }

  /// Writes the features of all nodes.
  ///
  /// - Parameters:
  ///   - columns: what becomes of the columns, by name.
  ///   - nodeCount: how many nodes there are.
  ///   - path: the `.npy` file.
  /// - Returns: the encoder, which has counted gaps and strangers; `nil` if there are no features.
  /// - Throws: `GasError` naming a field that is not what its column is.
  func writeFeatures(_ columns: [TableEncoding.Column], nodeCount: Int, to path: String) throws -> RowEncoder? {
    let places = try columns.map { $0.kind == .none ? nil : try file.column($0.name, "as in the other store") }
    let encoder = try RowEncoder(columns, at: places, format, in: reading.space)
    guard encoder.width > 0 else { return nil }
    try reading.space.checkRow(
      of: encoder.width, "features", bytesEach: 16, file: file.name, advice: "pass --drop with some columns")
    let writer = try NpyWriter(creating: path, type: .float32, shape: [nodeCount, encoder.width])
    let memory = Buffer<Float>()
    let row = memory.resized(to: encoder.width)
    try file.forEachRow("encoding") { reader in
      try encoder.encode(reader, into: row)
      try writer.append(UnsafeBufferPointer(row))
    }
    for _ in rowCount..<nodeCount {
      encoder.encodeGaps(into: row)
      try writer.append(UnsafeBufferPointer(row))
    }
    try writer.finish()
    return encoder
  }
}
