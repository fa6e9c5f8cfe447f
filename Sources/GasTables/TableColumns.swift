import GasBase
import GasFiles
import GasFormats
import GasStore

/// The tables, with the places of the columns that the user names: everything that headers can tell.
struct TableColumns {
  /// The table of nodes.
  let nodes: KeyedTable?
  /// The columns of the nodes' table that may become features; none if another store's encoding says which they are.
  let features: [Int]
  /// Other columns of it, with the reason why they are left out.
  let left: [(place: Int, reason: String)]
  /// The tables of edges.
  let edges: [EdgeTables.Table]
  /// The columns that become features of edges.
  let edgeColumns: [String]
  /// The names of relations.
  let relations: [String]
  /// The columns of labels.
  let labels: (table: KeyedTable, places: [Int])?
  /// The column of how much labelled nodes count.
  let weights: (table: KeyedTable, place: Int)?
  /// The column that divides labelled nodes.
  let split: (table: KeyedTable, place: Int)?

  /// Opens all tables.
  ///
  /// - Parameters:
  ///   - asked: what the user asks for.
  ///   - known: the encoding of another store, if that is used.
  ///   - ids: the ids of nodes and labels.
  ///   - reading: how tables are read.
  /// - Throws: `GasError` if a table cannot be opened, or does not have a column that is named.
  init(_ asked: TableOptions, _ known: TableEncoding?, _ ids: TableIds, _ reading: TableReading) throws {
    nodes = try asked.nodes.map { path in
      let file = try TableFile(path, reading)
      return KeyedTable(
        file: file, idPlace: try file.column(asked.id!, "--id"), ids: ids, dropsUnknown: false, nodes: path)
    }
    edgeColumns = known?.edges.filter { $0.kind != .none }.map(\.name) ?? asked.edgeColumns
    relations = try Self.relations(asked, known)
    edges = try Self.edges(asked, columns: edgeColumns, relations, reading)
    if let known { try Self.check(known, nodes, edges, reading) }
    try Self.check(edgeColumns, edges)
    let labelTable = try Self.labelTable(asked, nodes, ids, reading)
    labels =
      try asked.labelColumns.isEmpty
      ? nil
      : labelTable.map { table in
        (table, try asked.labelColumns.map { try table.file.column($0, "--label") })
      }
    let labelledTables = [asked.labels == nil ? nil : labelTable, nodes].compactMap(\.self)
    weights = try asked.sampleWeight.map { try Self.column($0, "--sample-weight", of: labelledTables) }
    if let (table, place) = weights, place == table.idPlace {
      throw GasError(
        expected: "a column of weights (--sample-weight)",
        found: "\"\(table.file.columns[place].excerpt)\", which has the ids", file: table.file.name)
    }
    split = try Self.split(asked, labelledTables)
    try Self.checkLabelKinds(asked, labels?.table.file.name, nodes)
    (features, left) =
      known == nil ? nodes.map { Self.features(asked, $0.file, reading.inputs) } ?? ([], []) : ([], [])
    try Self.check(asked, nodes)
  }

  private static func relations(_ asked: TableOptions, _ known: TableEncoding?) throws -> [String] {
    let names = asked.edges.compactMap(\.relation)
    guard let known else { return names.enumerated().filter { names.firstIndex(of: $1) == $0 }.map(\.element) }
    if let name = names.first(where: { !known.relations.contains($0) }) {
      throw ColumnNames.unknown(name, "--relation", among: known.relations, file: asked.encodingStore, "relation")
    }
    guard known.relations.isEmpty || names.count == asked.edges.count else {
      throw GasError(
        expected: "--relation for each table of edges, as the other store has them", found: "\(names.count)",
        file: asked.encodingStore, advice: "its relations are \(known.relations.joined(separator: ", "))")
    }
    return known.relations
  }

  private static func edges(
    _ asked: TableOptions, columns: [String], _ relations: [String], _ reading: TableReading
  ) throws -> [EdgeTables.Table] {
    try asked.edges.map { edges in
      let file = try TableFile(edges.path, reading)
      let source = try file.column(edges.source, "--source")
      let target = try file.column(edges.target, "--target")
      guard source != target else {
        throw GasError(
          "--source and --target are both column \"\(edges.source.excerpt)\", so that each edge would go "
            + "from a node to itself",
          file: file.name, advice: "name the columns of both ends")
      }
      return EdgeTables.Table(
        file: file, source: source, target: target,
        weight: try asked.weight.map { try file.column($0, "--weight") },
        columns: columns.map { file.columns.firstIndex(of: $0) },
        relation: edges.relation.flatMap { relations.firstIndex(of: $0) })
    }
  }

