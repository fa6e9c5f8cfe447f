import FoundationEssentials
import GasBase
import GasEdges
import GasFiles
import GasFormats

/// A node-property data set of the Open Graph Benchmark that is published as arrays, such as ogbn-papers100M:
///
///     raw/data.npz: edge_index  num_nodes_list  [num_edges_list  node_feat  edge_feat]
///     [raw/node-label.npz: node_label]
///     [split/NAME/…]
///
/// Layout: ogb.io.read_graph_raw.read_binary_graph_raw, one graph. The arrays are unpacked into a scratch folder.
struct OGBArchive: DatasetFolder {
  let path: String
  let scratch: String
  let inputs: InputLog

  static func isOne(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path + "/raw/data.npz") }

  func expand(_ options: IngestOptions) throws -> IngestOptions {
    let archive = try NpzReader(opening: path + "/raw/data.npz")
    inputs.record(path: archive.path, archive.fileChecksum())
    var options = try DatasetFolders.plain(
      options, path, nodeCount: count("num_nodes_list", "node", archive), source: "\(archive.path)[num_nodes_list]")
    if archive.has("num_edges_list") {
      options.promises.edges = .init(
        count: try count("num_edges_list", "edge", archive), source: "\(archive.path)[num_edges_list]")
    }
    options.edges = [try DatasetFolders.edges(unpack("edge_index", archive), scratch: scratch, inputs)]
    options.format.kind = .npy
    if options.features == nil, archive.has("node_feat") { options.features = try unpack("node_feat", archive) }
    if options.edgeFeatures == nil, archive.has("edge_feat") {
      options.edgeFeatures = try unpack("edge_feat", archive)
    }
    let labels = path + "/raw/node-label.npz"
    if options.labels == nil, FileManager.default.fileExists(atPath: labels) {
      let archive = try NpzReader(opening: labels)
      inputs.record(path: labels, archive.fileChecksum())
      options.labels = try unpack("node_label", archive)
    }
    try OGBSplit.add(path, to: &options)
    return options
  }

  private func count(_ name: String, _ what: String, _ archive: NpzReader) throws -> Int {
    let counts = try archive.array(name)
    guard counts.type.isInteger, counts.elementCount == 1 else {
      throw GasError(expected: "the \(what) count of one graph", found: "\(counts.elementCount)", file: counts.path)
    }
    return Int(try counts.integers(0..<1)[0])
  }

  private func unpack(_ name: String, _ archive: NpzReader) throws -> String {
    try FileTree.makeFolders(scratch, isDurable: false)
    let target = "\(scratch)/\(name).npy"
    try archive.extract(name, to: target)
    inputs.note(target, madeOf: "\(archive.path)[\(name)]")
    return target
  }
}
