import FoundationEssentials
import GasBase
import GasFiles
import GasFormats
import GasGraph
import GasStore

/// Divides labelled nodes to train, validate and test.
struct TableSplit {
  /// The labels of all nodes.
  let labels: LabelTable.Contents
  let space: Workspace
  /// The part of each node, as `SplitPart` numbers them; 0 for none.
  let parts: FlatArray<UInt8>

  init(_ labels: LabelTable.Contents, in space: Workspace) throws {
    self.labels = labels
    self.space = space
    parts = try space.zeros(count: labels.classes.count)
  }

  private func forEachLabelled(_ body: (Int) throws -> Void) rethrows {
    for node in 0..<parts.count where labels.classes[node] >= 0 { try body(node) }
  }

  private func put(_ node: Int, _ part: Int) { parts[node] = SplitPart.allCases[part].rawValue }

  /// Divides by chance: exactly as many nodes to each part as its share says, any of them with equal probability. Where
  /// a part would be empty, classes or all nodes are divided so that it is not (`SplitShares.fullCounts`).
  ///
  /// Nodes are drawn one after the other, with what is left of each part as weights (selection sampling; Knuth, The Art
  /// of Computer Programming 2, 3.4.2, algorithm S).
  ///
  /// - Parameters:
  ///   - shares: of the parts.
  ///   - isStratified: whether each class is divided for itself.
  ///   - seed: the same seed gives the same parts.
  /// - Returns: a sentence for the report, if the shares alone would have left a part empty.
  @discardableResult
  func draw(_ shares: SplitShares, isStratified: Bool, seed: UInt64) -> String? {
    var (left, note) = divisions(shares, isStratified: isStratified)
    var random = SeededRandom(seed: seed, stream: Self.randomStream)
    forEachLabelled { node in
      let group = left.count == 1 ? 0 : Int(labels.classes[node])
      var place = random.below(left[group].reduce(0, +))
      var part = 0
      while place >= left[group][part] {
        place -= left[group][part]
        part += 1
      }
      left[group][part] -= 1
      put(node, part)
    }
    return note
  }

  /// How many nodes of each class, or of all together, go to each part.
  private func divisions(_ shares: SplitShares, isStratified: Bool) -> (counts: [[Int]], note: String?) {
    let total = labels.counts.reduce(0, +)
    let groups = isStratified ? labels.counts : [total]
    let plain = groups.map { shares.counts(of: $0) }
    guard shares.leavesEmpty(plain), !shares.leavesEmpty([shares.fullCounts(of: total)]) else { return (plain, nil) }
    let full = groups.map { shares.fullCounts(of: $0) }
    guard shares.leavesEmpty(full) else {
      return (
        full, "\(SplitShares.emptyPart): each part has at least one\(isStratified ? " of each class with enough" : "")"
      )
    }
    return (
      [shares.fullCounts(of: total)],
      "\(SplitShares.emptyPart), and classes are too small to divide each: all were divided together"
    )
  }

  /// Keeps these random numbers apart from others of the same seed.
  private static let randomStream: UInt64 = 0x5470_6c69_7473

