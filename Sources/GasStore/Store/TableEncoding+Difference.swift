extension TableEncoding {
  /// Says in what features or labels are encoded otherwise than by another encoding. A model that learnt from one of
  /// them would take the columns of the other for something that they are not.
  ///
  /// - Parameters:
  ///   - other: the encoding that a model learnt from.
  ///   - comparesEdges: whether the model reads edge features.
  ///   - comparesLabels: whether there are labels to be compared with outputs.
  /// - Returns: the first difference in words; `nil` if there is none.
  package func difference(from other: TableEncoding, comparesEdges: Bool, comparesLabels: Bool) -> String? {
    if let found = Self.difference(nodes, other.nodes) { return found }
    if comparesEdges {
      if let found = Self.difference(edges, other.edges) { return "of edges: " + found }
      if relations != other.relations { return "other relations: \(Self.list(relations))" }
    }
    guard comparesLabels, let labels, let known = other.labels else { return nil }
    if labels.classes != known.classes {
      return "classes \(Self.list(labels.classes)), and not \(Self.list(known.classes))"
    }
    // One column of classes may be called otherwise.
    guard labels.kind != .classes, labels.columns != known.columns else { return nil }
    return "labels \(Self.list(labels.columns)), and not \(Self.list(known.columns))"
  }

  private static func difference(_ columns: [Column], _ known: [Column]) -> String? {
    let (columns, known) = (columns.filter { $0.width > 0 }, known.filter { $0.width > 0 })
    for (column, wanted) in zip(columns, known) where column != wanted {
      return column.name == wanted.name
        ? "column \"\(column.name.excerpt)\" is encoded otherwise"
        : "column \"\(column.name.excerpt)\" stands where \"\(wanted.name.excerpt)\" is expected"
    }
    return columns.count == known.count ? nil : "\(columns.count) of \(known.count) columns"
  }

  private static func list(_ names: [String]) -> String {
    names.isEmpty ? "none" : names.joined(separator: ", ").excerpt
  }
}
