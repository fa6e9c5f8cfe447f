import FoundationEssentials
import GasBase
import GasEdges
import GasFiles
import GasFormats
import GasGraph
import GasStore
import GasTables

/// Makes a store of plain files: the whole of `gas-ingest`.
///
/// Each stage uses only what the one before has made:
///
/// 0. tables, if it is made of tables: turned into numbered edges and arrays (`Tables`), which replace stage 2;
/// 1. attributes: features, labels and ids are opened and checked;
/// 2. edges: read, and their ids turned into node numbers (`EdgeResolver`);
/// 3. graph: in-neighbour lists, symmetrised and without duplicates (`GraphBuilder`);
/// 4. partitions: nodes divided and put in order (`Partitioner`, `NodeOrder`);
/// 5. store: columns written in the order of the rows (`AdjacencyWriter`, `IdWriter`, `Features`, `Labels`, `Splits`).
///
/// Nothing is seen under the store's name before all of it is on disk; a failure leaves nothing behind.
public struct Ingest {
  var options: IngestOptions
  /// What tables hold, if the store is made of tables, once they have been read.
  var tables: Tables.Contents?
  let inputs = InputLog()
  let clock: PhaseClock

  /// Prepares an ingest; reads and writes nothing yet.
  public init(_ options: IngestOptions) {
    self.options = options
    clock = PhaseClock(options.progress)
  }

  /// Makes the store.
  ///
  /// - Returns: what was done.
  /// - Throws: `GasError` if the input has faults, or the store cannot be written.
  public func run() throws -> IngestReport {
    // Made first, so that a name that is taken is reported at once.
    let writer = try StoreWriter(
      creating: options.output, replaceExisting: options.replacesExisting, discardedRuns: options.discardedRuns,
      inputs: options.inputPaths, scratch: ScratchPlace.named)
    do {
      let space = try workspace(for: writer)
      return try expanded(for: writer).withTables(space, writer).fill(writer, space)
    } catch {
      writer.abandon()
      throw error
    }
  }

  /// The same ingest with the files of a published data set instead of its folder.
  private func expanded(for writer: StoreWriter) throws -> Ingest {
    guard options.edges.count == 1,
      let folder = DatasetFolders.find(options.edges[0], scratch: writer.scratchPath, inputs)
    else { return self }
    var ingest = self
    ingest.options = try clock.time("read data set") { try folder.expand(options) }
    return ingest
  }

  /// The same ingest with the contents of its tables.
  private func withTables(_ space: Workspace, _ writer: StoreWriter) throws -> Ingest {
    guard let asked = options.tables else { return self }
    var ingest = self
    let contents = try clock.time("read tables") {
      try Tables(asked, isDirected: options.isDirected, seed: options.seed, inputs, space, options.progress).read()
    }
    if options.makesStructuralFeatures { try contents.checkHasNoFeatures(asked) }
    try writer.write(contents.encoding)
    ingest.tables = contents
    ingest.options.read(contents)
    return ingest
  }

  private func workspace(for writer: StoreWriter) throws -> Workspace {
    Workspace(
      scratch: try ScratchFolder(at: writer.scratchPath), memoryBytes: options.usableMemoryBytes,
      parallel: Parallel(threadCount: options.threadCount))
  }

  private func fill(_ writer: StoreWriter, _ space: Workspace) throws -> IngestReport {
    var attributes = try clock.time("check attributes") { try Attributes(options, inputs, space) }
    let (graph, counts, nodes, splits, remarks) = try readGraph(attributes, space)
    if options.makesStructuralFeatures {
      attributes.features = try clock.time("make features") { try structuralFeatures(graph, space) }
    }
    let (order, emptyCount, choice) = try clock.time("partition") { try partition(graph, space) }
    let rows = RowArranger(order: order, scratch: space.scratch, bucketBytes: space.bucketBytes)
    let table = try clock.time("write adjacency") {
      try IdWriter(nodes: nodes, rows: rows).write(to: writer)
      return try AdjacencyWriter(
        graph: graph.renumbered(by: order, in: space, options.progress), order: order,
        edgeFeatures: attributes.edgeFeatures, space: space, progress: options.progress
      ).write(to: writer)
    }
    try clock.time("write attributes") {
      try attributes.features?.write(rows, to: writer)
      try attributes.labels?.write(rows, to: writer)
      try attributes.sampleWeights?.write(rows, to: writer)
      try attributes.sampleWeights?.measure(attributes.labels, splits, space)
      try splits?.write(rows, to: writer)
    }
    // The folder of the process may be in the store that is replaced, and relative paths lead nowhere afterwards.
    let path = URL(fileURLWithPath: writer.path).path
    try clock.time("commit") {
      try writer.removeScratch()
      try writer.commit(manifest(attributes, graph, counts, nodes, splits, table, choice.partitioner))
    }
    return try report(path, counts, graph, splits, attributes, emptyCount, choice.reason, remarks)
  }

