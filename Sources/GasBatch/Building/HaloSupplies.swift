import GasBase
import GasStore

/// How the passes of a run get their halo rows. It is used from one thread.
package final class HaloSupplies {
  /// The supply for epochs of training.
  package let training: any HaloSupply
  /// The supply for passes that push nothing to a later one.
  package let reading: any HaloSupply
  /// The supply for epochs of training, where other ranks push rows.
  package let ranked: RankHalo?
  private let mail: HaloMail?
  /// The supply for an exact pass over all partitions, from layer to layer; `nil` where each stage reads for itself.
  private let makeLayerMail: ((_ groups: [[Int]]) -> LayerMail)?

  /// - Parameters:
  ///   - builder: fills the batches.
  ///   - folder: the folder whose disk takes files without names.
  ///   - execution: says how halo rows come.
  ///   - isRanked: whether other ranks push rows, which are then read where they lie.
  package init(_ builder: BatchBuilder, in folder: String, _ execution: ExecutionOptions, isRanked: Bool = false) {
    reading = execution.haloReads(builder, in: folder)
    mail =
      isRanked
      ? nil
      : execution.mail.map {
        HaloMail(builder.store, in: folder, memory: $0, historyCount: builder.histories.count, execution)
      }
    ranked = isRanked ? RankHalo(readsInPlace: execution.readsInPlace) : nil
    training = ranked ?? mail ?? reading
    makeLayerMail = isRanked ? nil : execution.layerMails(builder, in: folder, features: reading)
  }

  /// The supply for the passes of exact inference, one for each layer, in this order.
  ///
  /// - Parameters:
  ///   - groups: the partitions of each batch of these passes; `nil` if each has others.
  ///   - following: the groups of the next epoch, and the columns that it reads halo rows of; `nil` if there is none.
  /// - Returns: a supply that also sends the rows of these passes to the epoch, where its halo rows come by mail.
  /// - Throws: `GasError` if the store is damaged or the disk too full.
  package func exact(
    _ groups: [[Int]]?, following: (groups: [[Int]], sources: [EncodedRows])?
  ) throws -> any HaloSupply {
    guard let groups else { return reading }
    let reading = makeLayerMail.map { $0(groups) } ?? reading
    guard let mail, let following else { return reading }
    return try EpochMail(
      mail, sources: following.sources, of: following.groups, after: groups, reading: reading)
  }
}

extension ExecutionOptions {
  /// How batches read halo rows that do not come by mail.
  func haloReads(_ builder: BatchBuilder, in folder: String) -> any HaloSupply {
    if leavesHaloBlank { return BlankHalo() }
    return haloWindows > 0
      ? HaloStaging(builder.store, in: folder, self, passing: builder.passing) : DirectHalo(readsInPlace: readsInPlace)
  }

  /// Makes the mail of exact passes, where there is memory for it.
  func layerMails(_ builder: BatchBuilder, in folder: String, features: any HaloSupply) -> (([[Int]]) -> LayerMail)? {
    guard let layerMail, !builder.histories.isEmpty, builder.form != .nodesOnly else { return nil }
    let layers = builder.histories.map { $0.rows.delivering(builder.precision) }
    let lists = LayerMailLists()
    return { groups in
      LayerMail(groups, of: layers, features: features, lists) { [store = builder.store] in
        HaloMail(store, in: folder, memory: layerMail, historyCount: 1, self)
      }
    }
  }
}
