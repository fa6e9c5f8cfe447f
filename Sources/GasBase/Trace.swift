import FoundationEssentials

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
    /// The threads that share a piece of computing, from 0 on.
    case worker(Int)
  }

  private struct Span {
    let name: String
    let lane: Lane
    let start: Double
    let end: Double
  }

  /// More spans are not kept: a trace is to be looked at.
  private static let greatestCount = 1 << 20

  private struct State {
    var spans: [Span] = []
    var isRecording = false
    /// What the main lane is at, innermost last: the workers' spans are called the same.
    var names: [String] = []
  }

  private let state = Locked(State())
  private let origin = ContinuousClock.now
  private let about: [String: String]

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
    state.withLock { $0.isRecording = true }
    defer { state.withLock { $0.isRecording = false } }
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

  private var now: Double { origin.duration(to: .now).seconds }

  /// How `chromeJSON` begins, which tells its files from those of other programs.
  public static let beginning = #"{"otherData":{"#

  /// The spans in the Trace Event Format of Chrome, which `chrome://tracing` and ui.perfetto.dev show: complete events
  /// (`"ph": "X"`) with times in microseconds, the lanes' names, and `about` as `otherData`.
  ///
  /// - Returns: the JSON.
  /// - Throws: what the encoder throws.
  public func chromeJSON() throws -> Data {
    let spans = state.withLock { $0.spans }
    let lanes = Set(spans.map(\.lane)).sorted { $0.number < $1.number }
    let names = lanes.map { Event(name: "thread_name", ph: "M", tid: $0.number, args: ["name": $0.name]) }
    let events = spans.map { span in
      Event(
        name: span.name, ph: "X", tid: span.lane.number, ts: span.start * 1e6, dur: (span.end - span.start) * 1e6)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try encoder.encode(File(traceEvents: names + events, otherData: about))
  }

  private struct File: Encodable {
    var traceEvents: [Event]
    var otherData: [String: String]
  }

  private struct Event: Encodable {
    var name: String
    var ph: String
    var pid = 1
    var tid: Int
    var ts: Double?
    var dur: Double?
    var args: [String: String]?
  }
}

extension Trace.Lane {
  fileprivate var number: Int {
    switch self {
    case .main: 0
    case .prefetcher: 1
    case .stager: 2
    case .reader: 3
    case .worker(let index): 4 + index
    }
  }

  fileprivate var name: String {
    switch self {
    case .main: "main"
    case .prefetcher: "prefetcher"
    case .stager: "stager"
    case .reader: "reader"
    case .worker(let index): "worker \(index)"
    }
  }
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
