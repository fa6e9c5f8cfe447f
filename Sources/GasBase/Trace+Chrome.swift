import FoundationEssentials

/// Traces as files, of one process or of several.
extension Trace {
  /// The spans of one of several processes, with its name: a name, a lane, a start and an end in seconds for each.
  package struct Part: Codable, Sendable {
    let process: String
    /// The names that there are.
    private(set) var names: [String] = []
    /// The place of each span's name among them.
    private(set) var nameOfSpan: [Int] = []
    private(set) var lanes: [Int] = []
    private(set) var starts: [Double] = []
    private(set) var ends: [Double] = []

    init(_ process: String, _ spans: some Sequence<Span>, behind seconds: Double) {
      self.process = process
      var places: [String: Int] = [:]
      for span in spans {
        let place = places[span.name, default: names.count]
        if place == names.count {
          names.append(span.name)
          places[span.name] = place
        }
        nameOfSpan.append(place)
        lanes.append(span.lane.number)
        starts.append(span.start - seconds)
        ends.append(span.end - seconds)
      }
    }
  }

  /// The spans that were recorded so far, for the trace of all processes.
  ///
  /// - Parameters:
  ///   - process: what to call this one.
  ///   - seconds: how far its clock is ahead of the one that the trace is told in.
  ///   - most: how many spans it may have; later ones are left out.
  /// - Returns: the part.
  package func part(named process: String, behind seconds: Double, most: Int) -> Part {
    state.withLock { Part(process, $0.spans.prefix(most), behind: seconds) }
  }

  /// Adds the spans of a process. From the first one on the trace consists of such parts alone.
  package func add(_ part: Part) { state.withLock { $0.parts.append(part) } }

  /// How `chromeJSON` begins, which tells its files from those of other programs.
  public static let beginning = #"{"otherData":{"#

  /// The spans in the Trace Event Format of Chrome, which `chrome://tracing` and ui.perfetto.dev show: complete events
  /// (`"ph": "X"`) with times in microseconds, the lanes' names, those of the processes where there are several, and
  /// `about` as `otherData`.
  ///
  /// - Returns: the JSON.
  /// - Throws: what the encoder throws.
  public func chromeJSON() throws -> Data {
    let parts = state.withLock { $0.parts.isEmpty ? [Part("", $0.spans, behind: 0)] : $0.parts }
    let events = parts.enumerated().flatMap { Self.events(of: $1, process: $0 + 1) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try encoder.encode(File(traceEvents: events, otherData: about))
  }

  private static func events(of part: Part, process: Int) -> [Event] {
    let named = part.process.isEmpty ? [] : [("process_name", 0, part.process.printable())]
    let lanes = Set(part.lanes).sorted().map { ("thread_name", $0, Lane(number: $0).name) }
    let names = (named + lanes).map { Event(name: $0, ph: "M", pid: process, tid: $1, args: ["name": $2]) }
    let spans = part.lanes.indices.map { place in
      Event(
        name: part.names[part.nameOfSpan[place]], ph: "X", pid: process, tid: part.lanes[place],
        ts: part.starts[place] * 1e6, dur: (part.ends[place] - part.starts[place]) * 1e6)
    }
    return names + spans
  }

  private struct File: Encodable {
    var traceEvents: [Event]
    var otherData: [String: String]
  }

  private struct Event: Encodable {
    var name: String
    var ph: String
    var pid: Int
    var tid: Int
    var ts: Double?
    var dur: Double?
    var args: [String: String]?
  }
}

extension Trace.Lane {
  fileprivate static let named: [Trace.Lane] = [.main, .prefetcher, .stager, .reader, .messenger]

  /// The workers come behind the lanes that there is one of.
  fileprivate var number: Int {
    if case .worker(let index) = self { return Self.named.count + index }
    return Self.named.firstIndex(of: self)!
  }

  fileprivate init(number: Int) {
    self = number < Self.named.count ? Self.named[number] : .worker(number - Self.named.count)
  }

  fileprivate var name: String {
    switch self {
    case .main: "main"
    case .prefetcher: "prefetcher"
    case .stager: "stager"
    case .reader: "reader"
    case .messenger: "messenger"
    case .worker(let index): "worker \(index)"
    }
  }
}
