import GasBase
import GasFiles
import GasGraph
import GasStore

extension Ingest {
  /// Divides the graph and orders its rows. Returns the order, how many partitions had no nodes, and which partitioner
  /// was used.
  func partition(
    _ graph: Graph, _ space: Workspace
  ) throws -> (NodeOrder, emptyCount: Int, choice: AutoPartitioner.Choice) {
    if case .file(let path) = options.partitioner {
      let partitioner = FilePartitioner(path: path, inputs: inputs, space: space)
      let divided = try partitioner.divide(graph, expecting: options.partitionCount)
      return (
        try NodeOrder(divided, options.nodeOrder, of: graph, in: space, options.progress), 0, .init(options.partitioner)
      )
    }
    let count =
      options.partitionCount
      ?? PartitionCount.standard(nodeCount: graph.nodeCount, entryCount: graph.entryCount)
    guard 1...graph.nodeCount ~= count else {
      throw GasError(
        expected: "from 1 to \(graph.nodeCount) partitions (there are so many nodes)", found: "--partitions \(count)")
    }
    guard count <= Manifest.largestPartitionCount else {
      throw GasError(expected: "at most \(Manifest.largestPartitionCount) partitions", found: "--partitions \(count)")
    }
    let skeleton = try graph.skeleton(in: space, options.progress)
    let choice =
      options.partitioner == .auto
      ? AutoPartitioner(memoryBudget: space.memoryBytes).choose(skeleton) : .init(options.partitioner)
    let divided = try partitioner(choice.partitioner, space).divide(skeleton, into: count)
    let whole = divided.compacted()
    let order = try NodeOrder(whole, options.nodeOrder, of: graph, in: space, options.progress)
    return (order, divided.count - whole.count, choice)
  }

  private func partitioner(_ choice: PartitionerChoice, _ space: Workspace) -> any Partitioner {
    switch choice {
    case .metis: MetisPartitioner(seed: options.seed)
    case .auto, .stream:
      StreamPartitioner(seed: options.seed, space: space, progress: options.progress)
    case .random: RandomPartitioner(seed: options.seed)
    case .contiguous, .file: ContiguousPartitioner()
    }
  }
}