  /// Checks that each column of edges is in one of their tables.
  private static func check(_ columns: [String], _ tables: [EdgeTables.Table]) throws {
    for (number, name) in columns.enumerated() where !tables.contains(where: { $0.columns[number] != nil }) {
      guard let table = tables.first else {
        throw GasError("column \"\(name.excerpt)\" is one of edges, and there are none", advice: "pass --edges")
      }
      throw ColumnNames.unknown(name, "--edge-columns", among: table.file.columns, file: table.file.name)
    }
  }

  private static func labelTable(
    _ asked: TableOptions, _ nodes: KeyedTable?, _ ids: TableIds, _ reading: TableReading
  ) throws -> KeyedTable? {
    guard let path = asked.labels else { return nodes }
    let file = try TableFile(path, reading)
    guard let name = asked.labelId ?? asked.id else {
      throw GasError(
        "--labels wants --label-id, the column of the nodes' ids", file: file.name,
        advice: "the columns are \(file.columns.joined(separator: ", "))")
    }
    return KeyedTable(
      file: file, idPlace: try file.column(name, "--label-id"), ids: ids, dropsUnknown: asked.unknownIds == .drop,
      nodes: asked.nodes)
  }

  /// Finds the column that divides nodes.
  private static func split(_ asked: TableOptions, _ tables: [KeyedTable]) throws -> (KeyedTable, Int)? {
    switch asked.split {
    case .ordered(_, let name): try column(name, "--split-by", of: tables)
    case .column(let name): try column(name, "--split-column", of: tables)
    case .random, nil: nil
    }
  }

  /// Finds a column that says something of labelled nodes, in the table of labels or in that of nodes. One that both
  /// have is ambiguous.
  private static func column(
    _ name: String, _ flag: String, of tables: [KeyedTable]
  ) throws -> (table: KeyedTable, place: Int) {
    let found = tables.compactMap { table in
      table.file.columns.firstIndex(of: name).map { (table: table, place: $0) }
    }
    // Ids are the same in both.
    if found.count > 1, found.contains(where: { $0.place != $0.table.idPlace }) {
      throw GasError(
        expected: "column \"\(name.excerpt)\" (\(flag)) in one table",
        found: "it in \(found[0].table.file.name) and \(found[1].table.file.name)",
        advice: "rename one of them: which is meant is not known")
    }
    if let column = found.first { return column }
    throw ColumnNames.unknown(name, flag, among: tables.flatMap(\.file.columns), file: tables.first?.file.name)
  }

  /// Checks the names that --drop and --kind give.
  private static func check(_ asked: TableOptions, _ nodes: KeyedTable?) throws {
    let columns = nodes?.file.columns ?? []
    for name in asked.droppedColumns { _ = try nodes?.file.column(name, "--drop") }
    for name in asked.kinds.keys.sorted() where !columns.contains(name) && !asked.edgeColumns.contains(name) {
      throw ColumnNames.unknown(name, "--kind", among: columns + asked.edgeColumns, file: nodes?.file.name)
    }
  }

  /// Checks that there is a table for what the other store has features of, and says which columns it does not know.
  private static func check(
    _ known: TableEncoding, _ nodes: KeyedTable?, _ edges: [EdgeTables.Table], _ reading: TableReading
  ) throws {
    let (width, edgeWidth) = (known.nodes.reduce(0) { $0 + $1.width }, known.edges.reduce(0) { $0 + $1.width })
    guard nodes != nil || width == 0 else {
      throw GasError("the other store has features of nodes", advice: "pass --nodes with a table of the same columns")
    }
    guard !edges.isEmpty || edgeWidth + known.relations.count == 0 else {
      throw GasError("the other store has features of edges", advice: "pass --edges with a table of the same columns")
    }
    guard let nodes else { return }
    for column in known.nodes where column.kind != .none { _ = try nodes.file.column(column.name, "--encoding-of") }
    let names = Set(known.nodes.map(\.name) + [nodes.file.columns[nodes.idPlace]])
    let others = nodes.file.columns.filter { !names.contains($0) }
    guard !others.isEmpty else { return }
    reading.inputs.note(
      "\(nodes.file.name): left out, since the other store has no features of them: \(others.joined(separator: ", "))")
  }
}
