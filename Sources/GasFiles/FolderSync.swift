import GasBase

/// Makes the names in a folder durable.
public enum FolderSync {
  /// Returns when the names that were made in the folder or renamed into it are on the disk.
  ///
  /// - Parameter path: the folder.
  /// - Throws: `GasError` if the folder cannot be opened, or the disk fails.
  public static func sync(_ path: String) throws {
    try POSIX.syncDirectory(path)
  }
}
