import GasBase
import GasBatch
import GasNN
import GasRanks
import GasSettings
import GasStore

extension Exporter {
  /// Has the other ranks, if there are any, compute their parts with this one's weights.
  func joined(
    _ group: RankGroup?, _ files: CheckedFiles, hasTable: Bool, _ encoding: RowEncoding, _ settings: RunSettings,
    _ threads: Int, _ plan: RunPlan?, isTraced: Bool, scratchIn folder: String
  ) throws -> RankPart? {
    guard let group else { return nil }
    var shared = settings
    (shared.historyType, shared.threads) = (encoding, threads)
    let outputs = hasTable || files.predictions != nil || files.logits != nil
    let work = RankJob.Work.inference(outputs: outputs, embeddings: files.embeddings != nil)
    let job = RankJob(
      work, shared, memoryBytes: plan?.memoryBytes, isTraced: isTraced,
      trainedOn: training === store ? nil : training.manifest.wholeChecksum)
    _ = try group.agree(on: job) { store }
    let part = try RankPart(store, group, scratchIn: folder)
    for (_, matrix) in model.namedWeights { try group.copyFromFirst(UnsafeMutableRawBufferPointer(matrix.elements)) }
    return part
  }

  /// Ends what ranks have computed together.
  func end(_ group: RankGroup?, _ trace: Trace?) throws {
    if let group, let trace { try group.join(trace) }
    group?.end()
  }
}
