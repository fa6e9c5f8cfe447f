import GasBase
import GasEdges
import GasFiles
import GasFormats
import GasGraph
import GasStore

/// The tables of edges, read one after the other: a row an edge, with the ids of its ends.
final class EdgeTables {
  /// A table, and where its columns are.
  struct Table {
    let file: TableFile
    let source: Int
    let target: Int
    let weight: Int?
    /// The columns that become features; `nil` where the table does not have one.
    let columns: [Int?]
    /// The number of its relation.
    var relation: Int?
  }

  private let tables: [Table]
  private let names: [String]
  private let sources: TableIds
  private let targets: TableIds
  private let options: TableOptions
  private let format: FieldFormat
  private let reading: TableReading
  /// Edges that were left out since an end is unknown.
  private(set) var droppedCount = 0
  /// The unknown ends of such edges, or those that became nodes.
  private var unknownIds = UnknownIdSample()
  /// How many nodes the table of nodes has.
  private var knownCount = 0
  private var edgeCount = 0
  /// The number of the first edge behind each table.
  private var ends: [Int] = []

  /// - Parameters:
  ///   - tables: the files, and where their columns are.
  ///   - names: the columns that become features.
  ///   - ends: the ids of sources and of targets.
  ///   - options: what the user asks for.
  ///   - format: how fields are written.
  ///   - reading: where edges are kept.
  init(
    _ tables: [Table], columns names: [String], between ends: (sources: TableIds, targets: TableIds),
    _ options: TableOptions, _ format: FieldFormat, _ reading: TableReading
  ) {
    self.tables = tables
    self.names = names
    (sources, targets) = ends
    self.options = options
    self.format = format
    self.reading = reading
  }

  /// Reads all edges, and looks at the fields of the columns that become features.
  ///
  /// - Returns: the edges between numbered nodes, and what the columns have in common.
  /// - Throws: `GasError` naming a row whose ends or weight are not as they should be.
  func read() throws -> (edges: EdgeLog<UInt32>, profiles: [ColumnProfile]) {
    let isWeighted = options.weight != nil || options.countsEdges
    knownCount = sources.all.count
    let log = try EdgeLog<UInt32>(in: reading.space, isWeighted: isWeighted)
    var profiles = names.map { ColumnProfile($0) }
    var chunk = EdgeChunk<UInt32>()
    for table in tables {
      var lastRow = LastRowDoubt(columns: 2)
      try forEachEdge(of: table, "reading", isFirst: true) { reader, source, target in
        edgeCount += 1
        lastRow.add(table.source, column: 0, reader)
        lastRow.add(table.target, column: 1, reader)
        chunk.sources.append(source)
        chunk.targets.append(target)
        if isWeighted { chunk.weights.append(try weight(table, reader)) }
        for (number, place) in table.columns.enumerated() {
          if let place { profiles[number].add(reader[place], format, reader) } else { profiles[number].addGaps(1) }
        }
        guard chunk.count == Self.edgesPerChunk else { return }
        try log.append(chunk)
        chunk = EdgeChunk()
      }
      ends.append(edgeCount)
      if let sentence = lastRow.sentence { reading.inputs.note(sentence) }
    }
    try log.append(chunk)
    if log.count == 0, droppedCount > 0, let example = unknownIds.example {
      throw example.error(leavingOutEvery: "edge", droppedCount, sources, nodesName)
    }
    noteHeaders()
    noteUnknownIds()
    return (log, profiles)
  }

  /// What messages call the table of nodes.
  private var nodesName: String { options.nodes ?? "the table of nodes" }

  /// Says which ids are not in the table of nodes, and what became of them.
  private func noteUnknownIds() {
    guard let example = unknownIds.example else { return }
    reading.inputs.note(
      example.note(
        droppedCount > 0
          ? "--unknown drop left out \(Units.plural(droppedCount, "edge"))"
          : "--unknown add made \(Units.plural(unknownIds.count, "node"))", nodesName))
  }

  /// Says which first rows name nodes where they should name columns.
  private func noteHeaders() {
    for table in tables {
      let ends = [(table.source, sources), (table.target, targets)].map { (name: table.file.columns[$0], ids: $1) }
      guard let end = ends.first(where: { $0.ids.node($0.name) != nil }) else { continue }
      reading.inputs.note(
        "\(table.file.name): the first row was taken for the names of the columns, but \"\(end.name.excerpt)\" is a node too; "
          + "if that row is an edge, put a row of names in front of it")
    }
  }

  private static let edgesPerChunk = 1 << 16

  /// Reads the words of columns.
  ///
  /// - Parameters:
  ///   - profiles: what `read` has returned; some of them get their words.
  ///   - needsWords: tells which of them.
  /// - Throws: `GasError` for words that are no UTF-8.
  func readWords(of profiles: inout [ColumnProfile], where needsWords: (ColumnProfile) -> Bool) throws {
    let wordy = profiles.indices.filter { needsWords(profiles[$0]) }
    guard !wordy.isEmpty else { return }
    for table in tables where wordy.contains(where: { table.columns[$0] != nil }) {
      try forEachEdge(of: table, "reading words of", isFirst: false) { reader, _, _ in
        for number in wordy {
          guard let place = table.columns[number] else { continue }
          try profiles[number].addWord(reader[place], format, reader, in: reading.space)
        }
      }
    }
  }

