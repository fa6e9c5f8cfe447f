import GasBase
import GasBatch
import GasFiles
import GasNN
import GasSettings
import GasStore

/// What training on several ranks would send and take, found out by one process without the others: the halo lists tell
/// which rows travel, and ranks send by the same rules (`StepExchange`, `RankPart`).
///
/// Bytes are those of the first epoch and of one evaluation. Other epochs have others where some partitions have no
/// training nodes, since batches without any are left out, and where a number of steps ends epochs.
public struct RankPlan: Codable, Equatable, Sendable {
  /// The part of one rank.
  public struct Rank: Codable, Equatable, Sendable {
    /// How many partitions it computes.
    public var partitions = 0
    /// How many nodes these have.
    public var nodes = 0
    /// How many entries their lists of neighbours have.
    public var entries = 0
    /// How many rows of other ranks it reads.
    public var ghosts = 0
    /// Bytes of pushed rows that it sends in an epoch.
    public var rowBytes = 0
    /// Bytes of pushed rows that it receives in an epoch.
    public var receivedRowBytes = 0
    /// Bytes of gradients that it sends in an epoch, and receives.
    public var gradientBytes = 0
    /// Bytes of rows that it sends in an evaluation.
    public var ghostBytes = 0
    /// Bytes of outputs that it sends rank 0 in an evaluation.
    public var outputBytes = 0
    /// Bytes of memory that it needs, the library of MPI aside.
    public var memoryBytes = 0
  }

  /// The ranks, in their order.
  public var ranks: [Rank]
  /// How many steps an epoch has.
  public var steps: Int
  /// How many numbers the gradients have.
  public var parameterCount: Int
  /// What the exchange takes on a network; absent where none was given.
  public var time: RankTime?

  /// Counts what ranks would send.
  ///
  /// Halo lists are read once, rank by rank. Memory: some numbers for each partition and step; a bit for each node lies
  /// in a mapped file meanwhile.
  ///
  /// - Parameters:
  ///   - count: how many ranks there would be.
  ///   - store: the store to train on.
  ///   - settings: the settings of the run.
  ///   - model: the model that would be trained.
  ///   - plan: the plan of one process.
  ///   - network: the network between them, if its time is wanted.
  ///   - computing: seconds in which one process computes an epoch, as measured; by default as the plan has them.
  /// - Throws: `GasError` if the store is damaged or cannot be trained on, or the disk is too full.
  public init(
    _ count: Int, on store: Store, _ settings: RunSettings, model: any GraphModel, beside plan: RunPlan,
    network: RankTime.Network? = nil, computing: Double? = nil
  ) throws {
    let settings = settings.settled(by: plan, store)
    let training = try TrainingPartitions(store, split: settings.split)
    let (table, batchSize) = (store.partitions, settings.wantedPartitions(of: store))
    let shares = RankShares.divided(table, among: count)
    let epoch = EpochSteps(
      shares, batchSize: batchSize, seed: settings.seed, epoch: 1, mostSteps: settings.maxSteps,
      isUseful: training.containsTrainingNode)
    let rowBytes = StageRunner.historyWidths(of: model).map(settings.historyType.rowBytes)
    let traffic = try RowTraffic(shares, epoch, store, rowBytes: rowBytes.reduce(0, +))
    let (numbers, buffers) = (model.parameters.elementCount, model.buffers.reduce(0) { $0 + $1.matrix.count })
    steps = epoch.count
    parameterCount = numbers
    ranks = shares.enumerated().map { rank, share in
      var part = Rank()
      (part.partitions, part.ghosts) = (share.count, traffic.ghosts[rank])
      part.nodes = share.reduce(0) { $0 + table.nodes($1).count }
      part.entries = share.reduce(0) { $0 + table.edges($1).count }
      part.rowBytes = traffic.sent[rank].reduce(0, +)
      part.receivedRowBytes = traffic.received[rank]
      part.gradientBytes =
        epoch.count * StepExchange.sentBytes(summing: numbers, by: rank, of: count)
        + (buffers > 0 ? StepExchange.sentBytes(summing: buffers, by: rank, of: count) : 0)
      part.ghostBytes = share.reduce(0) { $0 + traffic.readElsewhere[$1] } * traffic.rowBytes
      if rank > 0 {
        let scored = VisitOrder.groups(Array(share), size: batchSize).map { group in
          group.reduce(0) { $0 + training.scoredCounts[$1] }
        }
        part.outputBytes = KeptBatches.sentBytes(scored: scored, of: store, width: model.stages.last?.width ?? 0)
      }
      return part
    }
    let renewed = rowBytes.max().map { RankPart.renewalBytes(rows: traffic.mostRows, rowBytes: $0) } ?? 0
    for rank in ranks.indices {
      let batches = min(1, Double(ranks[rank].partitions) / Double(max(1, plan.batchPartitions)))
      let gradients = (3 * numbers + numbers / count) * MemoryLayout<Float>.size
      ranks[rank].memoryBytes =
        plan.fixedBytes + plan.cacheBytes + Int(Double(plan.batchBytes + plan.valueBytes) * batches) + gradients
        + (traffic.sent[rank].max() ?? 0) + traffic.mostReceived[rank] + renewed
    }
    guard let network else { return }
    // What one process computes is the batches with training nodes.
    let alone = EpochSteps(
      [table.indices], batchSize: batchSize, seed: settings.seed, epoch: 1, mostSteps: settings.maxSteps,
      isUseful: training.containsTrainingNode)
    time = RankTime(
      network, ranks, traffic, epoch, table, evaluationPasses: rowBytes.count,
      computing: computing ?? plan.trainSeconds, of: alone)
  }
}

