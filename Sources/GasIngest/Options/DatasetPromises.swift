import GasBase

/// What the folder of a data set says of its files, beside them.
struct DatasetPromises: Sendable {
  /// How many edges there are, and which file says so.
  struct EdgeCount: Sendable {
    var count: Int
    var source: String
  }

  /// Which file says how many nodes there are.
  var nodesFrom: String?
  var edges: EdgeCount?
  /// Lists of a split's nodes hold ids, where they could also be masks.
  var listsHoldIds = false

  /// - Throws: `GasError` unless the file of edges holds as many as are promised.
  func check(edgeCount: Int, file: String) throws {
    guard let edges, edges.count != edgeCount else { return }
    throw GasError(
      expected: "\(edges.count) edges, as \(edges.source) says", found: "\(edgeCount)", file: file,
      advice: "one of the two files is not whole, or not of this data set")
  }
}
