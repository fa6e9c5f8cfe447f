/// The release, as `--version` prints it and stores record it.
public enum GasVersion {
  /// The version of this source tree.
  public static let current = "0.2.0"
}
