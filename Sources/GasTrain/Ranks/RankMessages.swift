import GasRanks

/// What rank 0 has the others do next.
enum RankCommand: Codable {
  /// Train an epoch, whose spans are recorded if it is traced.
  case train(epoch: Int, firstStep: Int, learningRate: Double, isTraced: Bool)
  /// Evaluate exactly, which renews all histories.
  case evaluate(epoch: Int, step: Int)
  /// Send the spans that were recorded.
  case trace
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
  /// What it has sent since it began, and how long it has waited.
  var tally: RankTally
}
