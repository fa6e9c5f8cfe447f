/// The probabilities with which an edge of R-MAT falls into each quadrant of the adjacency matrix.
public struct Quadrants: Codable, Sendable, Equatable {
  /// Top left.
  public var a: Double
  /// Top right.
  public var b: Double
  /// Bottom left.
  public var c: Double
  /// Bottom right.
  public var d: Double

  /// Groups four probabilities, which have to add up to 1.
  public init(a: Double, b: Double, c: Double, d: Double) { (self.a, self.b, self.c, self.d) = (a, b, c, d) }

  /// The probabilities of the Graph500 benchmark.
  public static let graph500 = Quadrants(a: 0.57, b: 0.19, c: 0.19, d: 0.05)

  var probabilities: [Double] { [a, b, c, d] }

  /// Adds noise to b and c, and takes as much from a and d, by their shares.
  func shifted(by noise: Double) -> Quadrants {
    let rest = 1 - 2 * noise / (a + d)
    return Quadrants(a: a * rest, b: b + noise, c: c + noise, d: d * rest)
  }

  /// The noise beyond which a probability could be negative.
  var largestNoise: Double { min((a + d) / 2, b, c) }

  /// Says what is wrong, if anything. Beyond these bounds nearly all edges would be loops, or outside of the nodes.
  var problem: String? {
    guard probabilities.allSatisfy({ (0...1).contains($0) }), abs(probabilities.reduce(0, +) - 1) < 1e-6 else {
      return "quadrants of probabilities that add up to 1"
    }
    return a >= 0.25 && b + c >= 0.01 ? nil : "a first quadrant of at least 0.25, and b + c of at least 0.01"
  }
}
