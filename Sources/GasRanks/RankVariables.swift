import FoundationEssentials

/// What launchers of MPI tell the processes that they start, in variables of the environment.
public struct RankVariables {
  /// The number of this rank; `nil` if the launcher does not say.
  public let rank: Int?
  /// How many ranks were started; `nil` if the launcher does not say.
  public let count: Int?

  /// Reads the variables; `nil` where no launcher has started this process.
  ///
  /// - Parameter environment: the environment.
  public init?(_ environment: [String: String] = ProcessInfo.processInfo.environment) {
    func number(_ names: [String]) -> Int? { names.lazy.compactMap { environment[$0].flatMap { Int($0) } }.first }
    let launched = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_RANK", "PMI_RANK"]
    guard launched.contains(where: { environment[$0] != nil }) else { return nil }
    rank = number(["OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"])
    count = number(["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"])
  }
}
