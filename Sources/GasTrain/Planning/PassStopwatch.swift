import GasBase
import GasBatch

/// Notes how long the batches of passes take, for a `TimeSample`.
final class PassStopwatch {
  private let runner: StageRunner
  private let start = ContinuousClock.now
  private var begun: TimeSample.Seconds
  /// When each batch was done, for each pass.
  private var ends: [[TimeSample.Seconds]] = []
  /// What comes after the batches, in proportion to their rows.
  private(set) var ending = TimeSample.Seconds()

  init(_ runner: StageRunner) {
    self.runner = runner
    begun = TimeSample.Seconds()
    begin()
  }

  /// Begins to count, after what has to be made first.
  func begin() { begun = now }

  /// Notes that a batch is done.
  ///
  /// - Parameter pass: the number of its pass, from 0.
  func note(_ pass: Int) {
    while ends.count <= pass { ends.append([]) }
    ends[pass].append(now)
  }

  /// Notes how long it takes to end, when all batches are done.
  func end(_ body: () throws -> Void) rethrows {
    let before = now
    try body()
    ending = now - before
  }

  var sinceBegin: TimeSample.Seconds { now - begun }

  /// The seconds from each batch of a pass to the next.
  func intervals(_ pass: Int) -> [TimeSample.Seconds] { zip(ends[pass], ends[pass].dropFirst()).map { $1 - $0 } }

  private var now: TimeSample.Seconds {
    let wall = start.duration(to: .now).seconds
    return TimeSample.Seconds(
      wall: wall, computing: wall - runner.waitedSeconds, filling: runner.stream.filledSeconds,
      processor: Processors.usedSeconds())
  }
}
