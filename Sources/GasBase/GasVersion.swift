/// The release, as `--version` prints it and stores record it.
public enum GasVersion {
  public static let current = "0.2.0"
}
