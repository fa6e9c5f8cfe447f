import GasBase
import GasMetrics
import GasRuns
import GasTool
import GasTrain

/// A run's statistics as a page of text.
struct RunText {
  let text: String

  /// - Parameters:
  ///   - s: what was measured.
  ///   - metric: the name of the run's main score.
  ///   - isVerbose: whether the partitions are named whose drift is largest.
  init(_ s: RunStatistics, metric: String, isVerbose: Bool) {
    func score(_ value: Double?) -> String { Score.text(value, of: metric) }
    guard let epoch = s.epoch, let step = s.step, let bestEpoch = s.bestEpoch else {
      text = """
        run          \(s.run.printable()), model \(s.model.printable())
        note         \(s.bestEpochNote ?? "")
        histories    none: they are kept in training
        """
      return
    }
    let refreshed = "as the refresh at step \(s.lastRefreshStep ?? 0) found them"
    var parts = [
      """
      run          \(s.run.printable()), model \(s.model.printable()), epoch \(epoch), step \(step)
      best         epoch \(bestEpoch), val \(score(s.valAccuracy)), test \(score(s.testAccuracy))
      """
    ]
    if let note = s.bestEpochNote { parts[0] += "\nnote         \(note)" }
    if s.historiesAreFreed {
      parts.append(
        """
        histories    freed by gas-run clean or --histories drop, or never kept, as by several ranks; gas-run resume makes them \
        again from the weights

        \(Self.staleness(refreshed, s.atLastRefresh, isVerbose))
        """)
    } else if s.histories.isEmpty {
      parts.append("histories    none: the model has one stage")
    } else {
      let sizes = s.histories.map { "layer \($0.layer): \($0.width) wide, \(Units.bytes($0.fileBytes))" }
      parts.append(
        "histories    " + sizes.joined(separator: "; ")
          + (s.historiesAreSealed
            ? "" : "\n             not sealed: training goes on or did not stop by itself; damage would show as drift"))
      parts.append(Self.staleness(refreshed, s.atLastRefresh, isVerbose))
      let left = s.histories.dropFirst(s.now.count).map { "\($0.layer)" }.joined(separator: ", ")
      parts.append(
        Self.staleness("as they are now (\(s.sampledPartitionCount) partitions)", s.now, isVerbose)
          + (left.isEmpty
            ? "" : "\nlayer \(left)  depends on too many partitions to be measured unasked; --sample 16 does"))
    }
    if let ranks = s.ranks { parts.append(Self.ranks(ranks)) }
    if let error = s.outputError { parts.append(Self.outputError(error)) }
    if let verdict = s.verdict { parts += [Self.verdict(verdict), Self.legend(s)] }
    text = parts.joined(separator: "\n\n")
  }

  private static func verdict(_ verdict: StalenessVerdict) -> String {
    let changes = verdict.changes.enumerated().map { ($0 == 0 ? "change       " : "             ") + $1 }
    return (["verdict      \(verdict.level.rawValue): \(verdict.reason)"] + changes).joined(separator: "\n")
  }

  /// What the numbers are that were shown.
  private static func legend(_ s: RunStatistics) -> String {
    var lines = [
      "age        optimiser steps since a row was pushed into its history",
      "drift      ‖h̄ − h‖ / ‖h‖: pushed rows h̄ against exact ones h",
      "noise      the part of drift that dropout makes; inference has none",
      "staleness  the part that older weights make; the verdict is of it",
    ]
    if s.outputError != nil {
      lines += [
        "ε          ‖h̄ − h‖ of a row",
        "κ          how much the next layer magnifies a change of its rows",
      ]
    }
    return lines.enumerated().map { ($0 == 0 ? "legend       " : "             ") + $1 }.joined(separator: "\n")
  }

  /// What ranks did besides computing.
  private static func ranks(_ ranks: [EpochRecord.Rank]) -> String {
    func bytes(_ count: Int?) -> String { count.map(Units.bytes) ?? "–" }
    func seconds(_ seconds: Double?) -> String { seconds.map(Units.seconds) ?? "–" }
    let rows = ranks.enumerated().map { number, rank in
      [
        "rank \(number)", seconds(rank.waitedSeconds), seconds(rank.exchangeSeconds), seconds(rank.hiddenSeconds),
        bytes(rank.sentBytes), bytes(rank.gradientBytes), bytes(rank.rowBytes), bytes(rank.ghostBytes),
      ]
    }
    let head = ["", "waited", "exchange", "hidden", "sent", "gradients", "rows", "evaluations"]
    return """
      ranks        seconds in which each waited for others, in which a step's messages were on their way and in which it computed
                   meanwhile; bytes that it sent, over all epochs
      \(TextTable([head] + rows))
      """
  }

  private static func outputError(_ error: OutputError) -> String {
    func bound(_ value: Double?) -> String { value.map { Units.significant($0, 3) } ?? "beyond all numbers" }
    let rows = error.layers.map { layer in
      ["layer \(layer.layer)"]
        + [layer.meanStaleness, layer.largestStaleness, layer.lipschitz].map { Units.significant($0, 3) }
    }
    return """
      output error ‖h̃ − h‖ before the refresh of epoch \(error.epoch), and the paper's bound
                   mean \(Units.significant(error.meanError, 3)), bound with mean staleness and degree \
      \(bound(error.typicalBound))
                   largest \(Units.significant(error.largestError, 3)), bound with the largest \
      \(bound(error.bound)); relative to the outputs \(Units.percent(error.relativeError))
                   degrees: mean \(Units.decimals(error.meanDegree, 1)), largest \(error.largestDegree)
      \(TextTable([["", "mean ε", "largest ε", "κ"]] + rows))
      """
  }

  private static func staleness(_ title: String, _ layers: [LayerStaleness], _ isVerbose: Bool) -> String {
    guard !layers.isEmpty else { return "\(title): nothing was measured yet" }
    func measured(_ value: Double?) -> String { value.map { Units.decimals($0, 5) } ?? "–" }
    let rows = layers.map { layer in
      [
        "layer \(layer.layer)", "\(layer.age.min)", "\(layer.age.median)", "\(layer.age.percentile90)",
        "\(layer.age.max)",
        Units.decimals(layer.drift, 5), measured(layer.noise), measured(layer.staleness),
      ] + (isVerbose ? [worst(layer)] : [])
    }
    let head =
      ["", "age min", "median", "90 %", "max", "drift", "noise", "staleness"] + (isVerbose ? ["worst drift"] : [])
    return "\(title)\n\(TextTable([head] + rows))"
  }

  /// The partitions whose drift is largest.
  private static func worst(_ layer: LayerStaleness) -> String {
    layer.worst(3).map { "\($0.partition) (\(Units.decimals($0.drift, 4)))" }.joined(separator: ", ")
  }
}
