import GasBase
import GasStore
import TestSupport
import XCTest

@testable import GasGenerate

final class RMATTests: XCTestCase {
  private func options(nodes: Int, edges: Int) -> GeneratorOptions {
    var options = GeneratorOptions(nodeCount: nodes, edgeCount: edges, featureWidth: 2, classCount: 2)
    options.kind = .rmat
    options.seed = 4
    return options
  }

  /// Edges between internal numbers.
  private func draw(_ options: GeneratorOptions) -> [(Int, Int)] {
    var pairs = [UInt32](repeating: 0, count: 2 * options.edgeCount)
    var random = SeededRandom(seed: options.seed, stream: 99)
    pairs.withUnsafeMutableBufferPointer { RMATEdges(options).fill($0, &random) }
    return (0..<options.edgeCount).map { (Int(pairs[2 * $0]), Int(pairs[2 * $0 + 1])) }
  }

  /// Every cell of the matrix, against the product of its quadrants level by level: what the tables are short for.
  func testCellsHaveTheProbabilitiesOfTheirQuadrants() {
    // Five levels take two tables; of 23 nodes, not a power of two, some draws fall outside.
    for nodes in [32, 23] {
      var options = options(nodes: nodes, edges: 400_000)
      options.quadrants = Quadrants(a: 0.5, b: 0.25, c: 0.15, d: 0.1)
      let q = options.quadrants.probabilities
      var expected = [Double](repeating: 0, count: nodes * nodes)
      for row in 0..<nodes {
        for column in 0..<nodes where row != column {
          var product = 1.0
          for bit in 0..<5 { product *= q[2 * (row >> bit & 1) + (column >> bit & 1)] }
          expected[row * nodes + column] = product
        }
      }
      let sum = expected.reduce(0, +)
      var counts = [Double](repeating: 0, count: nodes * nodes)
      for (row, column) in draw(options) { counts[row * nodes + column] += 1 }
      for (count, share) in zip(counts, expected) {
        let mean: Double = share / sum * 400_000
        let tolerance: Double = 5 * mean.squareRoot() + 3
        XCTAssertLessThanOrEqual(abs(count - mean), tolerance, "\(nodes) nodes")
      }
    }
  }

  func testNoiseKeepsSums() {
    let q = Quadrants.graph500.shifted(by: 0.1)
    XCTAssertEqual(q.probabilities.reduce(0, +), 1, accuracy: 1e-12)
    XCTAssertEqual(q.b, 0.29, accuracy: 1e-12)
    XCTAssertEqual(q.d, 0.05 * (1 - 0.2 / 0.62), accuracy: 1e-12)
    let most = Quadrants.graph500.shifted(by: Quadrants.graph500.largestNoise)
    XCTAssertTrue(most.probabilities.allSatisfy { $0 >= 0 })
  }

  func testFilesDependOnTheSeedAndNotOnThreads() throws {
    var options = options(nodes: 3000, edges: 70_000)
    options.noise = 0.1
    func generate(_ options: GeneratorOptions, threads: Int) throws -> FolderContents {
      let folder = try TemporaryFolder()
      try Generator(options, folder: folder.path, parallel: Parallel(threadCount: threads)).run()
      return try FolderContents(folder.path)
    }
    let first = try generate(options, threads: 1)
    XCTAssertEqual(first.names, Generator.fileNames.filter { $0 != "communities.npy" }.sorted())
    XCTAssertEqual(first.differences(from: try generate(options, threads: 3)), [])
    options.noise = 0
    XCTAssertEqual(first.differences(from: try generate(options, threads: 2)), ["edges.npy"])
  }

  /// Skewed degrees, at ids that lie anywhere.
  func testHubsAreShuffled() throws {
    let options = options(nodes: 4096, edges: 60_000)
    let edges = GeneratedEdges(options, ids: GeneratedNodes(options).ids)
    var pairs = [UInt32](repeating: 0, count: 2 * GeneratedEdges.edgesPerChunk)
    pairs.withUnsafeMutableBufferPointer { edges.fill($0, chunk: 0) }
    var degrees = [Int](repeating: 0, count: 4096)
    for id in pairs { degrees[Int(id)] += 1 }
    let hubs = degrees.indices.sorted { degrees[$0] > degrees[$1] }.prefix(200)
    XCTAssertGreaterThan(hubs.reduce(0) { $0 + degrees[$1] }, pairs.count / 4)
    XCTAssertEqual(Double(hubs.reduce(0, +)) / 200, 2048, accuracy: 350)
  }

  func testTheSmallestGraphsComeToAnEnd() {
    for nodes in 2...6 {
      XCTAssertTrue(draw(options(nodes: nodes, edges: 50)).allSatisfy { $0 != $1 && max($0, $1) < nodes })
    }
  }
}
