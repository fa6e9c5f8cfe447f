import Foundation
import GasBase

/// A rule that has to hold for whatever is drawn; what breaks it is made smaller before it is told.
public enum Property {
  /// Draws values and checks them until one fails, then looks for a smaller one that fails as well.
  ///
  /// - Parameters:
  ///   - count: how many are drawn; `Rounds` makes it more, with other draws.
  ///   - seed: what draws depend on, besides `Rounds`.
  ///   - draw: makes a value.
  ///   - smaller: simpler values to try instead of one that failed, the simplest first.
  ///   - holds: tells what is wrong with a value, or `nil` if the rule holds for it.
  /// - Returns: the smallest value that was found to break the rule, with what was wrong; `nil` if all held.
  public static func counterexample<Value>(
    among count: Int = 100, seed: UInt64, draw: (inout SeededRandom) -> Value, smaller: (Value) -> [Value],
    holds: (Value) throws -> String?
  ) rethrows -> (value: Value, problem: String)? {
    var random = SeededRandom(seed: seed + Rounds.seed)
    for _ in 0..<Rounds.count(count) {
      let value = draw(&random)
      if let problem = try holds(value) { return try shrunk((value, problem), smaller, holds) }
    }
    return nil
  }

  private static func shrunk<Value>(
    _ found: (value: Value, problem: String), _ smaller: (Value) -> [Value], _ holds: (Value) throws -> String?
  ) rethrows -> (value: Value, problem: String) {
    var found = found
    search: while true {
      for candidate in smaller(found.value) {
        guard let problem = try holds(candidate) else { continue }
        found = (candidate, problem)
        continue search
      }
      return found
    }
  }

  /// Lists that lack a half, a quarter, …, or one of a list's elements.
  public static func shorter<Element>(_ list: [Element]) -> [[Element]] {
    var shorter: [[Element]] = []
    var length = list.count / 2
    while length > 0 {
      for start in stride(from: 0, to: list.count - length + 1, by: length) {
        shorter.append(Array(list[..<start] + list[(start + length)...]))
      }
      length /= 2
    }
    return shorter
  }
}
