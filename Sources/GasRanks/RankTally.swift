/// What messages between ranks hold, which traces show and tallies tell apart.
package enum RankMessage: String, Sendable {
  /// What is to be done, and what was found out.
  case control
  /// Gradients of a step and their sums, with the step's rows where both travel together.
  case gradients
  /// Rows that were pushed in a step of training.
  case rows
  /// Rows that exact passes renew.
  case ghosts
  /// Outputs on their way to rank 0.
  case outputs
}

/// What a rank has sent, and how long its messages took, since it began.
public struct RankTally: Codable, Equatable, Sendable {
  /// Seconds in which it waited for other ranks and their messages.
  public var waitedSeconds = 0.0
  /// Seconds in which gradients and rows of training steps were on their way, until the last rank had sent its own.
  public var exchangeSeconds = 0.0
  /// The part of these seconds in which the rank computed.
  public var hiddenSeconds = 0.0
  /// Bytes that it sent to other ranks, in all.
  public var sentBytes = 0
  /// The part of them that was gradients of training steps and their sums.
  public var gradientBytes = 0
  /// The part that was rows pushed in training.
  public var rowBytes = 0
  /// The part that was rows which exact passes renew.
  public var ghostBytes = 0
  /// The part that was outputs for rank 0.
  public var outputBytes = 0

  /// Nothing was sent yet.
  public init() {}

  /// What was added since an earlier tally.
  public static func - (now: RankTally, before: RankTally) -> RankTally {
    var difference = now
    difference.waitedSeconds -= before.waitedSeconds
    difference.exchangeSeconds -= before.exchangeSeconds
    difference.hiddenSeconds -= before.hiddenSeconds
    difference.sentBytes -= before.sentBytes
    difference.gradientBytes -= before.gradientBytes
    difference.rowBytes -= before.rowBytes
    difference.ghostBytes -= before.ghostBytes
    difference.outputBytes -= before.outputBytes
    return difference
  }

  /// Counts bytes that are sent to other ranks.
  ///
  /// - Parameters:
  ///   - bytes: how many.
  ///   - kind: what they are.
  ///   - rows: how many of them are rows, where gradients and rows travel together.
  mutating func count(_ bytes: Int, as kind: RankMessage, rows: Int) {
    sentBytes += bytes
    switch kind {
    case .control: break
    case .gradients:
      gradientBytes += bytes - rows
      rowBytes += rows
    case .rows: rowBytes += bytes
    case .ghosts: ghostBytes += bytes
    case .outputs: outputBytes += bytes
    }
  }
}
