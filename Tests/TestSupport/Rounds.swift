import Foundation

/// How often a test tries a rule: a few times by default, more often in the long form.
///
/// `GAS_TEST_ROUNDS=20` makes it twenty times as often, `GAS_TEST_SEED=7` with other draws.
public enum Rounds {
  private static let environment = ProcessInfo.processInfo.environment
  private static let factor = environment["GAS_TEST_ROUNDS"].flatMap(Int.init) ?? 1

  /// The number that draws depend on.
  public static let seed = environment["GAS_TEST_SEED"].flatMap(UInt64.init) ?? 0

  /// The number of rounds where `usual` are usual.
  public static func count(_ usual: Int) -> Int { usual * factor }

  /// Prints how often a rule was tried, for `Benchmarks/run reliability`, which adds up such lines.
  public static func tell(_ count: Int, _ what: String) {
    if factor > 1 { print("tried: \(count) \(what)") }
  }
}
