import Foundation

/// A folder that goes away with the test.
public final class TemporaryFolder {
  /// The folder's path.
  public let path: String

  /// Makes an empty folder.
  public init() throws {
    path = NSTemporaryDirectory() + "gas-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file in the folder.
  public func file(_ name: String) -> String { path + "/" + name }
}

/// Every file below a folder, byte by byte, to tell what has changed.
public struct FolderContents: Equatable {
  /// Contents by path inside the folder; folders have none.
  public let files: [String: Data?]

  /// Reads a folder.
  public init(_ path: String) throws {
    var files: [String: Data?] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder)
      files[name] = isFolder.boolValue ? Data?.none : try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"))
    }
    self.files = files
  }

  /// The paths inside the folder, sorted.
  public var names: [String] { files.keys.sorted() }

  /// The names that two folders do not have in common, or with other contents.
  public func differences(from other: FolderContents) -> [String] {
    Set(files.keys).union(other.files.keys).filter { files[$0] != other.files[$0] }.sorted()
  }
}
