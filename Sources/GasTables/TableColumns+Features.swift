import GasBase
import GasEdges

extension TableColumns {
  /// Divides the columns of the nodes' table into those that may become features, and others, with the reason: its ids
  /// and labels, what weighs or divides nodes, what the user drops, and columns without a name. A column that is called
  /// like a label is one: features that hold the labels would make any model look right.
  ///
  /// - Parameters:
  ///   - asked: what the user asks for.
  ///   - file: the table of nodes.
  ///   - inputs: notes which columns are left out though the user did not say so.
  /// - Returns: the places of both.
  static func features(
    _ asked: TableOptions, _ file: TableFile, _ inputs: InputLog
  ) -> (places: [Int], left: [(place: Int, reason: String)]) {
    var reasons = Dictionary(asked.droppedColumns.map { ($0, "--drop") }, uniquingKeysWith: { first, _ in first })
    let ownLabels = Set(areLabelsOfNodes(asked) ? asked.labelColumns : [])
    for label in ownLabels { reasons[label] = "the label" }
    if let name = asked.sampleWeight { reasons[name] = "the sample weight" }
    switch asked.split {
    case .ordered(_, let column), .column(let column): reasons[column] = "it divides nodes"
    case .random, nil: break
    }
    reasons[asked.id!] = "the id"
    for place in file.unnamed where reasons[file.columns[place]] == nil {
      reasons[file.columns[place]] = "without a name"
    }
    // What the user says of a column comes first, but a label is never a feature.
    for name in asked.kinds.keys where reasons[name] != "--drop" && !ownLabels.contains(name) { reasons[name] = nil }
    for name in namesakes(of: asked.labelColumns, among: file.columns)
    where reasons[name] == nil && asked.kinds[name] == nil {
      reasons[name] = "called like the label"
      inputs.note(
        "\(file.name): column \"\(name.excerpt)\" is left out, since it is called like the label and would tell it; if it "
          + "shall be a feature, pass --kind \(name.shellWord)=number, or =category, =boolean or =date")
    }
    let places = file.columns.indices.filter { reasons[file.columns[$0]] == nil }
    let left = file.columns.indices.compactMap { place in
      reasons[file.columns[place]].map { (place: place, reason: $0) }
    }
    return (places, left.filter { $0.reason != "the id" })
  }

  /// Checks that --kind does not make a feature of a label, which says with --label-kind what it is.
  ///
  /// - Parameters:
  ///   - asked: what the user asks for.
  ///   - table: what messages call the table of labels.
  ///   - nodes: the table of nodes.
  /// - Throws: `GasError` naming the column.
  static func checkLabelKinds(_ asked: TableOptions, _ table: String?, _ nodes: KeyedTable?) throws {
    // The table of nodes or that of edges may have another column of this name.
    let others = (areLabelsOfNodes(asked) ? [] : nodes?.file.columns ?? []) + asked.edgeColumns
    for name in asked.labelColumns where asked.kinds[name] ?? .drop != .drop && !others.contains(name) {
      throw GasError(
        "column \"\(name.excerpt)\" (--kind) is the label, which is never a feature", file: table,
        advice: "leave this --kind out: --label-kind says what labels are, classes, multi-label or regression")
    }
  }

  /// Whether the labels are columns of the nodes' table.
  private static func areLabelsOfNodes(_ asked: TableOptions) -> Bool {
    asked.labels == nil || asked.labels == asked.nodes
  }

  /// Finds columns whose names are those of labels but for capitals, blanks, underscores and hyphens.
  private static func namesakes(of labels: [String], among columns: [String]) -> [String] {
    func key(_ name: String) -> String {
      name.lowercased().filter { !$0.isWhitespace && $0 != "_" && $0 != "-" }
    }
    let keys = Set(labels.map(key))
    return columns.filter { keys.contains(key($0)) }
  }
}
