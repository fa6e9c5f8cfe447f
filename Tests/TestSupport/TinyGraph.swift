import Foundation
import GasBase
import GasStore

/// A small graph in plain arrays, and the plainest possible way to make a store of it: the oracle of everything that reads or
/// writes stores.
public struct TinyGraph {
  public var nodeCount: Int
  /// Directed entries: `source` stands in the list of `target`. Undirected graphs list both directions.
  public var edges: [(source: Int, target: Int)]
  public var weights: [Float]?
  /// Row-major, nodeCount × featureWidth.
  public var features: [Float]
  public var featureWidth: Int
  public var labels: [Int32]
  public var classCount: Int
  /// 0 none, 1 train, 2 validation, 3 test.
  public var splits: [UInt8]
  /// Partition of each node; partitions are numbered from 0 without gaps.
  public var partition: [Int]
  public var directed = false
  public var isSparse = false

  /// A seeded random graph: nodes of a class are joined more often and have similar features.
  public static func random(
    nodes: Int, degree: Int = 4, features: Int = 8, classes: Int = 3, partitions: Int = 4, seed: UInt64 = 1,
    directed: Bool = false, selfLoops: Int = 0, weighted: Bool = false, sparse: Bool = false
  ) -> TinyGraph {
    var random = SeededRandom(seed: seed)
    let labels = (0..<nodes).map { _ in Int32(random.below(classes)) }
    var known = Set<[Int]>()
    for _ in 0..<nodes * degree / 2 {
      let u = random.below(nodes)
      var v = random.below(nodes)
      for _ in 0..<4 where labels[u] != labels[v] { v = random.below(nodes) }
      guard u != v else { continue }
      known.insert([u, v])
      if !directed { known.insert([v, u]) }
    }
    for _ in 0..<selfLoops {
      let u = random.below(nodes)
      known.insert([u, u])
    }
    let edges = known.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }.map { (source: $0[0], target: $0[1]) }
    var values = [Float]()
    for node in 0..<nodes {
      for column in 0..<features {
        let mean = column % classes == Int(labels[node]) ? 1.0 : 0.0
        let value = Float(mean + random.uniform() - 0.5)
        values.append(sparse && random.uniform() < 0.6 ? 0 : value)
      }
    }
    var order = Array(0..<nodes)
    random.shuffle(&order)
    var partition = [Int](repeating: 0, count: nodes)
    for (place, node) in order.enumerated() { partition[node] = place % partitions }
    let weights = edges.map { 0.5 + Float(min($0.source, $0.target) * 7 % 5) / 4 }
    return TinyGraph(
      nodeCount: nodes, edges: edges, weights: weighted ? weights : nil, features: values, featureWidth: features,
      labels: labels, classCount: classes, splits: (0..<nodes).map { UInt8(1 + $0 % 3) }, partition: partition,
      directed: directed, isSparse: sparse)
  }

  /// The node of each row of the store: by partition, then by number.
  public var rows: [Int] {
    (0..<nodeCount).sorted { (partition[$0], $0) < (partition[$1], $1) }
  }
}

extension TinyGraph {
  /// Writes the graph as a store.
  public func write(to path: String, featureType: ElementType = .float32, replaceExisting: Bool = false) throws {
    let writer = try StoreWriter(creating: path, replaceExisting: replaceExisting)
    let table = try writeAdjacency(writer)
    let nodes = rows
    try writer.column(.order, type: .uint32, encoding: .lz4).append(nodes.map(UInt32.init))
    try writer.column(.labels, type: .int32, encoding: .raw).append(nodes.map { labels[$0] })
    try writer.column(.splits, type: .uint8, width: 1, encoding: .raw).append(nodes.map { splits[$0] })
    try writeFeatures(writer, nodes, featureType)
    try writer.commit(
      Manifest(
        nodeCount: nodeCount, edgeCount: edges.count, directed: directed, weighted: weights != nil,
        selfLoopCount: edges.filter { $0.source == $0.target }.count,
        features: .init(storage: isSparse ? .sparse : .dense, width: featureWidth, normalisation: "none"),
        labels: .init(kind: .single, classCount: classCount), splitCount: 1, idKind: .sequential, partitions: table,
        provenance: .init(
          tool: "tiny", version: "0", date: "2026-01-01T00:00:00Z", command: [], seed: 0, partitioner: "given",
          inputs: [], counts: [:])))
  }

