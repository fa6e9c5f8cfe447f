import Foundation
import GasFiles
import GasStore

/// The file of checksums beside histories that are not being written to: `HistorySeal` is what it holds.
package enum HistorySealFile {
  /// Its name in the folder of the histories.
  package static let name = "histories.json"

  /// Removes the file of a run's folder, durably. Histories may be written to from then on.
  ///
  /// - Parameter folder: the run's folder.
  /// - Throws: `GasError` if it cannot be removed.
  package static func remove(in folder: String) throws {
    let path = "\(folder)/\(name)"
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    try FileTree.remove(path)
    try FolderSync.sync(folder)
  }
}
