import GasBase
import GasBatch
import GasRuns
import GasStore

extension RunSettings {
  /// - Parameter plan: what the run keeps to, if that was asked for.
  func execution(plan: RunPlan?, trace: Trace?, progress: @escaping (PassProgress) -> Void) -> ExecutionOptions {
    ExecutionOptions(
      threads: self.threads, prefetches: self.prefetch, keepsAggregate: self.keepAggregate,
      writesSteadily: plan?.memoryBytes != nil, readsInPlace: plan?.memoryBytes == nil,
      haloWindows: plan?.haloWindows ?? self.haloWindows.resolved,
      mail: self.haloWindows == .mail ? plan?.mail ?? .standard : nil,
      stagedPieceBytes: plan?.stagedPieceBytes, trace: trace, progress: progress)
  }

  /// With the numbers of partitions in a batch and of windows settled.
  ///
  /// - Parameters:
  ///   - plan: what the run keeps to, if that was asked for.
  ///   - store: the one that is trained on.
  public func settled(by plan: RunPlan?, _ store: Store) -> RunSettings {
    var settings = self
    if self.batchPartitions == .auto {
      let count = plan?.batchPartitions ?? self.batchPartitions.resolved(partitionCount: store.partitions.count)
      settings.batchPartitions = .partitions(count)
    }
    if self.haloWindows == .auto { settings.haloWindows = plan?.mail != nil ? .mail : .count(plan?.haloWindows ?? 0) }
    return settings
  }
}
