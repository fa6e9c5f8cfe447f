import GasBase
import GasFiles
import GasGraph

/// Turns the ids that edges name into node numbers.
package struct EdgeResolver {
  let reading: EdgeReading
  /// A `.npy` vector with a weight for each edge.
  let weights: String?
  /// All nodes, if they are given. Otherwise they are those that a file says there are, or else the ids in the edges:
  /// integers in ascending order, names in the order in which they appear.
  let known: NodeIds?
  /// The file or option that gives the nodes, for messages.
  let knownFrom: String?
  let space: Workspace

  /// Groups how edges and weights are read, and the nodes if they are known.
  package init(reading: EdgeReading, weights: String?, known: NodeIds?, knownFrom: String?, space: Workspace) {
    self.reading = reading
    self.weights = weights
    self.known = known
    self.knownFrom = knownFrom
    self.space = space
  }

  /// Reads all edges.
  ///
  /// - Returns: the edges between numbered nodes, the nodes, and what the files say besides.
  /// - Throws: `GasError` if a file is damaged, or if an edge names a node that does not exist.
  package func run() throws -> (edges: EdgeLog<UInt32>, nodes: NodeIds, remarks: TextRemarks) {
    let format = reading.format
    var nodes = try known ?? (format.hasStringIds ? .names(StringTable(in: space)) : nil)
    var reading = reading
    reading.names = try Self.resolver(nodes, known: known, knownFrom: knownFrom, format)
    var weights = try weights.map { try EdgeWeights(opening: $0, reading.inputs) }
    let isWeighted = format.isWeighted || weights != nil
    let resolved = try EdgeLog<UInt32>(in: space, isWeighted: isWeighted)
    let raw = try EdgeLog<Int64>(in: space, isWeighted: isWeighted)
    var nodesFrom = knownFrom
    var areSidesApart = false
    var oneBased: OneBasedIds?
    var remarks = try reading.forEachBatch { batch in
      if oneBased != nil { return try oneBased!.check(batch.edges) }
      if batch.areSidesApart { (areSidesApart, _) = (true, try Self.refuseSides(batch, nodes)) }
      if let count = batch.nodeCount {
        try Self.agree(batch.file, count, nodes, nodesFrom, hasOthers: raw.count > 0)
        if nodes == nil { (nodes, nodesFrom) = (.sequential(count: count), batch.file) }
      }
      var batch = batch
      if let next = try weights?.next(batch.edges.count) { batch.edges.weights = next }
      guard let nodes else { return try raw.append(batch.edges) }
      do {
        try resolved.append(try Self.resolve(batch, nodes))
      } catch let error as GasError {
        guard let found = try OneBasedIds(error, nodes, batch.edges, resolved) else { throw error }
        oneBased = found
      }
    }
    if let oneBased { throw oneBased.conclusion }
    try weights?.finish()
    if let nodes {
      // Those that are given need not be those of the edges.
      addHeaderNotes(to: &remarks, nodeCount: known == nil ? nodes.count : nil)
      return (resolved, nodes, remarks)
    }
    var edges = raw
    if areSidesApart {
      let (joined, note) = try BipartiteSides(raw).joined(in: space)
      remarks.notes.append(note)
      edges = joined
    }
    let found = try discover(edges, resolved)
    addHeaderNotes(to: &remarks, nodeCount: found.count)
    if let promised = remarks.promisedNodeCount, promised > found.count {
      remarks.notes.append(
        "the header of KONECT counts \(promised) nodes, \(found.count) have edges and are in the store; --ids takes all"
      )
    }
    return (resolved, found, remarks)
  }

  /// Says where the comments of edge lists contradict what was read of them.
  private func addHeaderNotes(to remarks: inout TextRemarks, nodeCount: Int?) {
    // Edges of several files, or of files that were joined, may name the same nodes.
    let isAlone = reading.paths.count == 1 && remarks.headers.count == 1
    let isDirected = remarks.isDirected ?? reading.isDirected
    remarks.notes += remarks.headers.compactMap {
      $0.note(nodeCount: isAlone ? nodeCount : nil, isDirected: isDirected)
    }
  }

  /// Refuses sides that are numbered apart if nodes are known: then the places of the right side among them would have
  /// to be known too.
  private static func refuseSides(_ batch: EdgeBatch, _ nodes: NodeIds?) throws {
    guard nodes != nil else { return }
    throw GasError(
      "the network is bipartite, and its header does not say how many nodes are on the left", file: batch.file,
      advice: "add the line \"% EDGES LEFT RIGHT\" behind the first, or leave out what names nodes")
  }

  /// Checks that the number of nodes in a file agrees with the nodes that are known.
  private static func agree(
    _ file: String, _ count: Int, _ nodes: NodeIds?, _ nodesFrom: String?, hasOthers: Bool
  ) throws {
    switch nodes {
    case .sequential(let known):
      guard known == count else {
        throw GasError(
          expected: "\(known) nodes, as \(nodesFrom ?? "the file before") has", found: "\(count)", file: file)
      }
    case .integers, .names:
      throw GasError("the file numbers its nodes itself, from 0 to \(count - 1)", file: file, advice: "leave out --ids")
    case nil:
      guard !hasOthers else {
        throw GasError(
          "the file says how many nodes there are, but edges before it have named some", file: file,
          advice: "name this file first, or pass --nodes \(count)")
      }
      guard count > 0 else { throw GasError("the graph is empty: no nodes", file: file) }
      guard count <= NodeIds.largestCount else { throw NodeIds.tooMany(file: file) }
    }
  }

  private static func resolver(
    _ nodes: NodeIds?, known: NodeIds?, knownFrom: String?, _ format: EdgeFormat
  ) throws -> NameResolver? {
    if case .names(let table) = nodes {
      return NameResolver(table: table, list: known == nil ? nil : knownFrom ?? "the list of ids")
    }
    guard !format.hasStringIds else {
      throw GasError(
        "--string-ids goes with a list of names, but node ids are integers", file: knownFrom, advice: "pass --ids FILE")
    }
    return nil
  }

  private static func resolve(_ batch: EdgeBatch, _ nodes: NodeIds) throws -> EdgeChunk<UInt32> {
    EdgeChunk(
      sources: try resolve(batch.edges.sources, batch, nodes), targets: try resolve(batch.edges.targets, batch, nodes),
      weights: batch.edges.weights)
  }

  private static func resolve(_ ids: [Int64], _ batch: EdgeBatch, _ nodes: NodeIds) throws -> [UInt32] {
    var found: [UInt32] = []
    found.reserveCapacity(ids.count)
    for (place, id) in ids.enumerated() {
      guard let node = nodes.node(id) else { throw unknown(id, place, batch, nodes) }
      found.append(node)
    }
    return found
  }

  private static func unknown(_ id: Int64, _ place: Int, _ batch: EdgeBatch, _ nodes: NodeIds) -> GasError {
    switch batch.places {
    case .lines(let lines): GasError(nodes.problem(id), file: batch.file, at: .line(lines[place]))
    case .edges(let first): GasError("edge \(first + place): \(nodes.problem(id))", file: batch.file)
    }
  }

  /// Numbers the ids that occur.
  private func discover(_ raw: EdgeLog<Int64>, _ resolved: EdgeLog<UInt32>) throws -> NodeIds {
    let ids = try DistinctIds.ascending(in: raw, space)
    guard ids.count <= NodeIds.largestCount else { throw NodeIds.tooMany(file: nil) }
    let nodes = NodeIds(try IntegerIds(ascending: ids, in: space))
    let line = reading.progress.line("numbering nodes", total: raw.count, unit: "edges")
    defer { line?.finish() }
    try raw.forEachChunk { chunk in
      try resolved.append(
        EdgeChunk<UInt32>(
          sources: chunk.sources.map { nodes.node($0)! }, targets: chunk.targets.map { nodes.node($0)! },
          weights: chunk.weights))
      line?.advance(by: chunk.count)
    }
    return nodes
  }
}
