import GasBase
import GasStore

/// Opens a store for a tool, and checks its bytes where that takes little time, so that damage is reported before
/// anything else is done. In larger stores each block is checked when it is read.
public enum StoreOpener {
  /// The largest store whose checksums are checked whenever it is opened, which takes well under a second.
  private static let checkedBytes = 256 << 20

  /// Opens a store.
  ///
  /// - Parameters:
  ///   - path: the store's folder; a slash at its end does not matter.
  ///   - runs: the folder of its runs; `nil` for the one in the store.
  /// - Returns: the store.
  /// - Throws: `GasError` if it is no store, or is damaged.
  public static func open(_ path: String, runs: String? = nil) throws -> Store {
    let store = try Store(
      opening: path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path, runs: runs)
    let bytes = store.manifest.columns.reduce(0) { $0 + $1.fileBytes }
    if bytes <= checkedBytes { _ = try StoreVerifier(store).verifyChecksums() }
    return store
  }
}
