import GasBase
import GasStore

extension TinyGraph {
  /// Writes the graph as a store. The feature type uint8 is int8 with a scale for each row.
  public func write(to path: String, featureType: ElementType = .float32, replaceExisting: Bool = false) throws {
    let writer = try StoreWriter(creating: path, replaceExisting: replaceExisting)
    let table = try TinyAdjacency(self).write(writer)
    let nodes = rows
    try writeIds(writer, nodes)
    try writeLabels(writer, nodes)
    if splitCount > 0 {
      try writer.column(.splits, type: .uint8, width: splitCount, encoding: .raw)
        .append(nodes.flatMap { splits[$0 * splitCount..<($0 + 1) * splitCount] })
    }
    if let sampleWeights {
      try writer.column(.sampleWeights, type: .float32, encoding: .raw).append(nodes.map { sampleWeights[$0] })
    }
    try isSparse ? writeSparse(writer, nodes) : writeDense(writer, nodes, featureType)
    try writer.commit(manifest(table, scaled: featureType == .uint8))
  }

  private func manifest(_ table: PartitionTable, scaled: Bool) -> Manifest {
    let idKind: Manifest.IdKind =
      switch ids {
      case .sequential: .sequential
      case .integers: .integer
      case .names: .string
      }
    return Manifest(
      nodeCount: nodeCount, edgeCount: edges.count, directed: directed, weighted: weights != nil,
      selfLoopCount: edges.filter { $0.source == $0.target }.count,
      features: .init(
        storage: isSparse ? .sparse : .dense, width: featureWidth, normalisation: "none",
        encoding: scaled ? .int8 : nil),
      edgeFeatures: edgeFeatureWidth > 0 ? .init(width: edgeFeatureWidth) : nil,
      labels: .init(
        kind: values != nil ? .values : multiLabels == nil ? .single : .multi, classCount: classCount,
        missing: values == nil && multiLabels?.contains(255) == true),
      sampleWeighted: sampleWeights != nil, splitCount: splitCount, idKind: idKind, partitions: table,
      provenance: .init(
        tool: "tiny", version: "0", date: "2026-01-01T00:00:00Z", command: [], seed: 0, partitioner: "given",
        inputs: [], counts: [:]))
  }

  private func writeIds(_ writer: StoreWriter, _ nodes: [Int]) throws {
    try writer.column(.order, type: .uint32, encoding: .lz4).append(nodes.map(UInt32.init))
    switch ids {
    case .sequential: break
    case .integers(let ids):
      try writer.column(.ids, type: .int64, encoding: .lz4).append(nodes.map { ids[$0] })
    case .names(let names):
      let texts = nodes.map { Array(names[$0].utf8) }
      try writer.column(.idBytes, type: .uint8, encoding: .lz4).append(texts.flatMap { $0 })
      try writer.column(.idOffsets, type: .uint64, encoding: .lz4).append(Self.starts(texts.map(\.count)))
    }
  }

  private func writeLabels(_ writer: StoreWriter, _ nodes: [Int]) throws {
    if let values {
      return try writer.column(.labels, type: .float32, width: classCount, encoding: .raw)
        .append(nodes.flatMap { values[$0 * classCount..<($0 + 1) * classCount] })
    }
    guard let multiLabels else {
      return try writer.column(.labels, type: .int32, encoding: .raw).append(nodes.map { labels[$0] })
    }
    try writer.column(.labels, type: .uint8, width: classCount, encoding: .raw)
      .append(nodes.flatMap { multiLabels[$0 * classCount..<($0 + 1) * classCount] })
  }

  private func writeDense(_ writer: StoreWriter, _ nodes: [Int], _ type: ElementType) throws {
    let width = type == .uint8 ? 4 + featureWidth : featureWidth
    let column = try writer.column(.features, type: type, width: width, encoding: .raw)
    let values = nodes.flatMap { featureRow($0) }
    switch type {
    case .float16: try column.append(values.map { Float16($0).bitPattern })
    case .bfloat16: try column.append(values.map { UInt16(truncatingIfNeeded: $0.bitPattern >> 16) })
    case .uint8: try column.append(nodes.flatMap { scaledBytes(featureRow($0)) })
    default: try column.append(values)
    }
  }

  private func scaledBytes(_ row: some Sequence<Float>) -> [UInt8] {
    let scale = (row.map(abs).max() ?? 0) / 127
    let bytes = row.map { UInt8(bitPattern: Int8(scale > 0 ? ($0 / scale).rounded() : 0)) }
    return withUnsafeBytes(of: scale) { Array($0) } + bytes
  }

