import GasBase
import GasBatch
import GasSettings
import GasStore

extension RunSettings {
  /// How a run with these settings is carried out.
  ///
  /// - Parameters:
  ///   - plan: the plan that the run keeps to, if one was asked for.
  ///   - trace: gets what is done when.
  ///   - progress: gets how far each pass is.
  /// - Returns: options of execution.
  func execution(plan: RunPlan?, trace: Trace?, progress: @escaping (PassProgress) -> Void) -> ExecutionOptions {
    ExecutionOptions(
      threads: self.threads, prefetches: self.prefetch, keepsAggregate: self.keepAggregate,
      writesSteadily: plan?.memoryBytes != nil, readsInPlace: plan?.memoryBytes == nil,
      haloWindows: plan?.haloWindows ?? self.haloWindows.resolved,
      mail: self.haloWindows == .mail ? plan?.mail ?? .standard : nil, layerMail: plan?.layerMail,
      stagedPieceBytes: plan?.stagedPieceBytes, memoryBytes: plan?.memoryBytes, trace: trace, progress: progress)
  }

  /// How a rank that is not the first carries out its part: as this plan would for its budget, without windows.
  func execution(memoryBytes: Int?) -> ExecutionOptions {
    ExecutionOptions(
      threads: self.threads, prefetches: self.prefetch, keepsAggregate: self.keepAggregate,
      writesSteadily: memoryBytes != nil, readsInPlace: memoryBytes == nil, memoryBytes: memoryBytes)
  }

  /// These settings, with the numbers of partitions in a batch and of windows decided where they are automatic.
  ///
  /// - Parameters:
  ///   - plan: the plan that the run keeps to, if one was asked for.
  ///   - store: the store that is trained on.
  /// - Returns: settings in which both are numbers, or mail.
  public func settled(by plan: RunPlan?, _ store: Store) -> RunSettings {
    var settings = self
    if self.batchPartitions == .auto {
      let count = plan?.batchPartitions ?? wantedPartitions(of: store)
      settings.batchPartitions = .partitions(count)
    }
    if self.haloWindows == .auto { settings.haloWindows = plan?.mail != nil ? .mail : .count(plan?.haloWindows ?? 0) }
    return settings
  }
}
