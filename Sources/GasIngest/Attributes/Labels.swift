import GasBase
import GasEdges
import GasFiles
import GasFormats
import GasStore
import GasTables

/// The labels of all nodes: checked, and ready to be written row by row.
///
/// A vector (or one column) of whole numbers gives each node one class, −1 or NaN for none. A matrix of zeros and
/// ones, dense or sparse, gives it any number of labels, of which some may be missing (−1 or NaN); if each row has
/// exactly one 1, it is the class, unless the user says otherwise. Real values (NaN for missing ones) are what the user
/// says that they are.
struct Labels {
  let matrix: Matrix
  let kind: Manifest.Labels.Kind
  private(set) var classCount = 0
  private(set) var census = LabelCensus()
  /// What real values are like; `nil` of classes.
  private(set) var moments: ValueMoments?
  /// Whether classes are given as a column of zeros and ones for each.
  private let isOneHot: Bool
  /// A larger label is a mistake, unless `--classes` says that there are so many.
  private static let plausibleClassCount = 1 << 20

  /// More numbers with gaps between them may be amounts, and no numbers of classes.
  private static let usualClassCount = 20

  private static let advice =
    "labels are classes: number them 0, 1, 2 and so on, and -1 for none; for real values, pass --label-kind regression"

  var manifest: Manifest.Labels {
    .init(kind: kind, classCount: classCount, missing: kind == .multi && census.missingCount > 0)
  }

  /// Of how many nodes nothing is known.
  var unlabelledCount: Int { moments?.emptyRowCount ?? census.unlabelledCount }

  /// Opens and checks labels.
  ///
  /// - Parameters:
  ///   - path: a `.npy` or `.npz` file, or text.
  ///   - limit: how many classes there are, if the user says.
  ///   - asked: what the labels are, if the user says.
  ///   - inputs: notes the file.
  ///   - scratch: where compressed archives are unpacked.
  /// - Throws: `GasError` if the file is damaged, or its values are no labels.
  init(
    opening path: String, classCount limit: Int?, kind asked: LabelKind? = nil, _ inputs: InputLog,
    _ scratch: ScratchFolder
  ) throws {
    let matrix = try Matrix(openingLabels: path, holdingRealValues: asked == .regression, inputs, scratch)
    if case .dense(let array) = matrix, !(1...2).contains(array.shape.count) {
      throw GasError(
        expected: "labels of shape [nodes] or [nodes, labels]", found: array.header.shapeText, file: matrix.path)
    }
    self.matrix = matrix
    if asked == .regression {
      guard limit == nil else {
        throw GasError("--classes counts classes, and --label-kind regression has none", file: matrix.path)
      }
      (kind, isOneHot, classCount) = (.values, false, matrix.width)
      moments = try ValueMoments(of: matrix, inputs)
      return
    }
    if matrix.width == 1 && !matrix.isSparse && asked != .multiLabel {
      (kind, isOneHot) = (.single, false)
      classCount = try checkSingle(limit)
      if asked == nil && NumPy.isArray(path) && !inputs.isMade(path) { noteColumn(inputs) }
      if limit == nil { noteEmptyClasses(inputs) }
      return
    }
    let rows = try OneHotRows(matrix, limit)
    isOneHot = asked == .classes || (asked == nil && rows.areOneHot)
    kind = isOneHot ? .single : .multi
    classCount = matrix.width
    try count(rows)
    if asked == nil, let note = rows.note { inputs.note("\(matrix.path): \(note)") }
    if limit == nil { noteEmptyClasses(inputs) }
  }

  private mutating func count(_ rows: OneHotRows) throws {
    if isOneHot, let row = rows.firstWithMore {
      throw GasError(
        expected: "one 1 in each row at most (--label-kind classes)", found: "several in row \(row)", file: matrix.path)
    }
    census = isOneHot ? rows.census.ofClasses : rows.census
    guard !isOneHot || rows.census.nodeCounts.contains(where: { $0 > 0 }) else {
      throw GasError("no node has a label", file: matrix.path)
    }
  }

  /// Checks classes. Returns how many there are: as many as `--classes` says, or 1 + the largest label.
  private mutating func checkSingle(_ limit: Int?) throws -> Int {
    var largest = -1
    if let limit, !(1...Int(Int32.max) ~= limit) {
      throw GasError(expected: "from 1 to 2^31 − 1 classes", found: "\(limit)", file: matrix.path)
    }
    var census = LabelCensus()
    try forEachSingle { node, label in
      guard label >= -1 && label < limit ?? Self.plausibleClassCount else { throw outOfRange(label, node, limit) }
      largest = max(largest, label)
      if label >= 0 { census.add(label) } else { census.addUnlabelled() }
    }
    guard largest >= 0 else { throw GasError("no node has a label", file: matrix.path) }
    if let limit, limit > Manifest.largestCount(used: largest) {
      throw GasError(
        expected: "at most \(Manifest.largestCount(used: largest)) classes, where the largest label is \(largest)",
        found: "--classes \(limit)", file: matrix.path, advice: "every model would have an output for each of them")
    }
    census.grow(to: limit ?? 0)
    self.census = census
    return limit ?? largest + 1
  }

