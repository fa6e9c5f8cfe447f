import Foundation

/// Files of this repository that tests read.
public enum Repository {
  /// The folder that all of it is in.
  public static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
}
