import CGasBuild

/// The release, as `--version` prints it and stores record it.
public enum GasVersion {
  /// The version of this source tree. Packages read it here; `Tools/scripts/check-docs` compares what Python has.
  public static let current = "0.2.0"

  /// The commit that the program was built from; `nil` where the build did not record it.
  public static var commit: String? { gas_commit().map { String(cString: $0) } }
}
