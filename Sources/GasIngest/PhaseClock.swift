import GasBase

/// What a long piece of work shows of itself on standard error while it goes on.
public enum ProgressDisplay: Sendable {
  case none
  /// A line that moves, where standard error is a terminal.
  case line
  /// That, and a line for each phase that is over, terminal or not.
  case phases

  func line(_ title: String, total: Int?, unit: String) -> ProgressLine? {
    self == .none ? nil : ProgressLine(title, total: total, unit: unit)
  }
}

/// Times the phases of a piece of work. Not thread-safe.
final class PhaseClock {
  private let display: ProgressDisplay
  private(set) var phases: [IngestReport.Phase] = []

  init(_ display: ProgressDisplay) {
    self.display = display
  }

  var seconds: Double { phases.reduce(0) { $0 + $1.seconds } }

  func time<R>(_ name: String, _ body: () throws -> R) rethrows -> R {
    let started = ContinuousClock.now
    show("\(name) …", stays: false)
    defer { show("", stays: false) }
    let result = try body()
    let seconds = started.duration(to: .now).seconds
    phases.append(.init(name: name, seconds: seconds))
    if display == .phases { show("\(name): \(Units.seconds(seconds))", stays: true) }
    return result
  }

  private func show(_ text: String, stays: Bool) {
    if display != .none { ProgressLine.replace(with: text, stays: stays) }
  }
}
