import ArgumentParser
import GasBase
import GasRuns
import GasStore
import GasTool
import GasTrain

/// What a plan tells of several ranks.
struct RankPlanOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      With --plan: what so many ranks (mpirun) would compute, send each other and need. No other rank is needed for that. Default: as many \
      as mpirun has started.
      """, valueName: "COUNT"))
  var ranks: Int?
  @Option(
    help: ArgumentHelp(
      "With --plan: how fast machines of these ranks send, such as 10Gbit or 1GB/s, for the time of an epoch.",
      valueName: "SPEED"),
    transform: { try NetworkSpeed(argument: $0) })
  var network: NetworkSpeed?
  @Option(
    help: ArgumentHelp(
      "With --network: how long a message is on its way, such as 50us. Default 0.1ms.", valueName: "TIME"),
    transform: { try NetworkLatency(argument: $0) })
  var latency: NetworkLatency?
  @Option(
    help: ArgumentHelp(
      """
      With --network: how long one process computes in an epoch with as many threads as a rank will have, as measured. Default: as far as \
      some batches tell.
      """, valueName: "TIME"))
  var epochTime: TimeLimit?

  func validate() throws {
    if let ranks, !(1...Self.most).contains(ranks) {
      throw ValidationError("--ranks takes 1 to \(Self.most); found \(ranks)")
    }
    if network == nil && (latency != nil || epochTime != nil) {
      throw ValidationError("--latency and --epoch-time say how long an epoch takes on a network: pass --network")
    }
  }

  private static let most = 65_536

  /// Refuses these options where there is no plan.
  func check(isPlan: Bool) throws {
    guard !isPlan, ranks != nil || network != nil else { return }
    throw ValidationError("--ranks and --network belong to --plan; mpirun -n says how many ranks train")
  }

  /// Adds to a plan what ranks would do, if that is asked for or there are some.
  ///
  /// - Parameters:
  ///   - plan: the plan of one process.
  ///   - store: the store to train on.
  ///   - settings: the settings of the run.
  /// - Returns: the plan.
  /// - Throws: `GasError` if ranks cannot train so, or the options contradict what mpirun has started.
  func added(to plan: RunPlan, _ store: Store, _ settings: RunSettings) throws -> RunPlan {
    let started = RankedTool.group?.count
    if let ranks, let started, ranks != started {
      throw GasError(
        "--ranks \(ranks), and mpirun has started \(started)", advice: "leave one of the two out")
    }
    guard let count = ranks ?? started ?? network.map({ _ in 1 }) else { return plan }
    guard store.isWhole else {
      guard ranks == nil && network == nil else {
        throw GasError(
          "a shard does not tell what other ranks send", file: store.path,
          advice: "ask for --ranks and --network on the whole store")
      }
      ProgressLine.note("a shard does not tell what other ranks send: the plan is that of one process")
      return plan
    }
    // Ranks that mpirun has started may have nothing to do, and train; nobody plans for such.
    if started == nil { try RankShares.checkAllHaveSome(of: store, ranks: count) }
    if let untimed = plan.untimed, network != nil, epochTime == nil {
      throw GasError(
        "no seconds were measured: \(untimed)", file: store.path,
        advice: "say how long an epoch takes with --epoch-time")
    }
    var plan = plan
    plan.ranks = try RankPlan(
      count, on: store, settings, model: ModelFactory.make(settings, for: store), beside: plan,
      network: network.map {
        RankTime.Network(
          bytesPerSecond: $0.bytesPerSecond, latencySeconds: latency?.seconds ?? Self.standardLatency)
      }, computing: epochTime?.seconds)
    return plan
  }

  private static let standardLatency = 0.1e-3
}

extension NetworkSpeed {
  fileprivate init(argument: String) throws {
    do { self = try NetworkSpeed(argument) } catch { throw ValidationError("\(error)") }
  }
}

extension NetworkLatency {
  fileprivate init(argument: String) throws {
    do { self = try NetworkLatency(argument) } catch { throw ValidationError("\(error)") }
  }
}

extension RankPlan {
  /// The plan as lines for people.
  var lines: [String] {
    let head = ["rank", "partitions", "nodes", "entries", "ghosts", "sends rows", "gradients", "evaluation", "memory"]
    let rows = ranks.enumerated().map { number, rank in
      ["\(number)", "\(rank.partitions)", "\(rank.nodes)", "\(rank.entries)", "\(rank.ghosts)"]
        + [rank.rowBytes, rank.gradientBytes, rank.ghostBytes + rank.outputBytes, rank.memoryBytes].map(Units.bytes)
    }
    let sent = ranks.reduce(0) { $0 + $1.rowBytes + $1.gradientBytes }
    return [
      "ranks        \(ranks.count), \(Units.plural(steps, "step")) an epoch, in which all send \(Units.bytes(sent))",
      TextTable([head] + rows).description,
    ] + (time.map { $0.lines } ?? [])
  }
}

extension RankTime {
  fileprivate var lines: [String] {
    let speed = Units.count(network.bytesPerSecond * 8)
    return [
      "network      \(speed)bit/s, \(Units.seconds(network.latencySeconds)): in an epoch"
        + " \(Units.seconds(computingSeconds)) computing, \(Units.seconds(gradientSeconds)) for gradients,"
        + " \(Units.seconds(rowSeconds)) for rows",
      "epoch        about \(Units.seconds(synchronousSeconds)) with --exchange synchronous, and"
        + " \(Units.seconds(overlapSeconds)) with overlap; the evaluation sends for \(Units.seconds(evaluationSeconds))",
    ]
  }
}