  private func writeAdjacency(_ writer: StoreWriter) throws -> PartitionTable {
    let nodes = rows
    var rowOf = [Int](repeating: 0, count: nodeCount)
    for (row, node) in nodes.enumerated() { rowOf[node] = row }
    var lists = [[(row: Int, weight: Float)]](repeating: [], count: nodeCount)
    for (index, edge) in edges.enumerated() {
      lists[rowOf[edge.target]].append((rowOf[edge.source], weights?[index] ?? 1))
    }
    let hasLoop = Set(edges.filter { $0.source == $0.target }.map { rowOf[$0.source] })
    let degree = lists.map { $0.reduce(Float(0)) { $0 + $1.weight } }

    let degrees = try writer.column(.degrees, type: .uint32, encoding: .raw)
    let neighbours = try writer.column(.neighbours, type: .uint32, encoding: .lz4)
    let halo = try writer.column(.halo, type: .uint32, encoding: .lz4)
    let haloDegrees = try writer.column(.haloDegrees, type: .float32, encoding: .lz4)
    let edgeWeights = try weights.map { _ in try writer.column(.edgeWeights, type: .float32, encoding: .lz4) }
    if weights != nil { try writer.column(.weightedDegrees, type: .float32, encoding: .raw).append(degree) }
    var (nodeStarts, edgeStarts, haloStarts, inner) = ([0], [0], [0], [Int]())
    for part in 0...(partition.max() ?? 0) {
      let start = nodeStarts.last!
      let own = start..<start + partition.filter { $0 == part }.count
      let foreign = Set(own.flatMap { lists[$0].map(\.row) }.filter { !own.contains($0) }).sorted()
      var entryCount = 0
      var innerCount = 0
      for row in own {
        let coded = lists[row].map { entry in
          let code =
            own.contains(entry.row) ? entry.row - own.lowerBound : own.count + foreign.firstIndex(of: entry.row)!
          return (code: UInt32(code), weight: entry.weight)
        }.sorted { $0.code < $1.code }
        try degrees.append(UInt32(coded.count))
        try neighbours.append(coded.map(\.code))
        try edgeWeights?.append(coded.map(\.weight))
        entryCount += coded.count
        innerCount += coded.filter { $0.code < own.count }.count
      }
      try halo.append(foreign.map(UInt32.init))
      try haloDegrees.append(foreign.map { degree[$0] + (hasLoop.contains($0) ? 0 : 1) })
      nodeStarts.append(own.upperBound)
      edgeStarts.append(edgeStarts.last! + entryCount)
      haloStarts.append(haloStarts.last! + foreign.count)
      inner.append(innerCount)
    }
    return PartitionTable(
      nodeStarts: nodeStarts, edgeStarts: edgeStarts, haloStarts: haloStarts, innerEdgeCounts: inner)
  }

  private func writeFeatures(_ writer: StoreWriter, _ nodes: [Int], _ type: ElementType) throws {
    let ordered = nodes.map { Array(features[$0 * featureWidth..<($0 + 1) * featureWidth]) }
    guard isSparse else {
      let column = try writer.column(.features, type: type, width: featureWidth, encoding: .raw)
      for row in ordered {
        switch type {
        case .float16: try column.append(row.map { Float16($0).bitPattern })
        case .bfloat16: try column.append(row.map { UInt16(truncatingIfNeeded: $0.bitPattern >> 16) })
        default: try column.append(row)
        }
      }
      return
    }
    let offsets = try writer.column(.featureOffsets, type: .uint64, encoding: .raw)
    let indices = try writer.column(.featureIndices, type: .uint32, encoding: .raw)
    let values = try writer.column(.featureValues, type: .float32, encoding: .raw)
    var count: UInt64 = 0
    try offsets.append(count)
    for row in ordered {
      let set = row.indices.filter { row[$0] != 0 }
      count += UInt64(set.count)
      try offsets.append(count)
      try indices.append(set.map(UInt32.init))
      try values.append(set.map { row[$0] })
    }
  }
}

/// A folder that goes away with the test.
public final class TemporaryFolder {
  public let path: String

  public init() throws {
    path = NSTemporaryDirectory() + "gas-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  public func file(_ name: String) -> String { path + "/" + name }
}
