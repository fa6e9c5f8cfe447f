import GasBase
import GasBatch
import GasTool

/// The line of the latest epoch, with the pass that is being made since. On a terminal it is written over; elsewhere
/// each epoch has a line of its own. It is at most as wide as the terminal, or 80 columns.
final class EpochLine {
  private let output: OutputOptions
  /// What programs are told of a pass, which has lines of its own.
  private let passLine: PassLine
  private var latest: StatusLine?
  private var latestTime = ContinuousClock.now
  private var pass: (pass: PassProgress.Pass, begun: ContinuousClock.Instant)?
  private var drawn: ContinuousClock.Instant?

  /// A pass that is over sooner is not shown.
  private static let shortPass = Duration.seconds(2)
  private static let timeBetweenDrawings = Duration.milliseconds(200)

  init(_ output: OutputOptions) { (self.output, passLine) = (output, PassLine(output)) }

  /// Shows how far a pass is, behind the latest epoch.
  func update(_ progress: PassProgress) {
    if JSONLog.isOn { return passLine.update(progress) }
    guard output.showsProgress, ProgressLine.isTerminal else { return }
    if pass?.pass != progress.pass { pass = (progress.pass, .now) }
    guard let pass, latestTime.duration(to: .now) > Self.shortPass else { return }
    var line = latest ?? StatusLine()
    let share = Double(progress.nodesDone) / Double(max(1, progress.nodeCount))
    line.add("\(progress.pass.title): \(Units.percent(share, 0))", rank: 1)
    let seconds = pass.begun.duration(to: .now).seconds
    if latest == nil && share > 0 { line.add("\(Units.seconds(seconds / share - seconds)) left", rank: 2) }
    draw(line)
  }

  /// Shows an epoch that is over.
  func show(_ line: StatusLine) {
    guard output.showsProgress else { return }
    (latest, latestTime) = (line, .now)
    if ProgressLine.isTerminal { draw(line) } else { write(line) }
  }

  /// Leaves the latest epoch's line where it is.
  func finish() {
    if ProgressLine.isTerminal, let latest { write(latest) }
    latest = nil
  }

  private func draw(_ line: StatusLine) {
    if let drawn, drawn.duration(to: .now) < Self.timeBetweenDrawings { return }
    drawn = .now
    ProgressLine.replace(with: line.text(columns: TerminalWidth.columns()))
  }

  private func write(_ line: StatusLine) {
    ProgressLine.replace(with: line.text(columns: TerminalWidth.columns()), stays: true)
  }
}

extension PassProgress.Pass {
  /// What is being done, in words.
  var title: String {
    switch self {
    case .aggregation: "aggregating features"
    case .training: "training"
    case .inference(let layer, let count): "exact inference, layer \(layer) of \(count)"
    case .errorMeasurement: "measuring the histories' error"
    }
  }
}
