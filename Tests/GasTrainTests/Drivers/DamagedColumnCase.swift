import Foundation
import GasBase
import TestSupport
import XCTest

@testable import GasBatch
@testable import GasColumns
@testable import GasStore

/// Stores whose columns are damaged.
class DamagedColumnCase: XCTestCase {
  typealias Command = StoreDamage.Command

  /// Graphs that have every column between them.
  func stores() throws -> [StoreDamage] {
    var names = TinyGraph.random(nodes: 40, partitions: 4, selfLoops: 3, weighted: true, sparse: true)
    names.ids = .names((0..<40).map { "node \($0 * $0)" })
    var several = TinyGraph.random(nodes: 40, partitions: 4, seed: 2, directed: true).withEdgeFeatures(width: 2)
    several.ids = .integers((0..<40).map { Int64($0 * 7) })
    several.multiLabels = (0..<40 * 3).map { UInt8($0 % 5 == 0 ? 1 : 0) }
    var scaled = TinyGraph.random(nodes: 40, partitions: 4, seed: 3)
    scaled.classCount = 2
    scaled.values = (0..<80).map { $0 % 9 == 4 ? .nan : Float($0 % 7) }
    scaled.sampleWeights = (0..<40).map { Float($0 % 4) }
    return [
      try StoreDamage(names), try StoreDamage(several, model: "gat"), try StoreDamage(scaled, featureType: .uint8),
    ]
  }
}
