import GasBatch
import GasStore

/// The time that ranks would take on a network.
///
/// Each machine sends and receives at the speed of the network at the same time, and others do not slow it down. What
/// is sent together arrives one latency after the last byte has left:
///
///     gradients of a step    bytes / speed + 2 · latency    since sums come back
///     rows of a step         bytes / speed, and in overlap a latency more
///     a step, synchronous    computing + gradients + rows
///     a step, overlap        max(computing, rows of the step before) + gradients
///
/// with the bytes of the rank that has most, and the time of the rank that computes longest. A rank's time for a batch
/// is the share of its rows and entries in those of the store.
public struct RankTime: Codable, Equatable, Sendable {
  /// How fast machines reach each other.
  public struct Network: Codable, Equatable, Sendable {
    /// Bytes that a machine sends in a second, and receives at the same time.
    public var bytesPerSecond: Double
    /// Seconds from the sending of a byte to its arrival.
    public var latencySeconds: Double

    /// Wraps the two numbers.
    public init(bytesPerSecond: Double, latencySeconds: Double) {
      (self.bytesPerSecond, self.latencySeconds) = (bytesPerSecond, latencySeconds)
    }

    func seconds(_ bytes: Int) -> Double { Double(bytes) / bytesPerSecond }
  }

  /// The network.
  public var network: Network
  /// Seconds in which an epoch's batches are computed, the longest of each step.
  public var computingSeconds = 0.0
  /// Seconds in which gradients are on their way.
  public var gradientSeconds = 0.0
  /// Seconds in which rows are on their way.
  public var rowSeconds = 0.0
  /// Seconds of an epoch's training where rows travel at the end of each step.
  public var synchronousSeconds = 0.0
  /// Seconds of an epoch's training where rows travel while the next step is computed.
  public var overlapSeconds = 0.0
  /// Seconds in which rows and outputs of an evaluation are on their way.
  public var evaluationSeconds = 0.0

  init(
    _ network: Network, _ ranks: [RankPlan.Rank], _ traffic: RowTraffic, _ epoch: EpochSteps, _ table: PartitionTable,
    evaluationPasses: Int, computing: Double, of computed: EpochSteps
  ) {
    self.network = network
    let others = ranks.count > 1
    let latency = others ? network.latencySeconds : 0
    let steps = max(1, epoch.count)
    let gradients = network.seconds(ranks.map(\.gradientBytes).max() ?? 0) / Double(steps) + 2 * latency
    let all = Self.work(computed.groups.joined().joined(), table)
    var travelling = 0.0
    for step in 0..<epoch.count {
      let longest = epoch.groups.indices.map { Self.work(epoch.group(of: $0, at: step), table) }.max() ?? 0
      let computed = computing * Double(longest) / Double(max(1, all))
      let sent = traffic.sent.map { $0[step] }.max() ?? 0
      let rows = network.seconds(max(sent, traffic.largestReceived[step]))
      computingSeconds += computed
      gradientSeconds += gradients
      rowSeconds += rows
      synchronousSeconds += computed + gradients + rows
      overlapSeconds += max(computed, travelling) + gradients
      travelling = rows + latency
    }
    overlapSeconds += travelling
    let renewed = network.seconds(ranks.map(\.ghostBytes).max() ?? 0) + Double(evaluationPasses) * latency
    evaluationSeconds = renewed + network.seconds(ranks.reduce(0) { $0 + $1.outputBytes }) + latency
  }

  private static func work(_ partitions: some Sequence<Int>, _ table: PartitionTable) -> Int {
    partitions.reduce(0) { $0 + table.nodes($1).count + table.edges($1).count }
  }
}
