import GasBase
import GasRanks
import GasStore

/// Opens a store for a tool, and checks its bytes where that takes little time, so that damage is reported before
/// anything else is done. In larger stores each block is checked when it is read.
public enum StoreOpener {
  /// What a store is opened for.
  public enum Use: Sendable {
    /// Its graph. Of a folder of shards, the one of this rank is opened. A shard of another rank, or of another number
    /// of ranks, is refused.
    case graph
    /// Its runs, its labels and what its manifest says. Any shard will do; of a folder of them, that of this rank is
    /// opened.
    case runs
    /// The store itself, whole or a shard.
    case itself
  }

  /// The largest store whose checksums are checked whenever it is opened, which takes well under a second.
  private static let checkedBytes = 256 << 20

  /// Opens a store.
  ///
  /// - Parameters:
  ///   - path: the store's folder; a slash at its end does not matter.
  ///   - runs: the folder of its runs; `nil` for the one in the store.
  ///   - use: what it is opened for.
  ///   - isChecked: whether the bytes of a small store are checked.
  /// - Returns: the store.
  /// - Throws: `GasError` if it is no store, is damaged, or is a shard that does not do.
  public static func open(
    _ path: String, runs: String? = nil, for use: Use = .graph, isChecked: Bool = true
  ) throws -> Store {
    let (rank, count) = RankGroup.current.withLock { $0.map { ($0.rank, $0.count) } ?? (0, 1) }
    let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    let store = try Store(
      opening: use == .itself ? path : ShardFolder.store(in: path, for: rank), runs: runs)
    if use == .graph { try store.check(isFor: rank, of: count) }
    let bytes = store.manifest.columns.reduce(0) { $0 + $1.fileBytes }
    if isChecked && bytes <= checkedBytes { _ = try StoreVerifier(store).verifyChecksums() }
    return store
  }
}
