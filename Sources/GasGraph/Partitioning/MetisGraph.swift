import CMetis
import GasBase
import GasFiles
import Glibc

/// A graph as METIS takes it: lists without self-loops, in numbers of the width that METIS was built for.
struct MetisGraph {
  /// One number more than there are nodes.
  let starts: FlatArray<idx_t>
  let neighbours: FlatArray<idx_t>
  /// A weight for each neighbour, the same in both directions; absent if all edges weigh the same.
  var edgeWeights: FlatArray<idx_t>?
  /// `weightCount` numbers for each node; absent if all nodes weigh the same.
  var nodeWeights: FlatArray<idx_t>?
  /// How much the heaviest partition may exceed the mean, for each weight that a node has; METIS's own 3 % if absent.
  var imbalance: [Float] = []

  var nodeCount: Int { starts.count - 1 }
  var entryCount: Int { Int(starts[nodeCount]) }

  /// Divides the graph by multilevel k-way partitioning. There have to be edges, and at least two partitions: METIS
  /// fails otherwise.
  ///
  /// - Parameters:
  ///   - count: how many partitions.
  ///   - seed: of METIS's random choices.
  /// - Returns: a partition for each node.
  /// - Throws: `GasError` if METIS fails.
  func divide(into count: Int, seed: UInt64) throws -> FlatArray<idx_t> {
    let partitions = FlatArray<idx_t>(repeating: 0, count: nodeCount)
    var options = [idx_t](repeating: 0, count: Int(METIS_NOPTIONS))
    METIS_SetDefaultOptions(&options)
    options[Int(METIS_OPTION_SEED.rawValue)] = idx_t(truncatingIfNeeded: seed & 0x7fff_ffff)
    var nodeCount = idx_t(nodeCount)
    var constraintCount = idx_t(max(1, imbalance.count))
    var partitionCount = idx_t(count)
    var cut: idx_t = 0
    var bounds = imbalance.map { real_t($0) }
    let hasBounds = !bounds.isEmpty
    let status = Self.undisturbed {
      bounds.withUnsafeMutableBufferPointer { bounds in
        METIS_PartGraphKway(
          &nodeCount, &constraintCount, starts.all.baseAddress, neighbours.all.baseAddress,
          nodeWeights?.all.baseAddress, nil, edgeWeights?.all.baseAddress, &partitionCount, nil,
          hasBounds ? bounds.baseAddress : nil, &options, &cut, partitions.all.baseAddress)
      }
    }
    guard status == METIS_OK.rawValue else { throw Self.failure(status) }
    return partitions
  }

  /// Runs METIS without signals and output. METIS takes SIGTERM for an error of its own while it runs, and jumps out of
  /// itself; while it is blocked on this thread, the signal waits, or goes to the thread that waits for it
  /// (`gas-ingest` has one, to clean up). And METIS prints remarks to standard output, where they would be mixed with
  /// results.
  private static func undisturbed(_ body: () -> Int32) -> Int32 {
    var blocked = sigset_t()
    var before = sigset_t()
    sigemptyset(&blocked)
    sigaddset(&blocked, SIGTERM)
    pthread_sigmask(SIG_BLOCK, &blocked, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    return withoutOutput(body)
  }

  /// Runs C code with standard output going nowhere.
  private static func withoutOutput(_ body: () -> Int32) -> Int32 {
    fflush(nil)
    let (output, nowhere) = (dup(STDOUT_FILENO), open("/dev/null", O_WRONLY))
    // Without standard output there is nothing to protect.
    if output >= 0 && nowhere >= 0 { dup2(nowhere, STDOUT_FILENO) }
    defer {
      fflush(nil)
      if output >= 0 { dup2(output, STDOUT_FILENO) }
      for descriptor in [output, nowhere] where descriptor >= 0 { close(descriptor) }
    }
    return body()
  }

  private static func failure(_ status: Int32) -> GasError {
    let problem = status == METIS_ERROR_MEMORY.rawValue ? "METIS ran out of memory" : "METIS failed (status \(status))"
    return GasError(problem, advice: "pass --partitioner contiguous or random")
  }
}
