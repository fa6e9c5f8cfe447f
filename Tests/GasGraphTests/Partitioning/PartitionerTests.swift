import GasBase
import TestSupport
import XCTest

@testable import GasFiles
@testable import GasGraph

final class PartitionerTests: XCTestCase {
  /// Cliques in a ring, joined by one edge each, their nodes dealt out over the numbers.
  private func cliques(_ count: Int, size: Int) throws -> Graph {
    var chunks: [EdgeChunk<UInt32>] = []
    func node(_ clique: Int, _ member: Int) -> UInt32 { UInt32(member * count + clique) }
    for clique in 0..<count {
      var chunk = EdgeChunk<UInt32>()
      for a in 0..<size {
        for b in 0..<a {
          chunk.sources.append(node(clique, a))
          chunk.targets.append(node(clique, b))
        }
      }
      chunk.sources.append(node(clique, 0))
      chunk.targets.append(node((clique + 1) % count, 1))
      chunks.append(chunk)
    }
    return try TestWorkspace().graph(chunks, nodeCount: count * size)
  }

  private func cut(_ graph: Graph, _ partitioning: Partitioning) -> Int {
    (0..<graph.nodeCount).reduce(0) { sum, node in
      sum
        + graph.entries(of: node).count {
          partitioning.partitions[Int(graph.neighbours[$0])] != partitioning.partitions[node]
        }
    }
  }

  private func numbers(_ partitioning: Partitioning) -> [UInt32] { Array(partitioning.partitions.all) }

  func testMetisFindsCliques() throws {
    let graph = try cliques(8, size: 12)
    let metis = try MetisPartitioner(seed: 1).divide(graph, into: 8)
    XCTAssertEqual(metis.sizes, [Int](repeating: 12, count: 8))
    XCTAssertEqual(cut(graph, metis), 16)
    XCTAssertGreaterThan(cut(graph, RandomPartitioner(seed: 1).divide(graph, into: 8)), 500)
  }

  func testSeedsDecide() throws {
    let graph = try cliques(8, size: 12)
    for partitioner in [MetisPartitioner(seed: 7), RandomPartitioner(seed: 7)] as [any Partitioner] {
      let first = try partitioner.divide(graph, into: 5)
      XCTAssertEqual(numbers(first), numbers(try partitioner.divide(graph, into: 5)))
    }
    let other = RandomPartitioner(seed: 8).divide(graph, into: 5)
    XCTAssertNotEqual(numbers(RandomPartitioner(seed: 7).divide(graph, into: 5)), numbers(other))
  }

  func testSimplePartitionersAreBalanced() throws {
    let graph = try cliques(5, size: 7)
    for count in 1...35 {
      for partitioning in [
        RandomPartitioner(seed: 3).divide(graph, into: count), ContiguousPartitioner().divide(graph, into: count),
      ] {
        XCTAssertEqual(partitioning.sizes.count, count)
        XCTAssertLessThanOrEqual(partitioning.sizes.max()! - partitioning.sizes.min()!, 1)
      }
    }
    XCTAssertEqual(numbers(ContiguousPartitioner().divide(graph, into: 2)), (0..<35).map { $0 < 18 ? 0 : 1 })
  }

  func testMetisTakesGraphsThatItWouldFailOn() throws {
    let graph = try cliques(3, size: 4)
    XCTAssertEqual(try MetisPartitioner(seed: 0).divide(graph, into: 1).sizes, [12])
    let loopGraph = try TestWorkspace().graph([EdgeChunk(sources: [0, 1, 2], targets: [0, 1, 2])], nodeCount: 4)
    XCTAssertEqual(try MetisPartitioner(seed: 0).divide(loopGraph, into: 2).sizes, [2, 2])
    XCTAssertEqual(try MetisPartitioner(seed: 0).divide(graph, into: 12).compacted().sizes.reduce(0, +), 12)
  }

  func testEmptyPartitionsAreLeftOut() throws {
    let sparse = Partitioning(count: 5, partitions: FlatArray(count: 4) { [3, 1, 3, 1][$0] })
    XCTAssertEqual(sparse.compacted().count, 2)
    XCTAssertEqual(numbers(sparse.compacted()), [1, 0, 1, 0])
    let full = Partitioning(count: 2, partitions: FlatArray(count: 2) { [1, 0][$0] })
    XCTAssertEqual(numbers(full.compacted()), [1, 0])
  }

  func testTheStandardCountFollowsItsRule() throws {
    func count(_ nodes: Int, _ entries: Int) -> Int { PartitionCount.standard(nodeCount: nodes, entryCount: entries) }
    XCTAssertEqual(count(1, 0), 1)
    XCTAssertEqual(count(511, 2000), 1)
    XCTAssertEqual(count(2708, 10_556), 5)
    XCTAssertEqual(count(19_717, 88_648), 8)
    XCTAssertEqual(count(131_073, 0), 9)
    XCTAssertEqual(count(1000, 50 << 20), 50)
    XCTAssertEqual(count(3, 1 << 30), 3)
  }

  func testPartitionersAreNamedOnTheCommandLine() throws {
    XCTAssertEqual(PartitionerChoice("metis"), .metis)
    XCTAssertEqual(PartitionerChoice("file:a b.npy"), .file("a b.npy"))
    for wrong in ["", "Metis", "file:", "file"] { XCTAssertNil(PartitionerChoice(wrong), wrong) }
    for choice in [.auto, .metis, .stream, .random, .contiguous, .file("x")] as [PartitionerChoice] {
      XCTAssertEqual(PartitionerChoice(choice.description), choice)
    }
  }

  func testAutoTakesMetisWhereItFits() {
    let auto = AutoPartitioner(memoryBudget: 1 << 30)
    let small = auto.choose(nodeCount: 1_000_000, entryCount: 10_000_000)
    XCTAssertEqual(small.partitioner, .metis)
    XCTAssertEqual(small.reason, "METIS would take about 724.8 MiB of the 1.0 GiB at hand")
    let large = auto.choose(nodeCount: 1_000_000, entryCount: 100_000_000)
    XCTAssertEqual(large.partitioner, .stream)
    XCTAssertEqual(large.reason, "METIS would take about 5.7 GiB of the 1.0 GiB at hand")
    // METIS counts in 32 bits.
    let many = AutoPartitioner(memoryBudget: 1 << 50).choose(nodeCount: 1000, entryCount: 1 << 31)
    XCTAssertEqual(many.partitioner, .stream)
    XCTAssertTrue(many.reason!.contains("at most 2147483647"))
  }
}
