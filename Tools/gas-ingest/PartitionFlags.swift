import ArgumentParser
import GasGraph
import GasIngest

extension NodeOrderKind: ExpressibleByArgument {}

extension PartitionerChoice: ExpressibleByArgument {
  /// Reads a choice; `nil` if the text is none.
  public init?(argument: String) { self.init(argument) }
  /// The choice as a person would write it.
  public var defaultValueDescription: String { description }
}

struct PartitionFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      How many partitions. Default: as few as hold at most 16384 nodes and about 1048576 adjacency entries each, but up to 8 of at \
      least 512 nodes.
      """, valueName: "K"))
  var partitions: Int?
  @Option(
    help: ArgumentHelp(
      """
      auto: metis if it fits the memory, stream if not; metis: few edges between partitions; stream: few halo rows, in little memory; \
      random: equal sizes, by chance; contiguous: ranges of the original order; file:PATH: a partition number for each node in \
      original order (text or .npy).
      """, valueName: "auto|metis|stream|random|contiguous|file:PATH"))
  var partitioner = PartitionerChoice.auto
  @Option(
    help: """
      Order of the nodes in a partition. border: those that other partitions read come first, and those that the same ones read \
      lie together, so that fewer pages are read; original: as in the input.
      """)
  var order = NodeOrderKind.border
  @Option(help: "The same seed gives the same partitions; streamed ones depend on --memory too.")
  var seed: UInt64 = 0

  func validate() throws {
    if let partitions, partitions < 1 {
      throw ValidationError("--partitions takes a count of at least 1, found \(partitions)")
    }
  }

  func apply(to options: inout IngestOptions) {
    options.partitionCount = partitions
    options.partitioner = partitioner
    options.nodeOrder = order
    options.seed = seed
  }
}
