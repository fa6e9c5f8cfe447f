import GasBase

/// Numbers in the text format of Prometheus (version 0.0.4), as the textfile collector of node_exporter reads it.
///
/// Names have units at their end, seconds and bytes; all are gauges, since they may go down and begin anew.
public struct PrometheusText {
  /// A sample's labels, in their order.
  public typealias Labels = [(name: String, value: String)]

  /// The lines so far.
  public private(set) var text = ""

  /// No numbers yet.
  public init() {}

  /// Adds a gauge with its samples; one without samples is left out.
  ///
  /// - Parameters:
  ///   - name: the metric's name, of letters, digits and underscores.
  ///   - help: what it is, in a sentence.
  ///   - samples: the value for each set of labels.
  public mutating func add(_ name: String, _ help: String, _ samples: [(labels: Labels, value: Double)]) {
    guard !samples.isEmpty else { return }
    text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n"
    for (labels, value) in samples {
      let pairs = labels.map { "\($0.name)=\"\($0.value.escapedForQuotes)\"" }.joined(separator: ",")
      text += "\(name){\(pairs)} \(Self.number(value))\n"
    }
  }

  private static func number(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf" }
    return "\(value)"
  }
}
