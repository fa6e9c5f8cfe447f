import GasBase
import Glibc

/// Edges of planted communities with power-law degrees: both ends are drawn by weight (Chung, Lu 2002), the second one
/// from the community of the first with a given probability and from any otherwise.
struct PlantedEdges: EdgeDraw {
  private let communities: Communities
  /// Draw a member of a community, for the two sizes that communities have.
  private let members: AliasTable
  private let membersOfLarger: AliasTable
  private let insideThreshold: UInt64

  init(_ options: GeneratorOptions) {
    communities = Communities(nodeCount: options.nodeCount, count: options.communities)
    members = AliasTable(Self.weights(count: communities.size, options))
    membersOfLarger = AliasTable(Self.weights(count: communities.size + 1, options))
    insideThreshold = UInt64(options.insideProbability * 0x1p53)
  }

  /// The quantiles of a density ∝ w^−exponent on 1 … largestWeight: every community has the same expected
  /// degrees.
  private static func weights(count: Int, _ options: GeneratorOptions) -> [Double] {
    let power = 1 - options.exponent
    let tail = pow(options.largestWeight, power)
    return (0..<count).map { rank in
      let quantile = (Double(rank) + 0.5) / Double(count)
      return pow(1 - quantile * (1 - tail), 1 / power)
    }
  }

  func fill(_ pairs: UnsafeMutableBufferPointer<UInt32>, _ random: inout SeededRandom) {
    let (communities, members, membersOfLarger) = (communities, members.drawing, membersOfLarger.drawing)
    /// A member of a community, by weight.
    @inline(__always)
    func member(of community: Int) -> Int {
      let rank = community < communities.largerCount ? membersOfLarger.draw(&random) : members.draw(&random)
      return communities.start(of: community) &+ rank
    }
    for edge in 0..<pairs.count / 2 {
      var ends: (Int, Int)
      repeat {
        // Communities are drawn by size, since their weights add up to it.
        let community = communities.community(of: random.below(communities.nodeCount))
        let isInside = random.next() >> 11 < insideThreshold
        let other = isInside ? community : communities.community(of: random.below(communities.nodeCount))
        ends = (member(of: community), member(of: other))
      } while ends.0 == ends.1
      pairs[2 * edge] = UInt32(truncatingIfNeeded: ends.0)
      pairs[2 * edge + 1] = UInt32(truncatingIfNeeded: ends.1)
    }
  }
}
