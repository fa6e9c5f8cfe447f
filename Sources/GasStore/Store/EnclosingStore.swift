import GasBase
import GasFiles
import Glibc

/// The store that a path lies in. A store holds its own files alone: with another one in it, gas-ingest would no longer
/// replace it. So nothing else is written there.
package enum EnclosingStore {
  /// Refuses a folder that is to be made, or replaced, inside of a store; nothing needs to be there yet.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - name: what messages call it; `nil` for its path.
  /// - Throws: `GasError` that names the store.
  package static func refuse(folder path: String, called name: String? = nil) throws {
    var above = AtomicFile.parent(of: path)
    while resolved(above) == nil && above != "/" && above != "." { above = AtomicFile.parent(of: above) }
    try refuse((resolved(above) ?? above) + "/x", called: name ?? path)
  }

  /// Refuses an absolute path without links that lies in a store.
  ///
  /// - Parameters:
  ///   - path: the path.
  ///   - name: what messages call it.
  /// - Throws: `GasError` that names the store.
  static func refuse(_ path: String, called name: String) throws {
    guard let store = store(around: path) else { return }
    throw GasError(
      "is in a store, \(store), whose files are written by gas-ingest and gas-run train alone", file: name,
      advice: "name another place")
  }

  private static func store(around path: String) -> String? {
    var inside = path
    while inside != "/" && inside != "." {
      let folder = AtomicFile.parent(of: inside)
      if isStore(folder) { return folder }
      inside = folder
    }
    return nil
  }

  /// Whether a folder is a store, damaged or not: its manifest need not be readable.
  private static func isStore(_ folder: String) -> Bool {
    FileAccess.isThere(folder + "/" + Manifest.fileName) && FileAccess.isThere(folder + "/columns/.")
  }

  private static func resolved(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }
}
