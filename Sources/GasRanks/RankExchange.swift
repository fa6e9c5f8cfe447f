import GasBase

/// Messages between ranks that are on their way while the caller computes.
package final class RankExchange: @unchecked Sendable {
  private let pending = Pending()
  /// What the messages hold.
  let kind: RankMessage
  /// The seconds that the caller was held up by giving the messages away: all that they took, where there is no thread
  /// for them.
  var blockedSeconds = 0.0
  /// The seconds that they took. It is set before the outcome, and read after it.
  private(set) var seconds = 0.0

  init(_ kind: RankMessage) { self.kind = kind }

  /// Sends and receives, and lets those go on that wait for it.
  func finish(_ work: () throws -> Void) {
    let clock = ContinuousClock.now
    let outcome = Result { try work() }
    seconds = clock.duration(to: .now).seconds
    pending.finish(outcome)
  }

  /// Waits until all is sent and received.
  func result() throws { try pending.result() }
}