  /// Writes the features of all edges, in the order in which they were read.
  ///
  /// - Parameters:
  ///   - edges: what `read` has returned.
  ///   - encodings: what becomes of the columns.
  ///   - relationCount: how many relations there are; each has a feature behind those of the columns.
  ///   - path: the `.npy` file.
  /// - Returns: encoders of the tables, which have counted gaps and strangers; none if there are no features.
  /// - Throws: `GasError` naming a field that is not what its column is.
  func writeFeatures(
    of edges: EdgeLog<UInt32>, _ encodings: [TableEncoding.Column], relationCount: Int, to path: String
  ) throws -> [RowEncoder] {
    let encoders = try tables.map { try RowEncoder(encodings, at: $0.columns, format, in: reading.space) }
    let width = encoders[0].width
    guard width + relationCount > 0 else { return [] }
    let writer = try NpyWriter(creating: path, type: .float32, shape: [edgeCount, width + relationCount])
    let memory = Buffer<Float>()
    let row = memory.resized(to: width + relationCount)
    var (shared, edge) = (try sharedRelations(of: edges, relationCount), 0)
    for (table, encoder) in zip(tables, encoders) {
      try forEachEdge(of: table, "encoding", isFirst: false) { reader, _, _ in
        row.update(repeating: 0)
        try encoder.encode(reader, into: UnsafeMutableBufferPointer(rebasing: row[..<width]))
        if let relation = table.relation { row[width + relation] = 1 }
        shared?.forEach(of: edge) { row[width + $0] = 1 }
        try writer.append(UnsafeBufferPointer(row))
        edge += 1
      }
    }
    try writer.finish()
    return encoders
  }

  /// Which edges stand in several relations; `nil` if there is one at most.
  private func sharedRelations(of edges: EdgeLog<UInt32>, _ relationCount: Int) throws -> SharedRelations? {
    guard relationCount > 1 else { return nil }
    // Each table has a relation if one has.
    let relations = zip(tables, ends).map { (relation: $0.relation ?? 0, end: $1) }
    return try SharedRelations(of: edges, in: relations, isDirected: reading.isDirected, reading.space)
  }

  /// Calls `body` with each edge that is not left out; the first time, ids may become nodes.
  private func forEachEdge(
    of table: Table, _ title: String, isFirst: Bool, _ body: (CSVReader, UInt32, UInt32) throws -> Void
  ) throws {
    try table.file.forEachRow(title) { reader in
      guard let source = try node(reader, table.source, sources, isFirst),
        let target = try node(reader, table.target, targets, isFirst)
      else {
        if isFirst { droppedCount += 1 }
        return
      }
      try body(reader, source, target)
    }
  }

  private func node(_ reader: CSVReader, _ place: Int, _ ids: TableIds, _ isFirst: Bool) throws -> UInt32? {
    let id = reader[place]
    if let node = ids.node(id) { return node }
    guard isFirst else { return nil }
    if ids.mayGrow && !id.isEmpty {
      // Without a table of nodes all ids are new once, and so are targets of a kind of their own.
      if options.nodes != nil && ids === sources { unknownIds.add(reader, place, ids, knownCount: knownCount) }
      return try ids.add(id, reader).number
    }
    guard options.unknownIds == .drop else { throw unknown(id, reader, place, ids) }
    unknownIds.add(reader, place, ids, knownCount: knownCount)
    return nil
  }

  private func unknown(
    _ id: UnsafeRawBufferPointer, _ reader: CSVReader, _ place: Int, _ ids: TableIds
  ) -> GasError {
    let column = "column \"\(reader.columns[place].excerpt)\""
    guard !id.isEmpty else {
      return GasError(
        expected: "an id in \(column)", found: "none in row \(reader.row)", file: reader.name, at: .line(reader.line),
        advice: "correct it, or "
          + (options.nodes == nil ? "take the row out" : "pass --unknown drop to leave such rows out"))
    }
    return GasError(
      "id \(id.shown) in row \(reader.row), \(column), is not in \(nodesName)",
      file: reader.name, at: .line(reader.line),
      advice: UnknownId(reader, place, ids, knownCount: knownCount).spellingAdvice(nodesName)
        ?? "correct it, or pass --unknown drop to leave such edges out, or add to make it a node")
  }

  private func weight(_ table: Table, _ reader: CSVReader) throws -> Float {
    guard let place = table.weight else { return 1 }
    guard let value = format.float(reader[place]) else {
      throw format.complaint(
        reader, place, expected: "a number as weight", flag: "--weight",
        advice: "correct it, or take the row out: a weight has no gaps")
    }
    return value
  }
}
