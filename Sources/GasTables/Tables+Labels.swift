import GasBase
import GasEdges
import GasFiles
import GasGraph
import GasStore

extension Tables {
  /// Reads labels and their weights, and divides the labelled nodes.
  ///
  /// - Returns: the parts of all nodes; `nil` without a split.
  func addLabels(_ columns: TableColumns, to contents: inout Contents) throws -> TableSplit? {
    guard let (table, places) = columns.labels else { return nil }
    let kind = try labelKind()
    let path = scratch("labels.npy", madeOf: table.file.name)
    let labelTable = LabelTable(table: table, places: places, format: format, space: space)
    let labels =
      kind == .classes
      ? try labelTable.readClasses(nodeCount: contents.nodes.count, known: known?.labels?.classes)
      : try labelTable.writeValues(kind, nodeCount: contents.nodes.count, to: path)
    contents.report.droppedLabels = labels.droppedCount
    let unknown = labels.droppedCount > 0 ? try table.unknownIds().example : nil
    guard labels.counts.contains(where: { $0 > 0 }) else {
      // A table whose nodes are to be classified need not have labels.
      if known != nil {
        noteUnknown(unknown, labels.droppedCount, table)
        return nil
      }
      if let unknown {
        throw unknown.error(leavingOutEvery: "label", labels.droppedCount, table.ids, table.nodesName)
      }
      throw GasError(
        "no node has a label in column \"\(asked.labelColumns.joined(separator: ", ").excerpt)\"", file: table.file.name
      )
    }
    noteUnknown(unknown, labels.droppedCount, table)
    if kind == .classes {
      try labels.write(to: path)
      contents.arrays.classCount = labels.names.count
      contents.report.classes = labels.names
      if known == nil { noteDoubts(about: labels, table) }
    }
    contents.arrays.labels = (path, kind)
    contents.encoding.labels = .init(
      kind: .init(rawValue: kind.rawValue)!, columns: asked.labelColumns, classes: labels.names)
    if let (table, place) = columns.weights {
      let path = scratch("sample-weights.npy", madeOf: table.file.name)
      try WeightColumn(table: table, place: place, format: format).write(for: labels, to: path)
      contents.arrays.sampleWeights = path
    }
    let split = try divide(labels, columns)
    contents.arrays.splitParts = try split.write(to: space.scratch.path)
    for (part, path) in contents.arrays.splitParts { inputs.note(path, madeOf: "the split's \(part.key)") }
    for (number, part) in SplitPart.allCases.enumerated() where contents.arrays.splitParts[part] == nil {
      guard let shares, shares.parts[number] > 0 else { continue }
      inputs.note("no node is in part \(part.key) of the split: too few have labels (--split has other shares)")
    }
    if kind == .classes, let note = untrainedNote(labels, split) { inputs.note(note) }
    return split
  }

  /// Says of which ids labels were left out.
  private func noteUnknown(_ unknown: UnknownId?, _ count: Int, _ table: KeyedTable) {
    guard let unknown else { return }
    inputs.note(unknown.note("--unknown drop left out \(Units.plural(count, "label"))", table.nodesName))
  }

  /// Says what may surprise about the words that became classes.
  private func noteDoubts(about labels: LabelTable.Contents, _ table: KeyedTable) {
    let doubts = ClassDoubts(words: labels.names, labelledCount: labels.counts.reduce(0, +), format: format)
    for note in doubts.notes(isAsked: asked.labelKind != nil) {
      inputs.note("\(table.file.name): column \"\(asked.labelColumns[0].excerpt)\": \(note)")
    }
  }

  /// Says which classes cannot be learnt, since none of their nodes trains; `nil` if none, or if nothing trains.
  private func untrainedNote(_ labels: LabelTable.Contents, _ split: TableSplit) -> String? {
    let trained = split.trainedClasses
    let untrained = labels.counts.indices.filter { labels.counts[$0] > 0 && !trained.contains($0) }
    guard !untrained.isEmpty && !trained.isEmpty else { return nil }
    let names = untrained.prefix(Self.shownClasses).map { "\"\(labels.names[$0].excerpt)\"" }
    let list = names.joined(separator: ", ") + (untrained.count > names.count ? ", …" : "")
    let (subject, pronoun) = untrained.count == 1 ? ("1 class has", "it") : ("\(untrained.count) classes have", "they")
    return "\(subject) no training node, so that \(pronoun) cannot be learnt: \(list)"
      + untrainedAdvice(untrained.map { labels.counts[$0] })
  }

  private static let shownClasses = 5

  /// What to do about classes of so many nodes that chance left without a training node.
  private func untrainedAdvice(_ counts: [Int]) -> String {
    switch asked.split {
    case .random(let shares, isStratified: false) where counts.allSatisfy { shares.counts(of: $0)[0] > 0 }:
      "; --stratify divides each class alike"
    case .random, nil: "; --split with a larger first share trains on more nodes"
    case .ordered, .column: ""
    }
  }

  /// What labels say: as the user says, as the other store has them, or classes.
  private func labelKind() throws -> LabelKind {
    guard let labels = known?.labels else { return asked.labelKind ?? .classes }
    let kind = LabelKind(rawValue: labels.kind.rawValue)!
    guard asked.labelKind ?? kind == kind, kind == .classes || labels.columns == asked.labelColumns else {
      throw GasError(
        expected: "labels as the other store has them, --label-kind \(kind.rawValue) --label "
          + labels.columns.joined(separator: ","),
        found:
          "--label-kind \((asked.labelKind ?? kind).rawValue) --label \(asked.labelColumns.joined(separator: ","))",
        file: asked.encodingStore)
    }
    return kind
  }

  /// The shares of the parts; `nil` where a column says which part a node is in.
  private var shares: SplitShares? {
    switch asked.split {
    case nil: .standard
    case .random(let shares, _), .ordered(let shares, _): shares
    case .column: nil
    }
  }

  private func divide(_ labels: LabelTable.Contents, _ columns: TableColumns) throws -> TableSplit {
    let split = try TableSplit(labels, in: space)
    switch asked.split {
    case nil:
      let shares = SplitShares.standard
      let areClasses = !labels.names.isEmpty
      let note = split.draw(shares, isStratified: areClasses, seed: seed)
      inputs.note(
        "labelled nodes\(areClasses ? " of each class" : "") were divided by chance, \(shares.description) (--split)")
      if let note { inputs.note(note) }
    case .random(let shares, let isStratified):
      if let note = split.draw(shares, isStratified: isStratified, seed: seed) { inputs.note(note) }
    case .ordered(let shares, let column):
      let (table, place) = columns.split!
      let (count, ties) = try split.order(shares, by: table, place, format)
      if let ties { inputs.note(ties) }
      if let note = shares.filledNote(labels.counts.reduce(-count, +)) { inputs.note(note) }
      guard count > 0 else { break }
      inputs.note("\(Units.plural(count, "labelled node")) without \(column.excerpt) are in no part of the split")
    case .column:
      let (table, place) = columns.split!
      try split.read(table, place, format)
    }
    return split
  }
}
