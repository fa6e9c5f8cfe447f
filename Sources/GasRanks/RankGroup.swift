import GasBase
import Glibc

/// The ranks that work together, as one of them sees them. Messages are carried by a thread of its own, the only one
/// that talks to the transport. It is used from one thread.
public final class RankGroup: @unchecked Sendable {
  /// The ranks that this process works with; `nil` if it works alone.
  public static let current = Locked<RankGroup?>(nil)

  /// The number of this rank.
  public let rank: Int
  /// How many ranks there are.
  public let count: Int
  /// What this rank has sent, and how long it has waited.
  public private(set) var tally = RankTally()
  /// Gets when messages were on their way.
  package var trace: Trace?
  /// How far the ranks have come.
  public private(set) var phase = Phase.waiting
  private let transport: any RankTransport
  private let thread = WorkerThread()

  /// Whether this rank is the one that decides, and that has the run's files.
  public var isFirst: Bool { rank == 0 }
  /// The numbers of all ranks.
  public var ranks: Range<Int> { 0..<count }
  /// What carries the messages, for people.
  public var transportName: String { transport.name }
  /// The rank and the machine that it is on, for messages.
  public var place: String { "rank \(rank) (\(Self.host))" }

  /// How far ranks have come with their common work.
  public enum Phase: Sendable {
    /// Others than rank 0 wait for it to say what is to be done.
    case waiting
    /// All work. A rank that fails has to end the others.
    case working
    /// All know that there is nothing more to do.
    case over
  }

  /// Joins the ranks of a transport.
  public init(_ transport: any RankTransport) {
    (self.transport, rank, count) = (transport, transport.rank, transport.count)
  }

  /// Sends bytes to each rank, receives bytes from each, and waits until both are done. Both ends know the sizes.
  ///
  /// - Parameters:
  ///   - sent: what each rank gets.
  ///   - received: memory for what each rank sends.
  ///   - kind: what the messages hold.
  /// - Throws: `GasError` if a message cannot be sent; `RankFailure` on rank 0 if another rank has failed.
  package func exchange(
    _ sent: [UnsafeRawBufferPointer], _ received: [UnsafeMutableRawBufferPointer], as kind: RankMessage = .control
  ) throws {
    try wait(for: start(sent, received, as: kind))
  }

  /// Starts an exchange that goes on while the caller computes. Exchanges are carried out one after the other, in the
  /// order in which they were started.
  ///
  /// - Parameters:
  ///   - sent: what each rank gets. It must stay as it is until the exchange is done.
  ///   - received: memory for what each rank sends.
  ///   - kind: what the messages hold.
  ///   - rowBytes: how many of the bytes for other ranks are rows, where gradients and rows travel together.
  ///   - memory: what the memory belongs to; it is kept until then, also where the caller has failed meanwhile.
  /// - Returns: the exchange, to be waited for.
  package func start(
    _ sent: [UnsafeRawBufferPointer], _ received: [UnsafeMutableRawBufferPointer], as kind: RankMessage,
    rowBytes: Int = 0, holding memory: AnyObject? = nil
  ) -> RankExchange {
    precondition(sent.count == count && received.count == count, "a message for each rank, and one from each")
    tally.count(ranks.reduce(0) { $0 + ($1 == rank ? 0 : sent[$1].count) }, as: kind, rows: rowBytes)
    let exchange = RankExchange(kind)
    let work = Unchecked((transport, sent, received, memory, trace))
    let clock = ContinuousClock.now
    thread.async {
      let (transport, sent, received, memory, trace) = work.value
      exchange.finish {
        try trace.span("send \(kind.rawValue)", in: .messenger) { try transport.exchange(sent, received) }
      }
      withExtendedLifetime(memory) {}
    }
    exchange.blockedSeconds = clock.duration(to: .now).seconds
    return exchange
  }

  /// Waits for an exchange, and counts the time.
  ///
  /// - Throws: `GasError` if a message could not be sent; `RankFailure` on rank 0 if another rank has failed.
  package func wait(for exchange: RankExchange) throws {
    let clock = ContinuousClock.now
    defer {
      let waited = exchange.blockedSeconds + clock.duration(to: .now).seconds
      tally.waitedSeconds += waited
      if exchange.kind == .gradients || exchange.kind == .rows {
        tally.exchangeSeconds += exchange.seconds
        tally.hiddenSeconds += max(0, exchange.seconds - waited)
      }
    }
    try exchange.result()
  }

  /// Starts the common work.
  ///
  /// - Parameter job: what is to be done; rank 0 alone has it.
  /// - Returns: the job; `nil` if rank 0 has called it off.
  /// - Throws: `GasError` if a message cannot be sent.
  package func begin<Job: Codable>(with job: Job?) throws -> Job? {
    phase = .working
    let found = try shared(job.map { [$0] }).first
    if found == nil { phase = .over }
    return found
  }

  /// Tells the other ranks that there is nothing to do: rank 0 has failed before it could say what is.
  public func callOff() {
    phase = .over
    _ = try? shared([Int]())
  }

  /// Notes that the ranks have agreed on ending.
  public func end() { phase = .over }

  /// Ends all ranks, whatever they are doing.
  public func abort() -> Never {
    // The transport is left to its thread, which is busy with messages that may never come.
    transport.interrupt()
    thread.async { [transport] in transport.abort() }
    sleep(Self.longestEnd)
    _exit(EXIT_FAILURE)
  }

  /// Tells rank 0 what has ended this rank's work. Rank 0 ends all ranks then, at the latest when it next waits for a
  /// message; returns if it has not done so for half a minute.
  public func report(_ failure: RankFailure) {
    transport.interrupt()
    thread.async { [transport] in try? transport.report(failure) }
    sleep(Self.longestReport)
  }

  private static let (longestEnd, longestReport): (UInt32, UInt32) = (10, 30)

  /// Leaves the other ranks when all is done.
  public func leave() {
    thread.drain()
    transport.leave()
  }

  /// The machine's name.
  public static let host: String = {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "unknown host" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }()
}