  private func outOfRange(_ label: Int, _ node: Int, _ limit: Int?) -> GasError {
    GasError(
      expected: "a label from 0 to \((limit ?? Self.plausibleClassCount) - 1), or -1 for none",
      found: "label \(label) out of range in row \(node)", file: matrix.path,
      advice: label < 0
        ? "save -1 where a node has no label"
        : "pass --classes with the number of classes, or save -1 if it means that a node has no label")
  }

  /// Makes a note if a column could be something else than classes.
  private func noteColumn(_ inputs: InputLog) {
    guard case .dense(let array) = matrix, array.shape.count == 2 else { return }
    let isBinary = census.nodeCounts.count == 2 && census.unlabelledCount == 0
    let other = isBinary ? " (--label-kind multi-label: one label that a node has or has not)" : ""
    inputs.note("\(matrix.path): of shape \(array.header.shapeText), taken as one class a node\(other)")
  }

  /// Makes a note of classes that no node has: the largest class may be a mark.
  private func noteEmptyClasses(_ inputs: InputLog) {
    guard kind == .single, census.emptyCount > 0 else { return }
    let largest = census.nodeCounts.count - 1
    let last = census.nodeCounts[largest]
    let gap = largest > 0 && !isOneHot && census.nodeCounts[largest - 1] == 0
    inputs.note(
      "\(matrix.path): \(census.emptyCount) of \(classCount) classes have no node (\(census.emptyText))"
        + (gap
          ? "; if \(largest), which \(last == 1 ? "1 node has" : "\(last) nodes have"), means no label, save -1 in a signed type"
          : "")
        + (!isOneHot && census.nodeCounts.count { $0 > 0 } > Self.usualClassCount
          ? "; if labels are amounts, pass --label-kind regression" : ""))
  }

  /// Calls `body` with each node and its class; −1 for none.
  private func forEachSingle(_ body: (Int, Int) throws -> Void) throws {
    if isOneHot {
      return try matrix.forEachLabelRow { node, labels in try body(node, labels.firstIndex(of: 1) ?? -1) }
    }
    guard case .dense(let array) = matrix else { preconditionFailure("sparse labels are several") }
    // Some published data sets have NaN for unlabelled nodes.
    try array.forEachInteger(nan: -1, advice: Self.advice) { node, label in try body(node, Int(label)) }
  }

  /// Calls `body` with each node of which nothing is known: it is neither trained on nor scored.
  func forEachUnlabelled(_ body: (Int) -> Void) throws {
    switch kind {
    case .single where census.unlabelledCount > 0:
      try forEachSingle { node, label in if label < 0 { body(node) } }
    case .multi where census.unlabelledCount > 0:
      try matrix.forEachLabelRow { node, labels in
        if labels.allSatisfy({ $0 == NodeLabels.missing }) { body(node) }
      }
    case .values where unlabelledCount > 0:
      try matrix.forEachRow { node, values in if values.allSatisfy(\.isNaN) { body(node) } }
    default: break
    }
  }

  /// Writes the labels in the order of the store's rows.
  func write(_ rows: RowArranger, to store: StoreWriter) throws {
    switch kind {
    case .single:
      let column = try store.column(.labels, type: .int32, encoding: .raw)
      try rows.write(bytesPerRow: MemoryLayout<Int32>.size, to: column) { put in
        try forEachSingle { node, label in withUnsafeBytes(of: Int32(label)) { put(node, $0) } }
      }
    case .multi:
      let column = try store.column(.labels, type: .uint8, width: classCount, encoding: .raw)
      try rows.write(bytesPerRow: classCount, to: column) { put in
        try matrix.forEachLabelRow { node, labels in put(node, UnsafeRawBufferPointer(labels)) }
      }
    case .values:
      let column = try store.column(.labels, type: .float32, width: classCount, encoding: .raw)
      try rows.write(bytesPerRow: classCount * MemoryLayout<Float>.size, to: column) { put in
        try matrix.forEachRow { node, values in
          // NaN has many forms; the store's bytes depend on none of them.
          for column in values.indices where values[column].isNaN { values[column] = .nan }
          put(node, UnsafeRawBufferPointer(values))
        }
      }
    }
  }
}
