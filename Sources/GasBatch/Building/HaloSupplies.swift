import GasBase
import GasStore

/// What the passes of a run get their halo rows by. To be used from one thread.
package final class HaloSupplies {
  /// For epochs of training.
  package let training: any HaloSupply
  /// For passes that push nothing to a later one.
  package let reading: any HaloSupply
  private let mail: HaloMail?

  /// - Parameters:
  ///   - builder: what fills the batches.
  ///   - folder: where files without a name take their room.
  ///   - execution: says how halo rows come.
  package init(_ builder: BatchBuilder, in folder: String, _ execution: ExecutionOptions) {
    reading = execution.haloReads(builder, in: folder)
    mail = execution.mail.map {
      HaloMail(builder.store, in: folder, memory: $0, historyCount: builder.histories.count, execution)
    }
    training = mail ?? reading
  }

  /// For the passes of exact inference, one for each layer, in this order.
  ///
  /// - Parameters:
  ///   - groups: of these passes.
  ///   - following: the groups of the epoch that comes next, and what it reads halo rows of; `nil` if there is none.
  /// - Throws: `GasError` if the store is damaged or the disk too full.
  package func exact(
    _ groups: [[Int]], following: (groups: [[Int]], sources: [EncodedRows])?
  ) throws -> any HaloSupply {
    guard let mail, let following else { return reading }
    return try EpochMail(
      mail, sources: following.sources, of: following.groups, after: groups, reading: reading)
  }
}

extension ExecutionOptions {
  /// How batches read halo rows that nobody sends them.
  func haloReads(_ builder: BatchBuilder, in folder: String) -> any HaloSupply {
    haloWindows > 0
      ? HaloStaging(builder.store, in: folder, self, passing: builder.passing) : DirectHalo(readsInPlace: readsInPlace)
  }
}
