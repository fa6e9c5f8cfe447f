import GasBase

/// Times the phases of a piece of work. Not thread-safe.
final class PhaseClock {
  private(set) var phases: [IngestReport.Phase] = []

  func time<R>(_ name: String, _ body: () throws -> R) rethrows -> R {
    let started = ContinuousClock.now
    defer { phases.append(.init(name: name, seconds: started.duration(to: .now).seconds)) }
    return try body()
  }

  var seconds: Double { phases.reduce(0) { $0 + $1.seconds } }
}
