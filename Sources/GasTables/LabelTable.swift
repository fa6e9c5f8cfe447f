import GasBase
import GasFiles
import GasFormats
import GasStore

/// The columns of labels, in the table of nodes or in one of its own: one with a word for the class of each node, or
/// some with numbers. Gaps are labels that are missing.
struct LabelTable {
  /// The rows by id.
  let table: KeyedTable
  /// The columns of labels.
  let places: [Int]
  let format: FieldFormat
  let space: Workspace

  /// More classes are a mistake: of numbers, as a rule.
  private static let largestClassCount = 1 << 16
  private static let gap = Int32.max

  /// Which nodes have labels.
  struct Contents {
    /// The class of each node, −1 for none; where labels are no classes, 0 for each node that has any.
    let classes: FlatArray<Int32>
    /// The word of each class; none where labels are no classes.
    let names: [String]
    /// How many nodes have each class, or any labels.
    let counts: [Int]
    /// Rows that were left out since their id is unknown.
    let droppedCount: Int

    /// Writes the classes to a `.npy` file.
    func write(to path: String) throws {
      let writer = try NpyWriter(creating: path, type: Int32.npyType, shape: [classes.count])
      for range in (0..<classes.count).chunks(ofCount: 1 << 16) {
        try writer.append(UnsafeBufferPointer(classes[range]))
      }
      try writer.finish()
    }
  }

  /// Reads classes.
  ///
  /// - Parameters:
  ///   - nodeCount: how many nodes there are.
  ///   - known: the words of the classes, if another store's are used.
  /// - Returns: a class for each node.
  /// - Throws: `GasError` naming the row of an id that is unknown or stands twice, or of a word that is no class of the
  ///   other store's.
  func readClasses(nodeCount: Int, known: [String]?) throws -> Contents {
    let words = try WordSet(in: space, limit: Self.largestClassCount)
    if let known { try words.add(known) }
    // 1 + the number of the word; 0 for no row.
    let classes: FlatArray<Int32> = try space.randomAccessZeros(count: nodeCount)
    let droppedCount = try table.forEachNode("reading labels of") { node, reader in
      guard classes[node] == 0 else { throw table.repetition(reader) }
      let field = reader[places[0]]
      guard !format.isGap(field) else {
        classes[node] = Self.gap
        return
      }
      if let known, words.number(of: field) == nil { throw strange(field, known, reader) }
      guard let word = try words.add(field, reader) else { throw tooMany(reader) }
      classes[node] = Int32(word) + 1
    }
    let order = known == nil ? Self.order(words.all) : Array(0..<words.count)
    var rank = [Int32](repeating: 0, count: order.count)
    for (number, word) in order.enumerated() { rank[word] = Int32(number) }
    var counts = [Int](repeating: 0, count: order.count)
    for node in 0..<nodeCount {
      let word = classes[node]
      classes[node] = word == 0 || word == Self.gap ? -1 : rank[Int(word) - 1]
      if classes[node] >= 0 { counts[Int(classes[node])] += 1 }
    }
    let all = words.all
    return Contents(classes: classes, names: order.map { all[$0] }, counts: counts, droppedCount: droppedCount)
  }

  /// The order of classes: that of numbers if all words are, otherwise that of their bytes.
  private static func order(_ words: [String]) -> [Int] {
    let numbers = words.map { Double($0) }
    return words.indices.sorted { first, second in
      if !numbers.contains(nil), numbers[first] != numbers[second] { return numbers[first]! < numbers[second]! }
      return words[first].utf8.lexicographicallyPrecedes(words[second].utf8)
    }
  }

  private func strange(_ field: UnsafeRawBufferPointer, _ known: [String], _ reader: CSVReader) -> GasError {
    let meant = ClassDoubts.likeness(of: String(decoding: field, as: UTF8.self), among: known, format)
    return GasError(
      "label \(field.shown) in row \(reader.row) is no class of the other store's", file: reader.name,
      at: .line(reader.line),
      advice: meant.map { "write \"\($0.excerpt)\", as that has it, in all rows of the class" }
        ?? "leave it empty, or make the store without --encoding-of")
  }

  private func tooMany(_ reader: CSVReader) -> GasError {
    GasError(
      expected: "up to \(Self.largestClassCount) classes in column \"\(reader.columns[places[0]].excerpt)\"",
      found: "another in row \(reader.row)", file: reader.name, at: .line(reader.line),
      advice: "is this the column of classes?")
  }

  /// Reads several labels a node, or real values, and writes them to a `.npy` file: NaN where they are missing.
  ///
  /// - Parameters:
  ///   - kind: multi-label or regression.
  ///   - nodeCount: how many nodes there are.
  ///   - path: the file, [nodes, columns] of float32.
  /// - Returns: which nodes have any.
  /// - Throws: `GasError` naming the row of an id that is unknown or stands twice, or of a field that is no such label.
  func writeValues(_ kind: LabelKind, nodeCount: Int, to path: String) throws -> Contents {
    let output = try NpyOutput<Float>(creating: path, rowCount: nodeCount, width: places.count)
    for node in 0..<nodeCount { output.row(node).update(repeating: .nan) }
    // 0 for no row, 1 for gaps alone, 2 for labels.
    let found: FlatArray<Int32> = try space.randomAccessZeros(count: nodeCount)
    let droppedCount = try table.forEachNode("reading labels of") { node, reader in
      guard found[node] == 0 else { throw table.repetition(reader) }
      found[node] = 1
      for (column, place) in places.enumerated() where !format.isGap(reader[place]) {
        output.row(node)[column] = try value(reader[place], kind, place, reader)
        found[node] = 2
      }
    }
    try output.finish()
    let count = found.all.count { $0 == 2 }
    for node in 0..<nodeCount { found[node] = found[node] == 2 ? 0 : -1 }
    return Contents(classes: found, names: [], counts: [count], droppedCount: droppedCount)
  }

  private func value(
    _ field: UnsafeRawBufferPointer, _ kind: LabelKind, _ place: Int, _ reader: CSVReader
  ) throws -> Float {
    let truth = kind == .multiLabel ? FieldValues.truth(field).map { Float($0) } : nil
    if let value = truth ?? format.float(field), kind != .multiLabel || value == 0 || value == 1 { return value }
    throw format.complaint(
      reader, place, expected: kind == .multiLabel ? "0 or 1, or yes or no," : "a number",
      flag: "--label-kind \(kind.rawValue)", advice: "correct it, or leave it empty if it is not known")
  }
}
