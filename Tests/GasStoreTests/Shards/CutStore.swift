import GasBase
import TestSupport
import XCTest

@testable import GasColumns
@testable import GasStore

/// A tiny graph's store, and the shards that it was cut into.
struct CutStore {
  let folder: TemporaryFolder
  let store: Store
  let shards: [Store]

  init(_ graph: TinyGraph, ranks: Int, featureType: ElementType = .float32) throws {
    folder = try TemporaryFolder()
    try graph.write(to: folder.file("store"), featureType: featureType)
    store = try Store(opening: folder.file("store"))
    let path = folder.file("shards")
    try ShardCut(store, ranks: ranks, output: path).run()
    shards = try (0..<ranks).map { try Store(opening: "\(path)/rank-\($0)") }
  }

  /// The rows whose features a shard has: its own, and those that its lists name.
  func heldRows(_ shard: Store) throws -> Set<Int> {
    var rows = Set<Int>()
    for partition in shard.heldPartitions {
      rows.formUnion(store.partitions.nodes(partition))
      rows.formUnion(try Self.halo(of: partition, in: store).map { Int($0.row) })
    }
    return rows
  }

  static func halo(of partition: Int, in store: Store) throws -> [(row: UInt32, degree: Float)] {
    let count = store.partitions.halo(partition).count
    let (rowBuffer, degreeBuffer) = (Buffer<UInt32>(), Buffer<Float>())
    let (rows, degrees) = (rowBuffer.resized(to: count), degreeBuffer.resized(to: count))
    return try withExtendedLifetime((rowBuffer, degreeBuffer)) {
      try PartitionReader(store).readHalo(of: partition, rows: rows, degrees: degrees)
      return zip(rows, degrees).map { ($0, $1) }
    }
  }

  static func bytes(_ name: ColumnName, of store: Store) throws -> [UInt8] {
    let column = store.column(name)
    let count = column.header.elementCount
    return try [UInt8](unsafeUninitializedCapacity: count * column.type.byteCount) { buffer, length in
      length = count * column.type.byteCount
      try column.read(
        0..<count, bytes: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<length]),
        using: BlockCodec())
    }
  }

  /// Graphs with every kind of column between them.
  static let graphs: [(graph: TinyGraph, type: ElementType)] = [
    (.random(nodes: 90, partitions: 7, selfLoops: 9, weighted: true, sparse: true), .float32),
    (TinyGraph.random(nodes: 80, partitions: 5, directed: true, selfLoops: 4).withEdgeFeatures(width: 3), .float16),
    (.random(nodes: 70, partitions: 6, weighted: true), .uint8), (FixtureGraphs.names, .float32),
    (FixtureGraphs.integers, .float32), (FixtureGraphs.prices, .float32), (FixtureGraphs.assays, .bfloat16),
  ]
}
