import ArgumentParser
import GasBase
import GasRanks

/// A command that several ranks can carry out together.
public protocol RankedCommand: ParsableCommand {}

extension RankVariables {
  /// What a tool does that works alone: it refuses to be one of several ranks, which would all do the same.
  ///
  /// - Returns: `nil`, since there are no other ranks.
  /// - Throws: `GasError` if there are.
  public static func refuseOthers() throws -> RankGroup? {
    guard let found = RankVariables(), found.count != 1 else { return nil }
    throw GasError(
      "works on one rank, and was started as one of \(found.count.map { "\($0)" } ?? "several")",
      advice: "start it without mpirun")
  }
}
