import GasBase

/// What the folder of a data set says about its files.
struct DatasetPromises: Sendable {
  /// How many edges there are, and the file that says so.
  struct EdgeCount: Sendable {
    var count: Int
    var source: String
  }

  /// The file that says how many nodes there are.
  var nodesFrom: String?
  var edges: EdgeCount?
  /// Whether a split's lists of nodes hold ids where they could also be masks.
  var listsHoldIds = false

  /// Checks that all promised edges were read.
  ///
  /// - Parameters:
  ///   - edgeCount: how many edges were read.
  ///   - file: the file of edges, for the message.
  /// - Throws: `GasError` unless the file of edges holds as many as are promised.
  func check(edgeCount: Int, file: String) throws {
    guard let edges, edges.count != edgeCount else { return }
    throw GasError(
      expected: "\(edges.count) edges, as \(edges.source) says", found: "\(edgeCount)", file: file,
      advice: "one of the two files is not whole, or not of this data set")
  }
}
