import Foundation
import GasBase
import GasStore

/// The random graph of `GeneratorOptions`: every edge, feature row and label can be computed by itself from the seed, in memory
/// that does not grow with the graph.
///
/// Inside, nodes are numbered so that a community is a range; `ids` shuffles these numbers.
struct PlantedGraph {
  let options: GeneratorOptions
  private let ids: Permutation
  private let splitOrder: Permutation
  /// Draws a member of a community, for the two sizes that communities have.
  private let members: [AliasTable]
  private let smallSize: Int
  private let insideThreshold: UInt64
  private let classMeans: [Float]

  /// Edges are drawn in chunks, each from a stream of its own, so that threads can share the work.
  static let edgesPerChunk = 1 << 15

  private enum Stream {
    static let ids: UInt64 = 1
    static let splits: UInt64 = 2
    static let means: UInt64 = 3
    static let edges: UInt64 = 1 << 40
    static let features: UInt64 = 1 << 41
    static let labels: UInt64 = 1 << 42
  }

  init(_ options: GeneratorOptions) {
    precondition(options.problem == nil, "generator options: \(options.problem!)")
    self.options = options
    ids = Permutation(count: options.nodeCount, seed: options.seed, stream: Stream.ids)
    splitOrder = Permutation(count: options.nodeCount, seed: options.seed, stream: Stream.splits)
    let smallSize = options.nodeCount / options.communities
    self.smallSize = smallSize
    members = [smallSize, smallSize + 1].map { AliasTable(Self.weights(count: $0, options)) }
    insideThreshold = UInt64(options.insideProbability * 0x1p53)
    var random = SeededRandom(seed: options.seed, stream: Stream.means)
    classMeans = (0..<options.classCount * options.featureWidth).map { _ in
      Float(random.normal() * options.meanDeviation)
    }
  }

  /// The quantiles of a density ∝ w^−exponent on 1 … largestWeight: every community has the same degrees to expect.
  private static func weights(count: Int, _ options: GeneratorOptions) -> [Double] {
    let power = 1 - options.exponent
    let tail = pow(options.largestWeight, power)
    return (0..<count).map { rank in
      let quantile = (Double(rank) + 0.5) / Double(count)
      return pow(1 - quantile * (1 - tail), 1 / power)
    }
  }

  private func community(of node: Int) -> Int {
    // The inverse of `start`, exactly: the last community that starts at or before the node.
    ((node + 1) * options.communities - 1) / options.nodeCount
  }

  private func start(of community: Int) -> Int { community * options.nodeCount / options.communities }

  /// A member of a community, by weight.
  @inline(__always)
  private func member(of community: Int, _ random: inout SeededRandom) -> Int {
    let first = start(of: community)
    let size = start(of: community + 1) - first
    return first + members[size - smallSize].draw(&random)
  }

  /// Fills a chunk of edges, each as two ids.
  func edges(chunk: Int, into pairs: UnsafeMutableBufferPointer<UInt32>) {
    var random = SeededRandom(seed: options.seed, stream: Stream.edges + UInt64(chunk))
    for edge in 0..<pairs.count / 2 {
      var ends: (Int, Int)
      repeat {
        // Communities are drawn by size, which is what their weights add up to.
        let community = community(of: random.below(options.nodeCount))
        let isInside = random.next() >> 11 < insideThreshold
        let other = isInside ? community : self.community(of: random.below(options.nodeCount))
        ends = (member(of: community, &random), member(of: other, &random))
      } while ends.0 == ends.1
      pairs[2 * edge] = UInt32(ids[ends.0])
      pairs[2 * edge + 1] = UInt32(ids[ends.1])
    }
  }

  /// The community that a node was planted in.
  func community(ofId id: Int) -> Int { community(of: ids.inverse(id)) }

  private func trueClass(of id: Int) -> Int { community(ofId: id) % options.classCount }

  func label(of id: Int) -> Int64 {
    var random = SeededRandom(seed: options.seed, stream: Stream.labels + UInt64(id))
    return Int64(random.uniform() < options.labelNoise ? random.below(options.classCount) : trueClass(of: id))
  }

  func features(of id: Int, into row: UnsafeMutableBufferPointer<Float>) {
    var random = SeededRandom(seed: options.seed, stream: Stream.features + UInt64(id))
    let means = trueClass(of: id) * row.count
    for column in row.indices {
      row[column] = classMeans[means + column] + Float(random.normal() * options.noiseDeviation)
    }
  }

  /// Nodes of each part: a shuffled order, cut.
  var splitCounts: [SplitPart: Int] {
    let n = Double(options.nodeCount)
    let train = Int((n * options.trainShare).rounded())
    let both = min(options.nodeCount, Int((n * (options.trainShare + options.validationShare)).rounded()))
    let shares = options.trainShare + options.validationShare + options.testShare
    let all = min(options.nodeCount, Int((n * shares).rounded()))
    return [.train: train, .validation: both - train, .test: all - both]
  }

  /// The part of a node, if it is in one.
  func part(of id: Int, _ counts: [SplitPart: Int]) -> SplitPart? {
    var place = splitOrder[id]
    for part in SplitPart.allCases {
      if place < counts[part]! { return part }
      place -= counts[part]!
    }
    return nil
  }
}

extension SeededRandom {
  /// Standard normal (Box–Muller; one of the pair is not used, so that every value depends on two numbers alone).
  mutating func normal() -> Double {
    // 1 − u is never zero.
    (-2 * log(1 - uniform())).squareRoot() * cos(2 * Double.pi * uniform())
  }
}
