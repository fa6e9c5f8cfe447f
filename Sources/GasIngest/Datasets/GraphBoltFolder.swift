import FoundationEssentials
import GasBase
import GasEdges
import GasFiles
import GasFormats
import GasGraph
import GasStore

/// A GraphBolt `OnDiskDataset`: a folder with `metadata.yaml` and the files that it names, of one kind of nodes and
/// edges.
///
/// It takes the edges, the features named `feat` (or the only ones) of nodes and of edges, and ids and labels of the
/// sets of the task `node_classification` (or the only one). Nodes outside of the sets have no label.
struct GraphBoltFolder: DatasetFolder {
  let path: String
  let scratch: String
  let inputs: InputLog
  private static let metadataName = "metadata.yaml"

  private var metadataPath: String { "\(path)/\(Self.metadataName)" }

  init(path: String, scratch: String, inputs: InputLog) {
    self.path = path
    self.scratch = scratch
    self.inputs = inputs
  }

  static func isOne(_ path: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(metadataName)") }

  func expand(_ options: IngestOptions) throws -> IngestOptions {
    let metadata = try GraphBoltMetadata(reading: metadataPath)
    let file = try MappedFile(opening: metadataPath)
    inputs.record(path: metadataPath, FileChecksum(file))
    guard metadata.graph.nodes.count == 1, metadata.graph.edges.count == 1 else {
      throw GasError(
        expected: "one type of nodes and of edges",
        found: "\(metadata.graph.nodes.count) and \(metadata.graph.edges.count)", file: metadataPath)
    }
    var options = try DatasetFolders.plain(
      options, path, nodeCount: metadata.graph.nodes[0].num, source: metadataPath)
    try addEdges(metadata.graph.edges[0], to: &options)
    options.features = try options.features ?? feature("node", metadata)
    options.edgeFeatures = try options.edgeFeatures ?? feature("edge", metadata)
    if let task = try task(metadata) { try add(task, to: &options) }
    return options
  }

  private func addEdges(_ edges: GraphBoltMetadata.Graph.Edges, to options: inout IngestOptions) throws {
    options.edges = ["\(path)/\(edges.path)"]
    switch edges.format {
    case "csv": options.format.kind = .text
    case "numpy":
      options.format.kind = .npy
      options.edges[0] = try DatasetFolders.edges(options.edges[0], scratch: scratch, inputs)
    default: throw unknown(edges.format, "csv or numpy")
    }
  }

  private func feature(_ domain: String, _ metadata: GraphBoltMetadata) throws -> String? {
    let all = (metadata.features ?? []).filter { $0.domain == domain }
    guard let feature = all.count == 1 ? all[0] : all.first(where: { $0.name == "feat" }) else {
      guard !all.isEmpty else { return nil }
      throw GasError(
        expected: "\(domain) features called \"feat\"", found: all.map(\.name).joined(separator: ", "),
        file: metadataPath, advice: "pass --\(domain == "edge" ? "edge-" : "")features with one of their files")
    }
    return try array(feature.path, feature.format)
  }

  private func task(_ metadata: GraphBoltMetadata) throws -> GraphBoltMetadata.Task? {
    let all = metadata.tasks ?? []
    if all.count < 2 { return all.first }
    if let task = all.first(where: { $0.name == "node_classification" }) { return task }
    throw GasError(
      expected: "a task \"node_classification\"", found: all.map { $0.name ?? "?" }.joined(separator: ", "),
      file: metadataPath)
  }

  private func add(_ task: GraphBoltMetadata.Task, to options: inout IngestOptions) throws {
    let takesSplits = options.splits == nil && options.splitParts.isEmpty
    var sets: [(ids: String, labels: String)] = []
    for (part, items) in [
      (SplitPart.train, task.trainSet), (.validation, task.validationSet), (.test, task.testSet),
    ] {
      guard let items, let item = items.first else { continue }
      guard items.count == 1 else {
        throw GasError(
          expected: "one item in a set, of the one type of nodes", found: "\(items.count)", file: metadataPath)
      }
      // Older versions have another name for them.
      guard let ids = try ["seeds", "seed_nodes"].lazy.compactMap({ try data($0, item) }).first else {
        throw GasError(
          expected: "seeds in a set", found: item.data.map(\.name).joined(separator: ", "), file: metadataPath)
      }
      if takesSplits { options.splitParts[part] = ids }
      options.promises.listsHoldIds = takesSplits
      if let labels = try data("labels", item) { sets.append((ids, labels)) }
    }
    guard options.labels == nil, !sets.isEmpty else { return }
    guard options.labelKind != .regression else {
      throw GasError(
        "the labels of a data set of this kind are read as classes", file: metadataPath,
        advice: "pass --labels with a value for each node beside --label-kind regression")
    }
    options.classCount = options.classCount ?? task.classCount
    options.labels = try labels(sets, nodeCount: options.nodeCount!)
  }

  private func data(_ name: String, _ items: GraphBoltMetadata.Task.Items) throws -> String? {
    try items.data.first { $0.name == name }.map { try array($0.path, $0.format) }
  }

  private func array(_ name: String, _ format: String) throws -> String {
    guard format == "numpy" else { throw unknown(format, "numpy") }
    return "\(path)/\(name)"
  }

  private func unknown(_ format: String, _ expected: String) -> GasError {
    GasError(
      expected: "format \(expected)", found: format, file: metadataPath, advice: "save the array with numpy.save")
  }

  private func labels(_ sets: [(ids: String, labels: String)], nodeCount: Int) throws -> String {
    try FileTree.makeFolders(scratch, isDurable: false)
    let target = "\(scratch)/labels.npy"
    let labels = try ScatteredLabels(creating: target, nodeCount: nodeCount)
    for set in sets { try labels.add(set.labels, of: set.ids, inputs) }
    try labels.finish()
    inputs.note(target, madeOf: metadataPath)
    return target
  }
}