  /// Reads the edges and makes the graph. The edges are gone when this returns.
  private func readGraph(
    _ attributes: Attributes, _ space: Workspace
  ) throws -> (Graph, EdgeCounts, NodeIds, Splits?, TextRemarks) {
    var (edges, nodes, remarks) = try clock.time("read edges") {
      if let tables { return (tables.edges, tables.nodes, TextRemarks()) }
      return try EdgeResolver(
        reading: EdgeReading(
          paths: options.edges, format: options.format, isDirected: options.isDirected,
          isUndirected: options.isUndirected, inputs: inputs, progress: options.progress, scratch: space.scratch,
          unpackingBytes: ByteSource.unpackingBytes(of: space.memoryBytes)),
        weights: options.edgeWeights, known: attributes.nodes, knownFrom: attributes.nodesFrom, space: space
      ).run()
    }
    if let path = options.edges.first {
      try options.promises.check(edgeCount: edges.count, file: inputs.name(of: path))
    }
    try attributes.edgeFeatures?.check(edgeCount: edges.count)
    let isDirected = remarks.isDirected ?? options.isDirected
    let estimate = SpaceEstimate(
      nodeCount: nodes.count, edgeCount: edges.count, isDirected: isDirected, isWeighted: edges.isWeighted,
      keepsOrigins: attributes.edgeFeatures != nil,
      featureBytes: attributes.features?.byteCount
        ?? (options.makesStructuralFeatures ? StructuralFeatures.byteCount(nodes.count, isDirected) : 0),
      edgeFeatureBytes: (attributes.edgeFeatures?.width ?? 0) * 4)
    try estimate.check(at: space.scratch.path)
    DiskNeed(estimate.temporaryBytes, for: "temporary files", in: ScratchPlace.named ?? options.output).tell()
    DiskNeed(estimate.storeBytes, for: "columns", in: options.output).tell()
    let splits = try clock.time("read splits") { try readSplits(nodes, space) }
    let (graph, counts) = try clock.time("build graph") {
      try buildGraph(edges, nodes, space, isDirected, keepsOrigins: attributes.edgeFeatures != nil, &remarks)
    }
    return (graph, counts, nodes, splits, remarks)
  }

  /// Makes features of the graph, which are then read and stored as those of a file are.
  private func structuralFeatures(_ graph: Graph, _ space: Workspace) throws -> Features {
    let (path, note) = try StructuralFeatures(graph, seed: options.seed, in: space).write()
    inputs.note(note)
    // The file is no input: its name stands in no store.
    return try Features(
      opening: path, type: options.featureType, normalisation: .standard, storesDense: false, InputLog(), space,
      progress: options.progress)
  }

  private func readSplits(_ nodes: NodeIds, _ space: Workspace) throws -> Splits? {
    var lists: [SplitList] = []
    if let path = options.splits { lists = try SplitList.all(in: path, nodes: nodes, inputs, space) }
    for part in SplitPart.allCases {
      guard let path = options.splitParts[part] else { continue }
      lists.append(
        try SplitList(
          opening: path, part: part, nodes: nodes, holdsIds: options.promises.listsHoldIds, inputs, space))
    }
    return lists.isEmpty ? nil : try Splits(lists, nodes: nodes, scratch: space.scratch)
  }

  /// What to do where no line was an edge; `nil` if nothing tells why.
  private func adviceAboutNothing(_ remarks: TextRemarks) -> String? {
    let comments = remarks.commentCount
    let parts = [
      options.format.skippedLines.map { $0 > 0 ? "--skip-lines \($0) left out the first" : "" } ?? "",
      comments == 0
        ? ""
        : "\(comments == 1 ? "1 line was" : "\(comments) lines were") skipped as comments (--comment none reads them as edges)",
    ].filter { !$0.isEmpty }
    return parts.isEmpty ? nil : parts.joined(separator: ", and ")
  }

  private func buildGraph(
    _ edges: EdgeLog<UInt32>, _ nodes: NodeIds, _ space: Workspace, _ isDirected: Bool, keepsOrigins: Bool,
    _ remarks: inout TextRemarks
  ) throws -> (Graph, EdgeCounts) {
    guard edges.isWeighted || options.duplicates == .first else {
      throw GasError("--duplicates goes with weights", advice: "pass --weighted or --edge-weights")
    }
    var counts = EdgeCounts()
    let builder = GraphBuilder(
      nodeCount: nodes.count, isDirected: isDirected, selfLoops: options.selfLoops, keepsOrigins: keepsOrigins,
      duplicates: options.duplicates, space: space, progress: options.progress)
    let graph: Graph
    do {
      graph = try builder.build(edges, &counts)
    } catch let overflow as WeightOverflow {
      let ends = "\(nodes.text(overflow.nodes.source)) → \(nodes.text(overflow.nodes.target))"
      throw GasError(
        "the weights of edge \(ends) add up to more than a float can hold",
        advice: "pass --\(tables == nil ? "duplicates" : "merge") mean")
    }
    if let note = try builder.note(edges) { remarks.notes.append(note) }
    if let tables, keepsOrigins, counts.duplicates > 0 {
      remarks.notes.append("repeated edges (\(counts.duplicates)) count once, \(tables.featuresOfRepeatedEdges)")
    }
    guard counts.read > 0 || tables?.isEdgeless == true else {
      let files = options.tables?.edges.map(\.path) ?? options.edges
      throw GasError(
        "the graph is empty: no edges", file: files.joined(separator: ", "), advice: adviceAboutNothing(remarks))
    }
    guard counts.entries > 0 || counts.read == 0 else {
      throw GasError("the graph is empty: all edges are self-loops, and these are dropped", file: options.edges.first)
    }
    return (graph, counts)
  }
}
