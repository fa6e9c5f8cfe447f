import GasBase

/// Reads the edges of a KONECT file: two ids, and a weight and a time if there are, with blanks of any kind between
/// them.
///
/// In a bipartite network the ids of the right side follow those of the left one: right node r becomes LEFT + r. If the
/// header does not say how many there are on the left, `EdgeResolver` does this when all edges have been read.
struct KonectParser: EdgeTextParser {
  private let header: KonectHeader
  private var base: EdgeParser
  private var edgeCount: Int64 = 0
  private let readsOtherColumns: Bool
  /// The user's option about directions, if it differs from the header.
  private let overruledBy: String?

  var file: String { base.file }
  var line: Int { base.line }
  var remarks: TextRemarks {
    var remarks = base.remarks
    remarks.isDirected = header.kind == .bip ? nil : header.kind == .asym
    remarks.promisedNodeCount = header.counts.map {
      Int(header.kind == .bip ? $0.left + $0.right : max($0.left, $0.right))
    }
    remarks.notes += notes
    return remarks
  }

  init(_ header: KonectHeader, format: EdgeFormat, file: String, overruledBy: String? = nil) {
    self.header = header
    self.overruledBy = overruledBy
    readsOtherColumns = format.columns != nil || format.ignoresExtraColumns
    var format = format
    format.separator = format.separator ?? .blanks
    if format.columns == nil { format.ignoresExtraColumns = true }
    format.skippedLines = format.skippedLines ?? 0
    base = EdgeParser(format: format, file: file, names: nil)
    base.mayGrow = !readsOtherColumns
  }

  private var notes: [String] {
    var notes: [String] = []
    let name = "\(file):\(header.line): the header of KONECT says "
    switch header.kind {
    case .asym:
      notes.append(name + "that edges have a direction (asym)" + (overruledBy.map { ", which \($0) overrules" } ?? ""))
    case .sym: notes.append(name + "that edges have no direction (sym)")
    case .bip:
      let left = header.counts.map {
        ": ids of the right side follow the \($0.left) of the left, right node 1 is \($0.left + 1)"
      }
      notes.append(name + "that the network is bipartite (bip)" + (left ?? ""))
    }
    if base.longLineCount > 0 && !readsOtherColumns && !base.format.isWeighted {
      notes.append(
        "\(file): weights (\(header.weights ?? "third column")) and times are not read; --weighted reads weights")
    }
    return notes
  }

  mutating func parse(_ text: UnsafeRawBufferPointer) throws -> EdgeBatch {
    var batch = try base.parse(text)
    edgeCount += Int64(batch.edges.count)
    guard let counts = header.counts else {
      batch.areSidesApart = header.kind == .bip
      return batch
    }
    let isBipartite = header.kind == .bip
    let all = max(counts.left, counts.right)
    try check(batch.edges.sources, upTo: isBipartite ? counts.left : all, batch)
    try check(batch.edges.targets, upTo: isBipartite ? counts.right : all, batch)
    if isBipartite { batch.edges.targets = batch.edges.targets.map { $0 + counts.left } }
    return batch
  }

  private func check(_ ids: [Int64], upTo count: Int64, _ batch: EdgeBatch) throws {
    guard let place = ids.firstIndex(where: { $0 < 1 || $0 > count }), case .lines(let lines) = batch.places else {
      return
    }
    throw GasError(
      expected: "ids from 1 to \(count), as line \(header.counts!.line) says", found: "\(ids[place])", file: file,
      at: .line(lines[place]))
  }

  mutating func finish() throws {
    try base.finish()
    guard let counts = header.counts, counts.edges != edgeCount else { return }
    throw GasError(
      expected: "\(counts.edges) edges, as line \(counts.line) says", found: "\(edgeCount)", file: file,
      at: .line(line),
      advice: (edgeCount < counts.edges ? "the file is truncated, or " : "")
        + "take line \(counts.line) away if it counts something else")
  }
}