  private func writeSparse(_ writer: StoreWriter, _ nodes: [Int]) throws {
    let ordered = nodes.map { featureRow($0) }
    let indices = ordered.map { row in row.indices.filter { row[$0] != 0 }.map { $0 - row.startIndex } }
    try writer.column(.featureOffsets, type: .uint64, encoding: .raw).append(Self.starts(indices.map(\.count)))
    try writer.column(.featureIndices, type: .uint32, encoding: .raw).append(indices.joined().map(UInt32.init))
    try writer.column(.featureValues, type: .float32, encoding: .raw).append(ordered.joined().filter { $0 != 0 })
  }

  private func featureRow(_ node: Int) -> ArraySlice<Float> {
    features[node * featureWidth..<(node + 1) * featureWidth]
  }

  /// 0 and the sums of the first 1, 2, … counts.
  private static func starts(_ counts: [Int]) -> [UInt64] {
    counts.reduce(into: [0]) { $0.append($0.last! + UInt64($1)) }
  }
}

/// The adjacency of a small graph in store order: for each row, who sends it messages and with what weight.
private struct TinyAdjacency {
  let partition: [Int]
  let isWeighted: Bool
  let edgeFeatureWidth: Int
  var lists: [[(row: Int, weight: Float, features: [Float])]]
  var hasLoop: [Bool]

  init(_ graph: TinyGraph) {
    partition = graph.rows.map { graph.partition[$0] }
    isWeighted = graph.weights != nil
    edgeFeatureWidth = graph.edgeFeatureWidth
    lists = .init(repeating: [], count: graph.nodeCount)
    hasLoop = .init(repeating: false, count: graph.nodeCount)
    var rowOf = [Int](repeating: 0, count: graph.nodeCount)
    for (row, node) in graph.rows.enumerated() { rowOf[node] = row }
    for (index, edge) in graph.edges.enumerated() {
      lists[rowOf[edge.target]].append(
        (rowOf[edge.source], graph.weights?[index] ?? 1, graph.edgeFeatureRow(index)))
      if edge.source == edge.target { hasLoop[rowOf[edge.source]] = true }
    }
  }

  func degree(_ row: Int) -> Float { lists[row].reduce(0) { $0 + $1.weight } }

  func write(_ writer: StoreWriter) throws -> PartitionTable {
    let neighbours = try writer.column(.neighbours, type: .uint32, encoding: .packed)
    let halo = try writer.column(.halo, type: .uint32, encoding: .packed)
    let haloDegrees = try writer.column(.haloDegrees, type: .float32, encoding: .lz4)
    let weights = try isWeighted ? writer.column(.edgeWeights, type: .float32, encoding: .lz4) : nil
    let features =
      try edgeFeatureWidth > 0
      ? writer.column(.edgeFeatures, type: .float32, width: edgeFeatureWidth, encoding: .lz4) : nil
    try writer.column(.degrees, type: .uint32, encoding: .raw).append(lists.map { UInt32($0.count) })
    if isWeighted {
      try writer.column(.weightedDegrees, type: .float32, encoding: .raw).append(lists.indices.map(degree))
    }
    var (nodeStarts, edgeStarts, haloStarts, inner) = ([0], [0], [0], [Int]())
    for part in 0...(partition.last ?? 0) {
      let own = nodeStarts.last!..<nodeStarts.last! + partition.filter { $0 == part }.count
      let foreign = Set(lists[own].joined().map(\.row).filter { !own.contains($0) }).sorted()
      let entries = own.flatMap { coded(lists[$0], own, foreign) }
      try neighbours.append(entries.map(\.code))
      try weights?.append(entries.map(\.weight))
      try features?.append(entries.flatMap(\.features))
      try halo.append(foreign.map(UInt32.init))
      try haloDegrees.append(foreign.map { degree($0) + (hasLoop[$0] ? 0 : 1) })
      nodeStarts.append(own.upperBound)
      edgeStarts.append(edgeStarts.last! + entries.count)
      haloStarts.append(haloStarts.last! + foreign.count)
      inner.append(entries.filter { $0.code < own.count }.count)
    }
    return PartitionTable(
      nodeStarts: nodeStarts, edgeStarts: edgeStarts, haloStarts: haloStarts, innerEdgeCounts: inner)
  }

  /// A list as the store holds it: rows of the partition by place, others by place in the halo, ascending.
  private func coded(
    _ list: [(row: Int, weight: Float, features: [Float])], _ own: Range<Int>, _ halo: [Int]
  ) -> [(code: UInt32, weight: Float, features: [Float])] {
    list.map { entry in
      let isOwn = own.contains(entry.row)
      let code = isOwn ? entry.row - own.lowerBound : own.count + halo.firstIndex(of: entry.row)!
      return (UInt32(code), entry.weight, entry.features)
    }.sorted { $0.code < $1.code }
  }
}
