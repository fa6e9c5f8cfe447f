/// A record of what was done when, and by which thread: spans of time in lanes, one for each thread that takes part.
///
/// Nothing is recorded, and next to nothing spent, until `record`. Safe to use from several threads.
public final class Trace: Sendable {
  /// The threads that spans belong to.
  public enum Lane: Hashable, Sendable {
    /// The thread that drives the work.
    case main
    /// The thread that prepares the next batch.
    case prefetcher
    /// The thread that reads the next batch's adjacency while its rows are read.
    case reader
    /// The thread that copies halo rows of later batches together, or reads what was sent to them.
    case stager
    /// The thread that carries messages between ranks.
    case messenger
    /// The threads that share a piece of computing, from 0 on.
    case worker(Int)
  }

  struct Span {
    let name: String
    let lane: Lane
    let start: Double
    let end: Double
  }

  /// More spans are not kept: a trace is to be looked at.
  package static let greatestCount = 1 << 20

  struct State {
    var spans: [Span] = []
    /// Spans of several processes, in the place of one's own.
    var parts: [Part] = []
    var isRecording = false
    /// What the main lane is at, innermost last: the workers' spans are called the same.
    var names: [String] = []
  }

  let state = Locked(State())
  private let origin = ContinuousClock.now
  let about: [String: String]

  /// Records nothing yet.
  ///
  /// - Parameter about: what else the file is to tell, such as which kernels computed.
  public init(about: [String: String] = [:]) {
    self.about = about.mapValues { $0.printable() }
  }

  /// Whether nothing has been recorded.
  public var isEmpty: Bool { state.withLock { $0.spans.isEmpty } }

  /// Records the spans that end while `body` runs.
  public func record<Result>(_ body: () throws -> Result) rethrows -> Result {
    startRecording()
    defer { stopRecording() }
    return try body()
  }

  fileprivate func measure<Result>(_ name: String, _ lane: Lane, _ body: () throws -> Result) rethrows -> Result {
    let start = now
    if lane == .main { state.withLock { $0.names.append(name) } }
    defer {
      let end = now
      state.withLock { state in
        if lane == .main { state.names.removeLast() }
        if state.isRecording && state.spans.count < Self.greatestCount {
          state.spans.append(Span(name: name, lane: lane, start: start, end: end))
        }
      }
    }
    return try body()
  }

  fileprivate var current: String { state.withLock { $0.names.last ?? "work" } }

  /// Seconds since the trace was made.
  package var now: Double { origin.duration(to: .now).seconds }

  /// Records the spans that end from here on, until `stopRecording`.
  package func startRecording() { state.withLock { $0.isRecording = true } }

  /// Records no more.
  package func stopRecording() { state.withLock { $0.isRecording = false } }
}

extension Trace? {
  /// Runs `body` and records the spans that end meanwhile.
  public func recording<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard let self else { return try body() }
    return try self.record(body)
  }

  /// Runs `body` and, if there is a trace, records when it ran.
  public func span<Result>(
    _ name: @autoclosure () -> String, in lane: Trace.Lane = .main, _ body: () throws -> Result
  ) rethrows -> Result {
    guard let self else { return try body() }
    return try self.measure(name(), lane, body)
  }

  /// Records a worker's share in what the main lane is doing.
  func workerSpan(_ worker: Int, _ body: () -> Void) {
    guard let self else { return body() }
    self.measure(self.current, .worker(worker), body)
  }
}
