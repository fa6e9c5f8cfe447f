import CGasKernels
import GasBase
import GasStore

/// Classes, labels, features and splits of a generated graph. Those of any node can be computed from the seed alone, in
/// memory that does not grow with the graph.
///
/// Internally, nodes are numbered so that a community is a range; `ids` shuffles these numbers.
struct GeneratedNodes: Sendable {
  let options: GeneratorOptions
  let ids: Permutation
  private let communities: Communities
  private let splitOrder: Permutation
  private let classMeans: [Float]
  private let noiseKey: UInt64

  init(_ options: GeneratorOptions) {
    self.options = options
    communities = Communities(nodeCount: options.nodeCount, count: options.communities)
    ids = Permutation(count: options.nodeCount, seed: options.seed, stream: GeneratorStream.ids)
    splitOrder = Permutation(count: options.nodeCount, seed: options.seed, stream: GeneratorStream.splits)
    var random = SeededRandom(seed: options.seed, stream: GeneratorStream.means)
    classMeans = (0..<options.classCount * options.featureWidth).map { _ in
      Float(random.normal() * options.meanDeviation)
    }
    var keys = SeededRandom(seed: options.seed, stream: GeneratorStream.features)
    noiseKey = keys.next()
  }

  /// The community that a node was planted in.
  func community(ofId id: Int) -> Int { communities.community(of: ids.inverse(id)) }

  private func trueClass(of id: Int) -> Int { community(ofId: id) % options.classCount }

  func label(of id: Int) -> Int {
    var random = SeededRandom(seed: options.seed, stream: GeneratorStream.labels + UInt64(id))
    return random.uniform() < options.labelNoise ? random.below(options.classCount) : trueClass(of: id)
  }

  /// Fills rows of features: noise, and the mean of each node's class.
  func features(of rows: Range<Int>, into values: UnsafeMutableBufferPointer<Float>) {
    let width = options.featureWidth
    let (first, last) = (rows.lowerBound * width, rows.upperBound * width)
    // The kernel counts elements from the start of the whole matrix.
    let base = values.baseAddress!
    gas_normal(Int64(first), Int64(last), noiseKey, Float(options.noiseDeviation), base - first)
    classMeans.withUnsafeBufferPointer { means in
      for row in rows {
        let mean = means.baseAddress! + trueClass(of: row) * width
        let target = base + (row - rows.lowerBound) * width
        for column in 0..<width { target[column] += mean[column] }
      }
    }
  }

  /// Fills rows of features, rounded to half precision.
  func features(of rows: Range<Int>, into values: UnsafeMutableBufferPointer<Float16>) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: values.count) { wide in
      features(of: rows, into: wide)
      values.withMemoryRebound(to: UInt16.self) { gas_f32_to_f16(Int64($0.count), wide.baseAddress!, $0.baseAddress!) }
    }
  }

  /// How many nodes are in each part: a shuffled order is cut.
  var splitCounts: [SplitPart: Int] {
    let n = Double(options.nodeCount)
    let train = Int((n * options.trainShare).rounded())
    let both = min(options.nodeCount, Int((n * (options.trainShare + options.validationShare)).rounded()))
    let shares = options.trainShare + options.validationShare + options.testShare
    let all = min(options.nodeCount, Int((n * shares).rounded()))
    return [.train: train, .validation: both - train, .test: all - both]
  }

  /// The place of a node in the order that is cut into parts.
  func splitPlace(of id: Int) -> Int { splitOrder[id] }
}
