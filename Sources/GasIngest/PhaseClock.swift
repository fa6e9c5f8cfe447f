import GasBase

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
