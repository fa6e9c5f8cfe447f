import GasBase
import GasStore
import TestSupport
import XCTest

@testable import GasBatch

/// Compares the joined halo of random groups of random graphs with one made of sets.
final class HaloMergerTests: XCTestCase {
  private struct Case {
    var edges: [(source: Int, target: Int)]
    var partition: [Int]
    var group: [Int]
  }

  private func draw(_ random: inout SeededRandom) -> Case {
    let (nodes, parts) = (1 + random.below(90), 1 + random.below(5))
    // Every partition has a node.
    let partition = (0..<nodes).map { $0 < parts ? $0 : random.below(parts) }
    let count = min(parts, nodes)
    let edges = (0..<random.below(200)).map { _ in (source: random.below(nodes), target: random.below(nodes)) }
    var group = Array(0..<count)
    random.shuffle(&group)
    return Case(edges: edges, partition: partition, group: Array(group.prefix(1 + random.below(count))))
  }

  private func smaller(_ found: Case) -> [Case] {
    Property.shorter(found.edges).map { Case(edges: $0, partition: found.partition, group: found.group) }
      + Property.shorter(found.group).filter { !$0.isEmpty }.map {
        Case(edges: found.edges, partition: found.partition, group: $0)
      }
  }

  private func graph(_ drawn: Case) -> TinyGraph {
    var known = Set<[Int]>()
    let edges = drawn.edges.filter { $0.source != $0.target && known.insert([$0.source, $0.target]).inserted }
    let nodes = drawn.partition.count
    return TinyGraph(
      nodeCount: nodes, edges: edges, features: [Float](repeating: 0, count: nodes), featureWidth: 1,
      labels: [Int32](repeating: 0, count: nodes), classCount: 1, splits: [UInt8](repeating: 1, count: nodes),
      partition: drawn.partition, directed: true)
  }

  func testJoinedHaloIsTheUnion() throws {
    let folder = try TemporaryFolder()
    let found = try Property.counterexample(
      among: 60, seed: 5, draw: draw, smaller: smaller, holds: { try problem($0, folder.file("store")) })
    if let found { XCTFail("\(found.value): \(found.problem)") }
  }

  private func values(of buffer: Buffer<UInt32>, _ count: Int) -> [Int] {
    withExtendedLifetime(buffer) { buffer.resized(to: count).map(Int.init) }
  }

  private func problem(_ drawn: Case, _ path: String) throws -> String? {
    try graph(drawn).write(to: path, replaceExisting: true)
    let store = try Store(opening: path)
    let reader = PartitionReader(store)
    let segments = Batch.Segment.arranged(drawn.group, store.partitions)
    let rowCount = segments.last?.batchRows.upperBound ?? 0
    let (halo, degrees) = (Buffer<UInt32>(), Buffer<Float>())
    let haloReader = HaloReader(store, reader)
    let joined = try haloReader.read(segments, rowCount: rowCount, halo: halo, haloDegrees: degrees)
    let merged = values(of: halo, joined.count)
    let joinedColumns = withExtendedLifetime(haloReader) { joined.columns.map { $0.map(Int.init) } }

    var lists: [[Int]] = []
    for segment in segments {
      let count = store.partitions.halo(segment.partition).count
      let (rows, own) = (Buffer<UInt32>(), Buffer<Float>())
      try reader.readHalo(of: segment.partition, rows: rows.resized(to: count), degrees: own.resized(to: count))
      lists.append(values(of: rows, count))
    }
    func segment(of row: Int) -> Batch.Segment? { segments.first { $0.nodes.contains(row) } }
    let plain = Set(lists.joined()).filter { segment(of: $0) == nil }.sorted()
    if merged != plain { return "\(merged) instead of \(plain)" }
    for (list, columns) in zip(lists, joinedColumns) {
      for (row, column) in zip(list, columns) {
        let wanted =
          segment(of: row).map { $0.start + row - $0.nodes.lowerBound } ?? rowCount + plain.firstIndex(of: row)!
        if column != wanted { return "row \(row) is column \(column) instead of \(wanted)" }
      }
    }
    return nil
  }
}
