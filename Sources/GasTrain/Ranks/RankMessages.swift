/// What rank 0 has the others do next.
enum RankCommand: Codable {
  /// Train an epoch.
  case train(epoch: Int, firstStep: Int, learningRate: Double)
  /// Evaluate exactly, which renews all histories.
  case evaluate(epoch: Int, step: Int)
  /// There is nothing left to do.
  case end
}

/// What a rank tells the others of its share in an epoch.
struct RankTotals: Codable, Equatable, Sendable {
  /// The sum of the losses of its training nodes, and their weight.
  var weightedLoss: Double
  var weight: Double
  /// How many adjacency entries its batches had.
  var edgeCount: Int
  /// Seconds in which it waited for other ranks.
  var waitedSeconds: Double
  /// Bytes that it sent to other ranks.
  var sentBytes: Int
}
