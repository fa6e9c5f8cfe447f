import GasBase
import GasNN
import GasRanks
import GasSettings
import GasStore

/// What ranks do together, as rank 0 tells the others.
public struct RankJob: Codable, Sendable {
  /// What is to be done.
  public enum Work: Codable, Sendable {
    /// A training, with these settings.
    case training
    /// Exact inference.
    case inference(outputs: Bool, embeddings: Bool)
  }

  /// What is to be done.
  public let work: Work
  /// The settings of the run.
  public let settings: RunSettings
  /// The budget of each process; `nil` if there is none.
  public let memoryBytes: Int?
  /// Whether it is recorded what was done when.
  public let isTraced: Bool
  /// The checksum of the store that the run belongs to, if that is another than the one that is computed on.
  public let trainedOn: String?

  /// Groups what the others need to know.
  public init(
    _ work: Work, _ settings: RunSettings, memoryBytes: Int?, isTraced: Bool = false, trainedOn: String? = nil
  ) {
    (self.work, self.settings, self.memoryBytes) = (work, settings, memoryBytes)
    (self.isTraced, self.trainedOn) = (isTraced, trainedOn)
  }
}

extension RankGroup {
  /// Tells the other ranks what to do, if this is rank 0, and makes sure that all of them can do it together.
  ///
  /// - Parameters:
  ///   - job: what is to be done; others than rank 0 have none.
  ///   - open: opens the store.
  /// - Returns: the job and the store; `nil` if rank 0 has called it off.
  /// - Throws: `GasError`, on all ranks, if a rank cannot open the store, or has another store, version or kernels than
  ///   rank 0.
  public func agree(on job: RankJob?, open: () throws -> Store) throws -> (job: RankJob, store: Store)? {
    guard let job = try begin(with: job) else { return nil }
    let opened = Result { try open() }
    let all = try gathered(RankIntroduction(RankIdentity(self), job, opened))
    if let problem = all.lazy.compactMap({ $0.problem(beside: all[0]) }).first {
      end()
      throw problem
    }
    return (job, try opened.get())
  }
}

/// What a rank tells of itself before the work begins.
private struct RankIntroduction: Codable {
  let rank: RankIdentity
  let path: String
  let store: String
  let kernels: String
  let failure: String?
  private var place: String { rank.place }

  init(_ rank: RankIdentity, _ job: RankJob, _ opened: Result<Store, any Error>) {
    self.rank = rank
    let found = Result { try ComputeKernels.load(for: job.settings.precision).description }
    (path, store) = (try? opened.get()).map { ($0.path, $0.manifest.wholeChecksum) } ?? ("", "")
    kernels = (try? found.get()) ?? ""
    var failure: String?
    do { _ = (try opened.get(), try found.get()) } catch { failure = "\(error)" }
    self.failure = failure
  }

  /// What keeps the rank from working with the first one.
  func problem(beside first: RankIntroduction) -> GasError? {
    if let failure { return GasError("\(place): \(failure)") }
    if let problem = rank.problem(beside: first.rank) { return problem }
    if store != first.store {
      return GasError(
        "\(place) has another store: its manifest has checksum \(store), that of \(first.place) has \(first.store)",
        file: path, advice: "copy the store anew, or use one on a shared file system")
    }
    guard kernels != first.kernels else { return nil }
    return GasError(
      "\(place) computes with \(kernels), and \(first.place) with \(first.kernels), so that weights would drift apart",
      advice: "choose the same kernels on all machines (docs/kernels.md)")
  }
}
