import Glibc

/// Variables of the process's environment, as C libraries see them.
enum Environment {
  /// The value of a variable; `nil` where it is not set, or is empty.
  static func value(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Runs `body` with variables set, or unset where there is no value, and puts them back, so that programs that this
  /// one starts do not inherit them.
  static func with<Result>(_ values: [String: String?], _ body: () -> Result) -> Result {
    let before = values.keys.map { name in (name, getenv(name).map { String(cString: $0) }) }
    defer { for (name, value) in before { set(name, value) } }
    for (name, value) in values { set(name, value) }
    return body()
  }

  private static func set(_ name: String, _ value: String?) {
    if let value { setenv(name, value, 1) } else { unsetenv(name) }
  }
}