  /// Divides by the order of numbers or dates; equal ones keep the order of the rows. Each part with a share has a
  /// node if there are enough.
  ///
  /// - Parameters:
  ///   - shares: of the parts.
  ///   - table: the table.
  ///   - place: its column of numbers or dates.
  ///   - format: how fields are written.
  /// - Returns: how many labelled nodes have a gap there, which are in no part; and a sentence about equal numbers in
  ///   two parts.
  /// - Throws: `GasError` naming a field that is neither a number nor a date.
  func order(
    _ shares: SplitShares, by table: KeyedTable, _ place: Int, _ format: FieldFormat
  ) throws -> (gaps: Int, ties: String?) {
    let sorter = ExternalSorter<TimedNode>(keyBits: 64, in: space)
    var areDates: Bool?
    try table.forEachNode("ordering nodes of") { node, reader in
      let field = reader[place]
      guard labels.classes[node] >= 0, !format.isGap(field) else { return }
      let isDate = areDates ?? (format.number(field) == nil)
      guard let value = isDate ? DateText.seconds(field) : format.number(field) else {
        let kind = areDates == nil ? "a number or a date" : isDate ? "a date" : "a number, as before,"
        throw format.complaint(
          reader, place, expected: kind, flag: "--split-by", advice: "dates are written 2024-12-31; a gap is in no part"
        )
      }
      areDates = isDate
      try sorter.append(TimedNode(value, node))
    }
    let ordered = sorter.count
    var ties = SplitTies(shares.fullCounts(of: ordered))
    try sorter.forEachSorted { records in
      for record in records { put(Int(record.node), ties.part(ofNext: record.key)) }
    }
    let note = ties.note(table.file.columns[place]) { TimedNode.text(ofKey: $0, isDate: areDates == true) }
    return (labels.counts.reduce(0, +) - ordered, note)
  }

  /// Takes the parts from the words of a column: train, val, test and the like; a gap for none.
  ///
  /// - Throws: `GasError` naming another word.
  func read(_ table: KeyedTable, _ place: Int, _ format: FieldFormat) throws {
    try table.forEachNode("reading parts of") { node, reader in
      let field = reader[place]
      guard !format.isGap(field) else { return }
      switch String(decoding: field.prefix(20), as: UTF8.self).lowercased() {
      case "train", "training": put(node, 0)
      case "val", "valid", "validation", "validate", "dev": put(node, 1)
      case "test", "testing": put(node, 2)
      default:
        throw GasError(
          expected: "train, val or test in column \"\(reader.columns[place].excerpt)\" (--split-column)",
          found: "\(field.shown) in row \(reader.row)", file: reader.name, at: .line(reader.line),
          advice: "leave it empty for nodes in no part")
      }
    }
  }

  /// The classes that have a training node.
  var trainedClasses: Set<Int> {
    var classes: Set<Int> = []
    forEachLabelled { node in
      if parts[node] == SplitPart.train.rawValue { classes.insert(Int(labels.classes[node])) }
    }
    return classes
  }

  /// Writes a mask for each part.
  ///
  /// - Parameter folder: where they go.
  /// - Returns: the file of each part that has nodes.
  /// - Throws: `GasError` if the disk fails.
  func write(to folder: String) throws -> [SplitPart: String] {
    var files: [SplitPart: String] = [:]
    for part in SplitPart.allCases where parts.all.contains(part.rawValue) {
      let path = "\(folder)/\(part.key).npy"
      // A column, so that zeros and ones of one or two nodes cannot be ids.
      let writer = try NpyWriter(creating: path, type: UInt8.npyType, shape: [parts.count, 1])
      for range in (0..<parts.count).chunks(ofCount: 1 << 16) {
        try writer.append(parts[range].map { $0 == part.rawValue ? 1 as UInt8 : 0 })
      }
      try writer.finish()
      files[part] = path
    }
    return files
  }
}

/// A node that sorts by a number, the least first.
private struct TimedNode: SortRecord {
  let key: UInt64
  let node: UInt32

  init(_ value: Double, _ node: Int) {
    // As integers, positive numbers ascend and negative ones descend; adding 0 makes one of the two zeros.
    let bits = (value + 0).bitPattern
    key = bits >> 63 == 1 ? ~bits : bits | 1 << 63
    self.node = UInt32(node)
  }

  /// The number or date that a key stands for.
  static func text(ofKey key: UInt64, isDate: Bool) -> String {
    let value = Double(bitPattern: key >> 63 == 1 ? key ^ 1 << 63 : ~key)
    guard isDate else { return Int(exactly: value).map(String.init) ?? "\(value)" }
    let text = Date(timeIntervalSince1970: value).ISO8601Format()
    return text.hasSuffix("T00:00:00Z") ? String(text.prefix { $0 != "T" }) : text
  }
}
