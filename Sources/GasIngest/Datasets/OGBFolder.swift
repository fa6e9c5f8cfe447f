import FoundationEssentials
import GasBase
import GasEdges
import GasFiles

/// A node-property data set of the Open Graph Benchmark as it is published, before OGB's own library has processed it:
///
///     raw/edge.csv.gz  num-node-list.csv.gz
///     [raw/node-feat.csv.gz  node-label.csv.gz  edge-feat.csv.gz  num-edge-list.csv.gz]
///     [split/NAME/train.csv.gz  valid.csv.gz  test.csv.gz]
///
/// Layout: ogb.io.read_graph_raw.read_csv_graph_raw, one graph. Tables become arrays in a scratch folder, line by line.
struct OGBFolder: DatasetFolder {
  let path: String
  let scratch: String
  let inputs: InputLog

  static func isOne(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path + "/raw/edge.csv.gz")
  }

  func expand(_ options: IngestOptions) throws -> IngestOptions {
    let count = try self.count("raw/num-node-list")
    var options = try DatasetFolders.plain(
      options, path, nodeCount: count, source: "\(path)/raw/num-node-list.csv.gz")
    if let source = file("raw/num-edge-list") {
      options.promises.edges = .init(count: try self.count("raw/num-edge-list"), source: source)
    }
    options.edges = [file("raw/edge")!]
    options.features = try options.features ?? array("raw/node-feat", rowCount: count)
    options.labels =
      try options.labels
      ?? array(
        "raw/node-label", rowCount: count, mayLack: true, isReal: options.labelKind == .regression)
    if options.edgeFeatures == nil, file("raw/edge-feat") != nil {
      options.edgeFeatures = try array("raw/edge-feat", rowCount: self.count("raw/num-edge-list"))
    }
    try OGBSplit.add(path, to: &options)
    return options
  }

  private func file(_ name: String) -> String? {
    let path = "\(self.path)/\(name).csv.gz"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  private func count(_ name: String) throws -> Int {
    let path = "\(self.path)/\(name).csv.gz"
    var counts: [Int] = []
    try IdList.forEachLine(path, inputs) { text, line in
      guard let count = Int(String(decoding: text, as: UTF8.self)), count > 0 else {
        throw GasError(expected: "a count of at least 1", found: text.shown, file: path, at: .line(line))
      }
      counts.append(count)
    }
    guard counts.count == 1 else {
      throw GasError(expected: "one graph", found: "\(counts.count)", file: path)
    }
    return counts[0]
  }

  private func array(
    _ name: String, rowCount: Int, mayLack: Bool = false, isReal: Bool = false
  ) throws -> String? {
    guard let path = file(name) else { return nil }
    try FileTree.makeFolders(scratch, isDurable: false)
    let target = "\(scratch)/\(name.split(separator: "/").last!).npy"
    try NumberTable(path: path, rowCount: rowCount, mayLackNumbers: mayLack, holdsRealValues: isReal)
      .convert(to: target, inputs)
    inputs.note(target, madeOf: path)
    return target
  }
}
