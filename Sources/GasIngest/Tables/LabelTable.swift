import GasBase
import GasFiles
import GasFormats
import GasStore

/// The column of labels, in the table of nodes or in one of its own: a word for the class of each node, or a gap.
struct LabelTable {
  /// The rows by id.
  let table: KeyedTable
  /// The column of labels.
  let place: Int
  let format: FieldFormat
  let space: Workspace

  /// More classes are a mistake: of numbers, as a rule.
  private static let largestClassCount = 1 << 16
  private static let gap = Int32.max

  /// Labels of all nodes.
  struct Contents {
    /// The class of each node, −1 for none.
    let classes: FlatArray<Int32>
    /// The word of each class.
    let names: [String]
    /// How many nodes have each class.
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

  /// Reads the labels.
  ///
  /// - Parameters:
  ///   - nodeCount: how many nodes there are.
  ///   - known: the words of the classes, if another store's are used.
  /// - Returns: a class for each node.
  /// - Throws: `GasError` naming the row of an id that is unknown or stands twice, or of a word that is no class of the
  ///   other store's; or if no node has a label.
  func read(nodeCount: Int, known: [String]?) throws -> Contents {
    let words = try WordSet(in: space, limit: Self.largestClassCount)
    if let known { try words.add(known) }
    // 1 + the number of the word; 0 for no row.
    let classes: FlatArray<Int32> = try space.randomAccessZeros(count: nodeCount)
    let droppedCount = try table.forEachNode("reading labels of") { node, reader in
      guard classes[node] == 0 else { throw table.repetition(reader) }
      let field = reader[place]
      guard !format.isGap(field) else {
        classes[node] = Self.gap
        return
      }
      if known != nil, words.number(of: field) == nil { throw strange(field, reader) }
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

  private func strange(_ field: UnsafeRawBufferPointer, _ reader: CSVReader) -> GasError {
    GasError(
      "label \(field.shown) in row \(reader.row) is no class of the other store's", file: reader.name,
      at: .line(reader.line), advice: "leave it empty, or make the store without --encoding-of")
  }

  private func tooMany(_ reader: CSVReader) -> GasError {
    GasError(
      expected: "up to \(Self.largestClassCount) classes in column \"\(reader.columns[place].excerpt)\"",
      found: "another in row \(reader.row)", file: reader.name, at: .line(reader.line),
      advice: "is this the column of classes?")
  }
}
