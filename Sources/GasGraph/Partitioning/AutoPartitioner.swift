import CMetis
import GasBase

/// Chooses METIS if its memory fits a budget, and the streaming partitioner otherwise.
package struct AutoPartitioner {
  /// A partitioner, and the reason for it.
  package struct Choice {
    /// The partitioner that was chosen.
    package let partitioner: PartitionerChoice
    /// The reason in one line; `nil` if the user has chosen.
    package var reason: String?

    /// Groups a choice and its reason.
    package init(_ partitioner: PartitionerChoice, because reason: String? = nil) {
      self.partitioner = partitioner
      self.reason = reason
    }
  }

  /// The memory that partitioning may take, in bytes.
  let memoryBudget: Int

  /// Chooses for so many bytes of memory.
  package init(memoryBudget: Int) {
    self.memoryBudget = memoryBudget
  }

  /// About how much memory METIS takes at its peak, its copy of the graph included: rather too much than too little. A
  /// whole ingest of 1 M nodes and 18 M entries reached at least 1.13 GiB, where this gives 1.16 GiB.
  static func metisBytes(nodeCount: Int, entryCount: Int) -> Int { 60 * entryCount + 160 * nodeCount }

  /// Chooses the partitioner of a graph, with a reason in one line.
  package func choose(_ graph: Graph) -> Choice { choose(nodeCount: graph.nodeCount, entryCount: graph.entryCount) }

  /// Chooses the partitioner of a graph of this size, with a reason in one line.
  package func choose(nodeCount: Int, entryCount: Int) -> Choice {
    let needed = Self.metisBytes(nodeCount: nodeCount, entryCount: entryCount)
    let text = "METIS would take about \(Units.bytes(needed)) of the \(Units.bytes(memoryBudget)) at hand"
    if needed > memoryBudget { return Choice(.stream, because: text) }
    guard entryCount <= Int(idx_t.max) else {
      return Choice(.stream, because: "METIS takes at most \(idx_t.max) adjacency entries, the graph has \(entryCount)")
    }
    return Choice(.metis, because: text)
  }
}
