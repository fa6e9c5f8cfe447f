import GasStore
import XCTest

/// A store turned back into plain values, by node in original order: what ingest is compared with.
struct StoreContents {
  struct Edge: Hashable, Comparable, CustomStringConvertible {
    var source: Int
    var target: Int
    static func < (a: Edge, b: Edge) -> Bool { (a.source, a.target) < (b.source, b.target) }
    var description: String { "\(source)→\(target)" }
  }

  let store: Store
  /// Entries and their weights (1 if there are none).
  private(set) var edges: [Edge: Float] = [:]
  /// Features of each entry; empty rows if there are none.
  private(set) var edgeFeatures: [Edge: [Float]] = [:]
  private(set) var partitionOfNode: [Int]
  /// The node of each row.
  let order: [Int]

  /// Opens and verifies a store.
  init(_ path: String) throws {
    store = try Store(opening: path)
    _ = try StoreVerifier(store).verify()
    let count = store.nodeCount
    order = try store.column(.order).array(0..<count, as: UInt32.self).map { Int($0) }
    partitionOfNode = [Int](repeating: -1, count: count)
    try readEdges()
  }

  private mutating func readEdges() throws {
    let reader = PartitionReader(store, edgeFeatures: true)
    let width = store.manifest.edgeFeatures?.width ?? 0
    for partition in store.partitions.indices {
      let rows = store.partitions.nodes(partition)
      let halo = try store.column(.halo).array(store.partitions.halo(partition), as: UInt32.self).map { Int($0) }
      let adjacency = try reader.adjacency(of: partition)
      var entry = 0
      for (index, row) in rows.enumerated() {
        partitionOfNode[order[row]] = partition
        for _ in 0..<adjacency.degrees[index] {
          let code = Int(adjacency.neighbours[entry])
          let source = code < rows.count ? rows.lowerBound + code : halo[code - rows.count]
          let weight = store.manifest.weighted ? adjacency.weights[entry] : 1
          let edge = Edge(source: order[source], target: order[row])
          XCTAssertNil(edges.updateValue(weight, forKey: edge), "\(edge) stands twice")
          edgeFeatures[edge] = Array(adjacency.edgeFeatures[entry * width..<(entry + 1) * width])
          entry += 1
        }
      }
    }
  }

  /// A column's rows in original order.
  private func rows<T: ColumnElement>(_ name: ColumnName, as: T.Type) throws -> [[T]] {
    let column = store.column(name)
    let values = try column.array(0..<column.rowCount * column.width, as: T.self)
    var rows = [[T]](repeating: [], count: store.nodeCount)
    for row in 0..<store.nodeCount {
      rows[order[row]] = Array(values[row * column.width..<(row + 1) * column.width])
    }
    return rows
  }

  func integerIds() throws -> [Int64] { try rows(.ids, as: Int64.self).map { $0[0] } }
  func labels() throws -> [Int32] { try rows(.labels, as: Int32.self).map { $0[0] } }
  func values() throws -> [[Float]] { try rows(.labels, as: Float.self) }
  func sampleWeights() throws -> [Float] { try rows(.sampleWeights, as: Float.self).map { $0[0] } }
  func multiLabels() throws -> [[UInt8]] { try rows(.labels, as: UInt8.self) }
  func splits() throws -> [[UInt8]] { try rows(.splits, as: UInt8.self) }
  func degrees() throws -> [UInt32] { try rows(.degrees, as: UInt32.self).map { $0[0] } }
  func weightedDegrees() throws -> [Float] { try rows(.weightedDegrees, as: Float.self).map { $0[0] } }

  func names() throws -> [String] {
    let offsets = try store.column(.idOffsets).array(0..<store.nodeCount + 1, as: UInt64.self).map { Int($0) }
    let bytes = try store.column(.idBytes).array(0..<store.column(.idBytes).rowCount, as: UInt8.self)
    var names = [String](repeating: "", count: store.nodeCount)
    for row in 0..<store.nodeCount {
      names[order[row]] = String(decoding: bytes[offsets[row]..<offsets[row + 1]], as: UTF8.self)
    }
    return names
  }

  /// Features as dense rows, whatever they are stored as.
  func features() throws -> [[Float]] {
    if store.manifest.features?.storage == .sparse { return try sparseFeatures() }
    switch store.column(.features).type {
    case .float16: return try rows(.features, as: UInt16.self).map { $0.map { Float(Float16(bitPattern: $0)) } }
    case .uint8:
      return try rows(.features, as: UInt8.self).map { bytes in
        let scale = bytes.withUnsafeBytes { $0.loadUnaligned(as: Float.self) }
        return bytes.dropFirst(4).map { scale * Float(Int8(bitPattern: $0)) }
      }
    case .bfloat16: return try rows(.features, as: UInt16.self).map { $0.map { Float(bitPattern: UInt32($0) << 16) } }
    default: return try rows(.features, as: Float.self)
    }
  }

  private func sparseFeatures() throws -> [[Float]] {
    let count = store.column(.featureIndices).rowCount
    let offsets = try store.column(.featureOffsets).array(0..<store.nodeCount + 1, as: UInt64.self).map { Int($0) }
    let indices = try store.column(.featureIndices).array(0..<count, as: UInt32.self)
    let values = try store.column(.featureValues).array(0..<count, as: Float.self)
    let empty = [Float](repeating: 0, count: store.manifest.features!.width)
    var rows = [[Float]](repeating: empty, count: store.nodeCount)
    for row in 0..<store.nodeCount {
      for entry in offsets[row]..<offsets[row + 1] { rows[order[row]][Int(indices[entry])] = values[entry] }
    }
    return rows
  }

  /// Degrees that GCN's normalisation uses, as stored beside each halo row, by node.
  func haloDegrees() throws -> [Int: Set<Float>] {
    let count = store.column(.halo).rowCount
    let rows = try store.column(.halo).array(0..<count, as: UInt32.self)
    let degrees = try store.column(.haloDegrees).array(0..<count, as: Float.self)
    return zip(rows, degrees).reduce(into: [:]) { $0[order[Int($1.0)], default: []].insert($1.1) }
  }
}
