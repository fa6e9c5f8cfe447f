import GasBase
import GasGraph

/// Notices a first line of data that may be something else than an edge, or than names of columns.
struct FirstEdgeWatch {
  var firstLine = 0
  /// Names of columns, if the first line was taken for a header because of these names.
  var header: [String]?
  private var first: (source: Int64, target: Int64)?
  /// The integer behind the first edge, if there is one.
  private var third: Int64?
  private var edgeCount = 0
  /// Whether no id is larger than the first.
  private var isLargest = true
  /// Whether the first two ids have occurred again.
  private var isRepeated = false
  private static let fewEdges = 3

  /// Whether the first line could count nodes and edges.
  var mayBeMetisHeader: Bool { first.map { $0.source > 0 && $0.target >= 0 } ?? false }

  /// Notes the first edge.
  mutating func start(_ source: Int64, _ target: Int64, third: Int64?) {
    guard first == nil else { return }
    first = (source, target)
    self.third = third
  }

  /// Notes the edges of a chunk; chunks come in order.
  mutating func look(at edges: EdgeChunk<Int64>) {
    guard edges.count > 0 else { return }
    guard let first else { return }
    let others = edgeCount == 0 ? 1..<edges.count : 0..<edges.count
    edgeCount += edges.count
    // On a usual graph both are known after a few edges.
    if isLargest {
      isLargest = !others.contains { edges.sources[$0] > first.source || edges.targets[$0] > first.source }
    }
    if !isRepeated {
      let ends = [first.source, first.target]
      isRepeated = others.contains { ends.contains(edges.sources[$0]) || ends.contains(edges.targets[$0]) }
    }
  }

  /// The remark about the first line at the end of the file, if there is one.
  ///
  /// - Parameters:
  ///   - file: what messages call the file.
  ///   - names: the names of nodes, if ids are names.
  ///   - isCertain: whether the user has said where the data begin.
  /// - Returns: a remark for the report; `nil` if there is nothing to say.
  /// - Throws: `GasError` if the first line is certainly no edge.
  func note(file: String, _ names: NameResolver?, isCertain: Bool) throws -> String? {
    if let header, let names { try check(header, names, file) }
    guard let first, header == nil else { return nil }
    if let names {
      guard !isRepeated && edgeCount > Self.fewEdges else { return nil }
      let edge = "\(names.table[Int(first.source)]) → \(names.table[Int(first.target)])"
      return "\(file):\(firstLine): \(edge) was taken for an edge, though neither name occurs again; "
        + "pass --skip-lines \(firstLine) if the line names the columns"
    }
    let count = third ?? first.target
    guard isLargest && first.source > 1 && count > 0 && count == Int64(edgeCount - 1) else { return nil }
    // A loop of the largest node with exactly this count behind it is no coincidence: it gives rows, columns and
    // entries.
    guard isCertain || first.source != first.target || count < 2 else {
      throw GasError(
        expected: "an edge", found: "what reads like counts of nodes and edges (\(count) edges follow)", file: file,
        at: .line(firstLine),
        advice:
          "pass --skip-lines \(firstLine) if it is, --format metis if lines list neighbours, --skip-lines \(firstLine - 1) if it "
          + "is an edge")
    }
    guard !isCertain else { return nil }
    return
      "\(file):\(firstLine): \(first.source) → \(first.target) was taken for an edge, but reads like counts of nodes and "
      + "edges (\(count) edges follow); pass --skip-lines \(firstLine) if it is"
  }

  private func check(_ header: [String], _ names: NameResolver, _ file: String) throws {
    for var name in header {
      guard name.withUTF8({ names.table.number(of: UnsafeRawBufferPointer($0)) }) != nil else { continue }
      throw GasError(
        "the line was taken for the names of the columns, but \"\(name)\" is a node too", file: file,
        at: .line(firstLine),
        advice: "pass --skip-lines \(firstLine - 1) if it is an edge, or --skip-lines \(firstLine) if not")
    }
  }
}
