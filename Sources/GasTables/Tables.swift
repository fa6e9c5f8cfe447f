import GasBase
import GasEdges
import GasFiles
import GasFormats
import GasGraph
import GasStore

/// Turns tables into what ingest takes: numbered edges, and arrays in scratch files.
///
/// Each table is read from front to back, several times: for its ids and the kinds of its columns, for means and
/// deviations of the training nodes, and for the features.
package struct Tables {
  let asked: TableOptions
  let seed: UInt64
  let inputs: InputLog
  let space: Workspace
  private let reading: TableReading
  let format: FieldFormat
  /// The encoding of another store, if that is used.
  let known: TableEncoding?

  /// Prepares to read tables.
  ///
  /// - Parameters:
  ///   - asked: which tables there are, and what their columns are.
  ///   - isDirected: whether edges have a direction.
  ///   - seed: of the random choices, if the split is one.
  ///   - inputs: notes what is read.
  ///   - space: where arrays go, and the memory that reading may take.
  ///   - progress: what is shown meanwhile.
  /// - Throws: `GasError` if another store's encoding is wanted and cannot be read.
  package init(
    _ asked: TableOptions, isDirected: Bool, seed: UInt64, _ inputs: InputLog, _ space: Workspace,
    _ progress: ProgressDisplay
  ) throws {
    self.asked = asked
    self.seed = seed
    self.inputs = inputs
    self.space = space
    reading = TableReading(
      inputs: inputs, space: space, progress: progress, separator: asked.separator,
      hasDecimalCommas: asked.hasDecimalCommas, isDirected: isDirected)
    known = try asked.encodingStore.map { path in
      guard let encoding = try Store(opening: path).tableEncoding() else {
        throw GasError("was not made by gas-ingest table, so it has no encoding", file: path)
      }
      return encoding
    }
    format = FieldFormat(gaps: known?.gaps ?? asked.gaps, hasDecimalCommas: asked.hasDecimalCommas)
  }

  /// Reads all tables.
  ///
  /// - Throws: `GasError` naming the file, and the row where there is one, of what is wrong.
  package func read() throws -> Contents {
    let ids = try TextIds(in: space)
    let sources = TableIds(
      ids, side: asked.isBipartite ? asked.edges.first?.source : nil,
      mayGrow: asked.nodes == nil || asked.unknownIds == .add)
    let targets = asked.isBipartite ? TableIds(ids, side: asked.edges.first?.target, mayGrow: true) : sources
    // All headers are looked at before the first long pass.
    let columns = try TableColumns(asked, known, sources, reading)
    let edgeTables = EdgeTables(
      columns.edges, columns: columns.edgeColumns, between: (sources, targets), asked, format, reading)
    let nodeTable = columns.nodes.map { NodeTable($0, columns: columns.features, format, reading) }
    try nodeTable?.readIds()
    let rowCount = ids.count
    var (edges, profiles) = try edgeTables.read()
    if known == nil { try edgeTables.readWords(of: &profiles, where: kinds.needsWords) }
    var report = TableReport()
    report.droppedEdges = edgeTables.droppedCount
    report.addedNodes = nodeTable == nil ? 0 : ids.count - rowCount
    var contents = Contents(
      edges: edges, nodes: try ids.nodes(), nodesFrom: columns.nodes?.file.name ?? columns.edges.first?.file.name,
      encoding: TableEncoding(gaps: format.gaps, labels: known?.labels), report: report,
      isEdgeless: asked.edges.isEmpty)
    let split = try addLabels(columns, to: &contents)
    if let nodeTable { try addFeatures(nodeTable, columns, split, to: &contents) }
    if !columns.edges.isEmpty { try addEdgeFeatures(edgeTables, profiles, columns, to: &contents) }
    return contents
  }

  private var kinds: ColumnKinds {
    ColumnKinds(asked: asked.kinds, categoryCount: asked.categoryCount, gaps: asked.gaps)
  }

  func scratch(_ name: String, madeOf source: String) -> String {
    let path = "\(space.scratch.path)/\(name)"
    inputs.note(path, madeOf: source)
    return path
  }
}

extension Tables {
  private func addFeatures(
    _ table: NodeTable, _ tables: TableColumns, _ split: TableSplit?, to contents: inout Contents
  ) throws {
    let nodeCount = contents.nodes.count
    let decisions =
      try known.map { $0.nodes.map { ColumnKinds.Decision(column: $0) } }
      ?? table.decide(kinds, nodeCount: nodeCount)
    var columns = decisions.map(\.column)
    if known == nil, let split, split.parts.all.contains(SplitPart.train.rawValue) {
      try table.standardise(&columns, on: { split.parts[$0] == SplitPart.train.rawValue })
    }
    let path = scratch("features.npy", madeOf: table.table.file.name)
    let encoder = try table.writeFeatures(columns, nodeCount: nodeCount, to: path)
    if encoder != nil { contents.arrays.features = path }
    contents.encoding.nodes = columns
    for (number, decision) in decisions.enumerated() {
      contents.report.add(
        columns[number], of: table.table.file.name, gaps: encoder?.gapCounts[number] ?? 0,
        strangers: encoder?.strangerCounts[number] ?? 0, decision.reason)
      if let note = decision.note { inputs.note("\(table.table.file.name): \(note)") }
    }
    let names = table.table.file.columns
    for (place, reason) in tables.left {
      contents.report.add(
        .init(name: names[place], kind: .none), of: table.table.file.name, gaps: 0, strangers: 0, reason)
    }
  }

  private func addEdgeFeatures(
    _ tables: EdgeTables, _ profiles: [ColumnProfile], _ columns: TableColumns, to contents: inout Contents
  ) throws {
    let decisions =
      try known.map { $0.edges.map { ColumnKinds.Decision(column: $0) } }
      ?? profiles.map { try kinds.decide($0, isWanted: true) }
    let name = columns.edges.map(\.file.name).joined(separator: ", ")
    let path = scratch("edge-features.npy", madeOf: name)
    let encoders = try tables.writeFeatures(
      of: contents.edges, decisions.map(\.column), relationCount: columns.relations.count, to: path)
    if !encoders.isEmpty { contents.arrays.edgeFeatures = path }
    contents.encoding.edges = decisions.map(\.column)
    contents.encoding.relations = columns.relations
    for (number, decision) in decisions.enumerated() {
      contents.report.add(
        decision.column, of: name, gaps: encoders.reduce(0) { $0 + $1.gapCounts[number] },
        strangers: encoders.reduce(0) { $0 + $1.strangerCounts[number] }, decision.reason)
      if let note = decision.note { inputs.note("\(name): \(note)") }
    }
  }
}