/// The pushed rows that travel in an epoch.
struct RowTraffic {
  /// The bytes of a row over all histories.
  let rowBytes: Int
  /// How many rows each rank reads of others.
  private(set) var ghosts: [Int] = []
  /// How many rows of a partition other ranks read, a row for each rank.
  private(set) var readElsewhere: [Int]
  /// The bytes that each rank receives in all steps.
  private(set) var received: [Int] = []
  /// The most bytes that each rank receives in a step.
  private(set) var mostReceived: [Int] = []
  /// The most bytes that a rank receives in each step.
  private(set) var largestReceived: [Int]
  /// The bytes that each rank sends in each step.
  private(set) var sent: [[Int]] = []
  /// The most rows that a rank reads of others, or others of it.
  private(set) var mostRows = 0

  init(_ shares: [Range<Int>], _ epoch: EpochSteps, _ store: Store, rowBytes: Int) throws {
    self.rowBytes = rowBytes
    readElsewhere = [Int](repeating: 0, count: store.partitions.count)
    largestReceived = [Int](repeating: 0, count: epoch.count)
    let folder = try ScratchPlace.folder(beside: [], or: [store.path, store.runsPath], for: store.nodeCount / 8)
    for share in shares {
      let counts = try GhostCounts.of(share, in: store, scratchIn: folder)
      for partition in counts.indices { readElsewhere[partition] += counts[partition] }
      let steps = (0..<epoch.count).map { step in
        epoch.groups.reduce(0) { sum, groups in
          sum + (groups.indices.contains(step) ? groups[step].reduce(0) { $0 + counts[$1] } : 0) * rowBytes
        }
      }
      for step in steps.indices { largestReceived[step] = max(largestReceived[step], steps[step]) }
      ghosts.append(counts.reduce(0, +))
      received.append(steps.reduce(0, +))
      mostReceived.append(steps.max() ?? 0)
    }
    sent = epoch.groups.map { groups in
      (0..<epoch.count).map { step in
        (groups.indices.contains(step) ? groups[step].reduce(0) { $0 + readElsewhere[$1] } : 0) * rowBytes
      }
    }
    mostRows = shares.enumerated().reduce(0) { most, one in
      max(most, ghosts[one.offset], one.element.reduce(0) { $0 + readElsewhere[$1] })
    }
  }
}
