extension EpochRecord {
  /// What one of several ranks did besides computing, since the training of the epoch before: the evaluation behind
  /// that, and the training of this epoch.
  public struct Rank: Codable, Sendable {
    /// Seconds in which it waited for other ranks and their messages.
    public var waitedSeconds: Double
    /// Seconds in which gradients and rows of training steps were on their way, until the last rank had sent its own;
    /// absent, like all that follow it but `sentBytes`, in runs from before they were kept.
    public var exchangeSeconds: Double?
    /// The part of these in which it computed.
    public var hiddenSeconds: Double?
    /// Bytes that it sent to other ranks: those that follow, and some that say what is to be done.
    public var sentBytes: Int
    /// Bytes of gradients and their sums.
    public var gradientBytes: Int?
    /// Bytes of rows that were pushed in training.
    public var rowBytes: Int?
    /// Bytes of rows that the evaluation renewed.
    public var ghostBytes: Int?
    /// Bytes of outputs that were scored.
    public var outputBytes: Int?

    /// Groups what was measured of a rank.
    package init(
      waitedSeconds: Double, exchangeSeconds: Double?, hiddenSeconds: Double?, sentBytes: Int, gradientBytes: Int?,
      rowBytes: Int?, ghostBytes: Int?, outputBytes: Int?
    ) {
      self.waitedSeconds = waitedSeconds
      (self.exchangeSeconds, self.hiddenSeconds) = (exchangeSeconds, hiddenSeconds)
      (self.sentBytes, self.gradientBytes, self.rowBytes) = (sentBytes, gradientBytes, rowBytes)
      (self.ghostBytes, self.outputBytes) = (ghostBytes, outputBytes)
    }

    /// Adds what was measured of the same rank in another epoch.
    static func += (sum: inout Rank, more: Rank) {
      func add(_ a: Int?, _ b: Int?) -> Int? { a.flatMap { a in b.map { a + $0 } } }
      func add(_ a: Double?, _ b: Double?) -> Double? { a.flatMap { a in b.map { a + $0 } } }
      sum.waitedSeconds += more.waitedSeconds
      sum.exchangeSeconds = add(sum.exchangeSeconds, more.exchangeSeconds)
      sum.hiddenSeconds = add(sum.hiddenSeconds, more.hiddenSeconds)
      sum.sentBytes += more.sentBytes
      sum.gradientBytes = add(sum.gradientBytes, more.gradientBytes)
      sum.rowBytes = add(sum.rowBytes, more.rowBytes)
      sum.ghostBytes = add(sum.ghostBytes, more.ghostBytes)
      sum.outputBytes = add(sum.outputBytes, more.outputBytes)
    }

    /// The sums over epochs, of all that as many ranks trained as the last one; `nil` if one process trained that.
    package static func sums(_ records: [EpochRecord]) -> [Rank]? {
      let all = records.compactMap(\.ranks)
      guard let last = records.last?.ranks else { return nil }
      return all.filter { $0.count == last.count }.reduce(nil) { sums, ranks in
        guard var sums else { return ranks }
        for rank in sums.indices { sums[rank] += ranks[rank] }
        return sums
      }
    }
  }
}
