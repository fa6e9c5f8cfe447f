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
  /// The seconds that the caller has waited for messages.
  public private(set) var waitedSeconds = 0.0
  /// The bytes that were sent to other ranks.
  public private(set) var sentBytes = 0
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
  /// - Throws: `GasError` if a message cannot be sent.
  package func exchange(_ sent: [UnsafeRawBufferPointer], _ received: [UnsafeMutableRawBufferPointer]) throws {
    try wait(for: start(sent, received))
  }

  /// Starts an exchange that goes on while the caller computes. The memory must stay as it is until it is done.
  package func start(_ sent: [UnsafeRawBufferPointer], _ received: [UnsafeMutableRawBufferPointer]) -> Pending {
    precondition(sent.count == count && received.count == count, "a message for each rank, and one from each")
    sentBytes += ranks.reduce(0) { $0 + ($1 == rank ? 0 : sent[$1].count) }
    let pending = Pending()
    let work = Unchecked((transport, sent, received))
    thread.async {
      let (transport, sent, received) = work.value
      pending.finish(Result { try transport.exchange(sent, received) })
    }
    return pending
  }

  /// Waits for an exchange, and counts the time.
  ///
  /// - Throws: `GasError` if a message could not be sent.
  package func wait(for pending: Pending) throws {
    let clock = ContinuousClock.now
    defer { waitedSeconds += clock.duration(to: .now).seconds }
    try pending.result()
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
  public func abort() -> Never { transport.abort() }

  /// Leaves the other ranks when all is done.
  public func leave() {
    thread.drain()
    transport.leave()
  }

  private static let host: String = {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "unknown host" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }()
}
