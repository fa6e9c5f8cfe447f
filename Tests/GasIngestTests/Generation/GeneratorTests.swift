import Foundation
import GasBase
import TestSupport
import XCTest

@testable import GasFormats
@testable import GasGenerate

final class GeneratorTests: XCTestCase {
  private func options() -> GeneratorOptions {
    var options = GeneratorOptions(nodeCount: 3000, edgeCount: 40_000, featureWidth: 4, classCount: 5)
    options.seed = 9
    options.communityCount = 10
    options.meanDeviation = 2
    return options
  }

  private func generate(_ options: GeneratorOptions, threads: Int = 2) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try Generator(options, folder: folder.path, parallel: Parallel(threadCount: threads)).run()
    return folder
  }

  private func integers(_ folder: TemporaryFolder, _ name: String) throws -> [Int64] {
    let array = try NpyReader(opening: folder.file(name))
    return try array.integers(0..<array.elementCount)
  }

  func testSeedsDecideAndThreadsDoNot() throws {
    let first = try generate(options(), threads: 1)
    let files = try FolderContents(first.path)
    XCTAssertEqual(files.names, Generator.fileNames.sorted())
    let same = try generate(options(), threads: 3)
    XCTAssertEqual(files.differences(from: try FolderContents(same.path)), [])
    var changed = options()
    changed.seed = 10
    let other = try generate(changed)
    XCTAssertEqual(files.differences(from: try FolderContents(other.path)), Generator.fileNames.sorted())
  }

  func testShapesTypesAndRanges() throws {
    let folder = try generate(options())
    let edges = try NpyReader(opening: folder.file("edges.npy"))
    XCTAssertEqual(edges.shape, [40_000, 2])
    XCTAssertEqual(edges.type, .uint32)
    let ends = try edges.integers(0..<80_000)
    XCTAssertTrue(ends.allSatisfy { 0..<3000 ~= $0 })
    XCTAssertTrue((0..<40_000).allSatisfy { ends[2 * $0] != ends[2 * $0 + 1] })
    XCTAssertEqual(try NpyReader(opening: folder.file("features.npy")).shape, [3000, 4])
    XCTAssertEqual(try NpyReader(opening: folder.file("labels.npy")).type, .int32)
    XCTAssertEqual(Set(try integers(folder, "labels.npy")), Set(0..<5))
    let parts = try ["train.npy", "val.npy", "test.npy"].map { try integers(folder, $0) }
    XCTAssertEqual(parts.map(\.count), [1500, 750, 750])
    XCTAssertTrue(parts.allSatisfy { $0 == $0.sorted() })
    XCTAssertEqual(Set(parts.flatMap { $0 }).count, 3000)
  }

  func testCommunitiesDegreesLabelsAndFeaturesAreAsAskedFor() throws {
    var options = options()
    options.labelNoise = 0
    let folder = try generate(options)
    let ends = try integers(folder, "edges.npy")
    let labels = try integers(folder, "labels.npy")
    var inside = 0
    var degrees = [Int](repeating: 0, count: 3000)
    for edge in 0..<40_000 {
      let (u, v) = (Int(ends[2 * edge]), Int(ends[2 * edge + 1]))
      if labels[u] == labels[v] { inside += 1 }
      degrees[u] += 1
      degrees[v] += 1
    }
    // 0.8 by design, and a fifth of the others by chance; the deviation of the mean is 0.002.
    XCTAssertEqual(Double(inside) / 40_000, 0.84, accuracy: 0.01)
    XCTAssertEqual(labels.count { $0 == 0 }, 600)
    // The largest weight of 300 is that of the top 1/300 of a community; mean degree 26.7.
    XCTAssertGreaterThan(degrees.max()!, 250)
    XCTAssertLessThan(degrees.sorted()[1500], 20)
    let features = try NpyReader(opening: folder.file("features.npy")).floats(0..<12_000)
    let means = (0..<5).map { label -> Float in
      let members = (0..<3000).filter { labels[$0] == Int64(label) }
      return members.reduce(0) { $0 + features[$1 * 4] } / Float(members.count)
    }
    let spread = (means.reduce(0) { $0 + $1 * $1 } / 5).squareRoot()
    XCTAssertEqual(spread, 2, accuracy: 1.5)
    let noise = (0..<3000).map { features[$0 * 4] - means[Int(labels[$0])] }
    XCTAssertEqual((noise.reduce(0) { $0 + $1 * $1 } / 3000).squareRoot(), 1, accuracy: 0.05)
  }

  func testLabelNoiseIsAShareOfTheNodes() throws {
    var clean = options()
    clean.labelNoise = 0
    let cleanFolder = try generate(clean)
    let truth = try integers(cleanFolder, "labels.npy")
    var noisy = clean
    noisy.labelNoise = 0.5
    let noisyFolder = try generate(noisy)
    let labels = try integers(noisyFolder, "labels.npy")
    // A label drawn by chance is right once in five.
    let changed = zip(truth, labels).count { $0 != $1 }
    XCTAssertEqual(Double(changed) / 3000, 0.4, accuracy: 0.04)
  }

  func testExistingFilesAreKept() throws {
    let folder = try generate(options())
    let before = try FolderContents(folder.path)
    var other = options()
    other.seed = 1
    let generator = try Generator(other, folder: folder.path + "/", parallel: .serial)
    assertRefused("edges.npy: already exists", "--overwrite") { try generator.run() }
    XCTAssertEqual(before.differences(from: try FolderContents(folder.path)), [])
    try generator.run(replacesExisting: true)
    XCTAssertEqual(before.differences(from: try FolderContents(folder.path)), Generator.fileNames.sorted())
  }

  func testNoFeaturesNoFile() throws {
    var options = options()
    options.featureWidth = 0
    options.testShare = 0.1
    let folder = try generate(options)
    XCTAssertFalse(FileManager.default.fileExists(atPath: folder.file("features.npy")))
    XCTAssertEqual(try integers(folder, "test.npy").count, 300)
  }

  func testGeneratedGraphsAreIngested() throws {
    let folder = try generate(options())
    let inputs = try Inputs()
    let report = try inputs.ingest(folder.file("edges.npy")) {
      $0.features = folder.file("features.npy")
      $0.labels = folder.file("labels.npy")
      $0.splitParts = [.train: folder.file("train.npy"), .test: folder.file("test.npy")]
      $0.partitioner = .metis
      $0.partitionCount = 10
    }
    XCTAssertEqual(report.nodes, 3000)
    // METIS finds the ten communities: 0.8 of the edges by design, and a tenth of the rest by chance.
    XCTAssertEqual(Double(report.cutEntries) / Double(report.edges.entries), 0.2, accuracy: 0.06)
    _ = try inputs.contents()
  }

  func testHalfPrecisionIsTheSameRounded() throws {
    var options = options()
    options.featureWidth = 5
    let wide = try generate(options)
    options.featureType = .float16
    let narrow = try generate(options)
    let (a, b) = try (
      NpyReader(opening: wide.file("features.npy")), NpyReader(opening: narrow.file("features.npy"))
    )
    XCTAssertEqual(b.type, .float16)
    XCTAssertEqual(b.floats(0..<15_000), a.floats(0..<15_000).map { Float(Float16($0)) })
    XCTAssertEqual(try FolderContents(wide.path).differences(from: try FolderContents(narrow.path)), ["features.npy"])
  }

  func testEdgesCanBeLeftOut() throws {
    var options = options()
    let whole = try generate(options)
    options.leavesOutEdges = true
    let rest = try generate(options)
    XCTAssertEqual(try FolderContents(whole.path).differences(from: try FolderContents(rest.path)), ["edges.npy"])
  }

  func testImpossibleGraphsAreRefused() throws {
    func refused(_ text: String, _ change: (inout GeneratorOptions) -> Void) {
      var options = options()
      change(&options)
      assertRefused(text) { _ = try Generator(options, folder: "/tmp", parallel: .serial) }
    }
    refused("from 2 to 4294967294 nodes, not 1") { $0.nodeCount = 1 }
    refused("at least 1 edge, not 0") { $0.edgeCount = 0 }
    refused("from 1 to 1500 classes, not 1501") { $0.classCount = 1501 }
    refused("from 5 to 1500 communities, not 4") { $0.communityCount = 4 }
    refused("a probability of inside edges from 0 to 1, not 1.5") { $0.insideProbability = 1.5 }
    refused("a label noise from 0 to 1, not nan") { $0.labelNoise = .nan }
    refused("split shares from 0 to 1") { $0.trainShare = 0.6 }
    refused("an exponent above 1") { $0.exponent = 1 }
    refused("deviations of 0 or more") { $0.noiseDeviation = -1 }
    refused("quadrants of probabilities that add up to 1") { $0.quadrants.a = 0.6 }
    refused("a first quadrant of at least 0.25") { $0.quadrants = Quadrants(a: 0.1, b: 0.3, c: 0.3, d: 0.3) }
    refused("noise from 0 to 0.19, so that no probability is negative, not 0.2") { $0.noise = 0.2 }
    // A community of one node has no edge inside.
    refused("from 5 to 1500 communities, not 1501") { $0.communityCount = 1501 }
  }

  func testTheSmallestGraphsComeToAnEnd() throws {
    for (nodes, classes) in [(2, 1), (3, 1), (4, 2), (5, 2)] {
      var options = GeneratorOptions(nodeCount: nodes, edgeCount: 100, featureWidth: 1, classCount: classes)
      options.communityCount = nodes / 2
      options.insideProbability = 1
      let folder = try generate(options)
      let ends = try integers(folder, "edges.npy")
      XCTAssertTrue((0..<100).allSatisfy { ends[2 * $0] != ends[2 * $0 + 1] })
    }
  }
}
