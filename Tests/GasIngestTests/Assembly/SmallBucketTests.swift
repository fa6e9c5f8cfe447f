import Foundation
import GasBase
import GasStore
import TestSupport
import XCTest

@testable import GasFormats
@testable import GasIngest

/// Stores are the same to the byte whether their columns are put in order at once or in many small buckets.
final class SmallBucketTests: XCTestCase {
  private let nodeCount = 700

  private func edges() -> String {
    var random = SeededRandom(seed: 8)
    return (0..<3000).map { _ in "n\(random.below(nodeCount))x n\(random.below(nodeCount))x\n" }.joined()
  }

  private func check(_ inputs: Inputs, _ columns: [ColumnName], _ change: (inout IngestOptions) -> Void) throws {
    var whole: FolderContents?
    for bucketBytes in [64 << 20, 997, 8] {
      try inputs.ingest(inputs.path("edges.tsv")) {
        $0.partitioner = .random
        $0.partitionCount = 9
        $0.replacesExisting = true
        $0.memoryBytes = bucketBytes * 16
        change(&$0)
      }
      let contents = try inputs.contents()
      XCTAssertTrue(columns.allSatisfy(contents.store.has))
      let found = try FolderContents(inputs.store + "/columns")
      XCTAssertEqual(found.differences(from: whole ?? found), [], "buckets of \(bucketBytes) bytes")
      whole = whole ?? found
    }
  }

  private func sparse(_ inputs: Inputs) throws -> String {
    var random = SeededRandom(seed: 9)
    var (starts, indices, values): ([Int64], [UInt32], [Float]) = ([0], [], [])
    for _ in 0..<nodeCount {
      let columns = (0..<20).filter { _ in random.below(4) == 0 }
      indices += columns.map { UInt32($0) }
      values += columns.map { Float($0 + random.below(9)) }
      starts.append(Int64(indices.count))
    }
    let path = inputs.path("features.npz")
    try ScipyMatrix.write(starts: starts, indices: indices, values: values, width: 20, to: path)
    return path
  }

  func testDenseFeaturesLabelsMasksAndNames() throws {
    let inputs = try Inputs()
    try inputs.text(edges())
    let ids = try inputs.text((0..<nodeCount).map { "n\($0)x\n" }.joined(), "ids.txt")
    let features = try inputs.array(
      (0..<nodeCount * 3).map { Float16($0 % 2000) / 8 }.map(\.bitPattern), [nodeCount, 3], "features.npy")
    let labels = try inputs.array((0..<nodeCount).map { Int64($0 % 7) - 1 }, "labels.npy")
    let mask = try inputs.mask((0..<nodeCount * 2).map { $0 % 3 == 0 }, [nodeCount, 2], "train.npy")
    for (type, norm) in [(.float32, .none), (.float16, .standard), (.bfloat16, .row), (.int8, .none)]
      as [(FeatureType, FeatureNormalisation)]
    {
      try check(inputs, [.features, .labels, .splits, .idOffsets, .idBytes]) {
        $0.format.hasStringIds = true
        ($0.ids, $0.features, $0.labels, $0.splitParts[.train]) = (ids, features, labels, mask)
        ($0.featureType, $0.featureNormalisation) = (type, norm)
      }
    }
  }

  func testSparseFeaturesLabelMatricesAndIntegerIds() throws {
    let inputs = try Inputs()
    try inputs.text(edges().replacingOccurrences(of: "n", with: "").replacingOccurrences(of: "x", with: ""))
    let ids = try inputs.array((0..<Int64(nodeCount)).reversed(), "ids.npy")
    let features = try sparse(inputs)
    let labels = try inputs.array((0..<nodeCount * 5).map { UInt8($0 % 3 == 0 ? 1 : 0) }, [nodeCount, 5], "labels.npy")
    for (isDense, norm) in [(false, .row), (true, .standard)] as [(Bool, FeatureNormalisation)] {
      try check(inputs, [isDense ? .features : .featureOffsets, .labels, .ids]) {
        ($0.ids, $0.features, $0.labels) = (ids, features, labels)
        ($0.storesDenseFeatures, $0.featureNormalisation) = (isDense, norm)
      }
    }
  }
}
