import GasBase
import GasStore

/// Opens a store for a tool, and checks its bytes where that takes no time worth mentioning: damage is then told before
/// anything else is done. In larger stores each block is checked when it is read.
public enum StoreOpener {
  /// Checksums of stores up to this size are checked whenever they are opened: well under a second.
  private static let checkedBytes = 256 << 20

  public static func open(_ path: String) throws -> Store {
    let store = try Store(opening: path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path)
    let bytes = store.manifest.columns.reduce(0) { $0 + $1.fileBytes }
    if bytes <= checkedBytes { _ = try StoreVerifier(store).verifyChecksums() }
    return store
  }
}
