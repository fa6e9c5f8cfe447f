import CMetis
import Foundation
import GasBase

/// Multilevel k-way partitioning by METIS: few edges between partitions, node counts within 3 % of each other.
///
/// G. Karypis, V. Kumar, *A Fast and High Quality Multilevel Scheme for Partitioning Irregular Graphs*, SIAM J. Sci. Comput. 20
/// (1998). As the published GAS experiments use it: edge weights are not looked at, all nodes weigh the same.
struct MetisPartitioner: Partitioner {
  let seed: UInt64

  func divide(_ graph: Graph, into count: Int) throws -> Partitioning {
    let (starts, neighbours) = try metisGraph(graph)
    // METIS fails on these two, which need no search.
    guard count > 1 && starts[graph.nodeCount] > 0 else { return ContiguousPartitioner().divide(graph, into: count) }
    let partitions = FlatArray<idx_t>(repeating: 0, count: graph.nodeCount)
    var options = [idx_t](repeating: 0, count: Int(METIS_NOPTIONS))
    METIS_SetDefaultOptions(&options)
    options[Int(METIS_OPTION_SEED.rawValue)] = idx_t(truncatingIfNeeded: seed & 0x7fff_ffff)
    var nodeCount = idx_t(graph.nodeCount)
    var constraintCount: idx_t = 1
    var partitionCount = idx_t(count)
    var cut: idx_t = 0
    let status = Self.blockingTermination {
      METIS_PartGraphKway(
        &nodeCount, &constraintCount, starts.all.baseAddress, neighbours.all.baseAddress, nil, nil, nil,
        &partitionCount, nil, nil, &options, &cut, partitions.all.baseAddress)
    }
    guard status == METIS_OK.rawValue else { throw failure(status) }
    return Partitioning(count: count, partitions: FlatArray(count: graph.nodeCount) { UInt32(partitions[$0]) })
  }

  /// METIS takes SIGTERM for an error of its own while it runs and jumps out of itself. Blocked on this thread, the signal waits,
  /// or goes to whoever listens for it (`gas-ingest` does, to clean up).
  private static func blockingTermination(_ body: () -> Int32) -> Int32 {
    var blocked = sigset_t()
    var before = sigset_t()
    sigemptyset(&blocked)
    sigaddset(&blocked, SIGTERM)
    pthread_sigmask(SIG_BLOCK, &blocked, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    return body()
  }

  /// METIS wants lists without self-loops, in numbers of the width it was built for.
  private func metisGraph(_ graph: Graph) throws -> (starts: FlatArray<idx_t>, neighbours: FlatArray<idx_t>) {
    guard graph.entryCount <= Int(idx_t.max) else {
      throw GasError(
        "a graph of \(graph.entryCount) adjacency entries is too large for METIS (\(idx_t.bitWidth)-bit numbers)",
        advice: "pass --partitioner contiguous, or file:PATH with partitions of your own")
    }
    let starts = FlatArray<idx_t>(repeating: 0, count: graph.nodeCount + 1)
    let neighbours = FlatArray<idx_t>(repeating: 0, count: graph.entryCount)
    var count = 0
    for node in 0..<graph.nodeCount {
      for entry in graph.entries(of: node) where graph.neighbours[entry] != UInt32(node) {
        neighbours[count] = idx_t(graph.neighbours[entry])
        count += 1
      }
      starts[node + 1] = idx_t(count)
    }
    return (starts, neighbours)
  }

  private func failure(_ status: Int32) -> GasError {
    let problem = status == METIS_ERROR_MEMORY.rawValue ? "METIS ran out of memory" : "METIS failed (status \(status))"
    return GasError(problem, advice: "pass --partitioner contiguous or random")
  }
}
