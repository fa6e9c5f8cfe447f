import Foundation
import GasBase
import GasStore
import TestSupport
import XCTest

@testable import GasEdges
@testable import GasFiles
@testable import GasGenerate
@testable import GasIngest
@testable import GasTables

/// Damaged input of every format: ingest makes a store of it or refuses it in one line, and leaves nothing else behind.
///
/// Damage depends on the case, the round and the seed of `Rounds` alone. A trap ends the process: the files that it
/// could not take, and the round in `round.txt`, then stay in the folder gas-fuzz-CASE-PROCESS below /dev/shm, or the
/// temporary folder.
final class FuzzTests: XCTestCase {
  private static let rounds = Rounds.count(200)
  /// Memory, where there is such a folder: stores are synced, and disks are slow at that.
  private static let parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : NSTemporaryDirectory()

  private func fuzz(_ fuzzCase: FuzzCase) throws {
    let name = fuzzCase.name.replacing("/", with: "-")
    let folder = "\(Self.parent)/gas-fuzz-\(name)-\(getpid())"
    try FileManager.default.createDirectory(atPath: "\(folder)/in", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (path, bytes) in fuzzCase.files { try write(bytes, "\(folder)/in/\(path)") }
    let before = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
    XCTAssertNil(try outcome(fuzzCase, folder), "\(name) as it is")
    var refused = 0
    for round in 0..<Self.rounds {
      // A name's bytes tell the cases apart, the same in every process.
      let seed = UInt64(Checksum.crc32(Array(name.utf8))) << 32 + Rounds.seed << 24 + UInt64(round)
      var mutation = Mutation(seed: seed)
      let target = fuzzCase.targets[mutation.below(fuzzCase.targets.count)]
      guard let damaged = try damage(target, fuzzCase.files[target]!, &mutation, folder) else { continue }
      try write(damaged, "\(folder)/in/\(target)")
      try write(Array("\(round) \(target)\n".utf8), "\(folder)/round.txt")
      if let message = try outcome(fuzzCase, folder) {
        refused += 1
        XCTAssertFalse(message.contains { $0.isNewline }, "\(name), round \(round): \(message)")
      }
      unlink("\(folder)/round.txt")
      XCTAssertEqual(
        try FileManager.default.subpathsOfDirectory(atPath: folder).sorted(), before, "\(name), round \(round)")
      try write(fuzzCase.files[target]!, "\(folder)/in/\(target)")
    }
    Rounds.tell(Self.rounds, "damaged inputs")
    XCTAssertGreaterThan(refused, Self.rounds / 20, "\(name): hardly anything was damaged")
  }

  /// - Returns: what the input was refused with, or `nil` if it made a store, which is removed.
  private func outcome(_ fuzzCase: FuzzCase, _ folder: String) throws -> String? {
    let store = "\(folder)/out.store"
    var options = IngestOptions(edges: [], output: store)
    options.partitioner = .contiguous
    options.partitionCount = 1
    fuzzCase.change(&options) { "\(folder)/in/\($0)" }
    do {
      _ = try Ingest(options).run()
      _ = try StoreVerifier(Store(opening: store)).verify()
      try FileManager.default.removeItem(atPath: store)
      return nil
    } catch let error as GasError {
      return "\(error)"
    }
  }

  /// Packed files are damaged outside or inside, archives outside or in one of their arrays.
  ///
  /// - Returns: `nil` where the damage would only take long.
  private func damage(
    _ name: String, _ bytes: [UInt8], _ mutation: inout Mutation, _ folder: String
  ) throws -> [UInt8]? {
    let isInside = mutation.below(4) > 0
    if name.hasSuffix(".npz") && isInside {
      var entries = try FuzzCase.entries(bytes, in: folder)
      let entry = mutation.below(entries.count)
      entries[entry].data = mutation.damage(entries[entry].data)
      guard !claimsManyNodes(entries[entry].name, entries[entry].data) else { return nil }
      return StoredZip.bytes(entries)
    }
    // Text is unpacked if it is packed, whatever it is called.
    let isPacked = name.hasSuffix(".gz") || name.hasSuffix(".zst")
    let damaged = mutation.damage(isPacked && isInside ? try FuzzCase.unpacked(bytes, in: folder) : bytes)
    return claimsManyNodes(name, damaged) ? nil : damaged
  }

  /// Nodes without edges are allowed, so that a count of millions is no damage, but takes its time and memory.
  private func claimsManyNodes(_ name: String, _ bytes: [UInt8]) -> Bool {
    func isMany(_ count: Int) -> Bool { 1_000_000..<(1 << 33) ~= count }
    if name == "shape.npy" || name == "num_nodes_list.npy" {
      let starts = stride(from: 128, through: bytes.count - 8, by: 8)
      return starts.contains { start in isMany(bytes[start..<start + 8].reversed().reduce(0) { $0 << 8 | Int($1) }) }
    }
    let words = bytes.prefix(300).split { !(48..<58 ~= $0) }
    return words.contains { Int(String(decoding: $0, as: UTF8.self)).map(isMany) ?? false }
  }

  private func write(_ bytes: [UInt8], _ path: String) throws {
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  func testText() throws {
    for name in ["edges.tsv", "edges.tsv.gz", "edges.tsv.zst"] { try fuzz(FuzzCase(edges: name)) }
    try fuzz(FuzzCase(edges: "weighted.csv") { options, _ in options.format.isWeighted = true })
    try fuzz(
      FuzzCase(edges: "names.tsv", contents: Array("a b\nb é\nc a\n".utf8)) { options, _ in
        options.format.hasStringIds = true
      })
  }

  func testBinaryPairs() throws {
    for ids in BinaryIds.allCases {
      try fuzz(
        FuzzCase(edges: "edges.\(ids)") { options, _ in
          options.format.binaryIds = ids
          options.nodeCount = ids == .u32 ? 7 : nil
        })
    }
  }

  func testArraysOfEdges() throws {
    for name in ["pairs.npy", "rows.npy"] { try fuzz(FuzzCase(edges: name)) }
  }

  func testMatrices() throws {
    for name in ["general.mtx", "pattern.mtx.gz", "symmetric.mtx", "plain.graph", "weighted.graph"] {
      try fuzz(
        FuzzCase(edges: name) { options, _ in
          options.format.isWeighted = name != "pattern.mtx.gz" && name != "plain.graph"
        })
    }
  }

  func testSciPy() throws {
    for name in ["csr.npz", "csc.npz", "coo.npz", "stored.npz"] {
      try fuzz(FuzzCase(edges: name) { options, _ in options.format.isWeighted = true })
    }
  }

  func testFolders() throws {
    for name in ["ogb", "ogb-binary", "graphbolt"] { try fuzz(FuzzCase(folder: name)) }
  }

  func testAttributes() throws {
    let halves = (0..<14).map { Float16($0) }
    try fuzz(
      FuzzCase(attribute: "features.npy", FuzzCase.npy(halves, [7, 2])) { options, path in
        options.features = path("features.npy")
        options.featureNormalisation = .standard
      })
    try fuzz(
      FuzzCase(attribute: "features.npz", FuzzCase.read("csr.npz")) { options, path in
        options.features = path("features.npz")
      })
    try fuzz(
      FuzzCase(attribute: "labels.npy", FuzzCase.npy([0, 1, 2, -1, 0, 1, 2] as [Float], [7])) { options, path in
        options.labels = path("labels.npy")
      })
    try fuzz(
      FuzzCase(attribute: "weights.npy", FuzzCase.npy((0..<7).map { Double($0) }, [7])) { options, path in
        options.edgeWeights = path("weights.npy")
      })
    try fuzz(
      FuzzCase(attribute: "edge-features.npy", FuzzCase.npy((0..<14).map { Int16($0) }, [7, 2])) { options, path in
        options.edgeFeatures = path("edge-features.npy")
      })
  }

  func testArraysInFortranOrder() throws {
    let features = ForeignArray((0..<14).map { Double($0) }, [7, 2], ">f4", fortran: true)
    try fuzz(
      FuzzCase(attribute: "fortran.npy", features.bytes) { options, path in options.features = path("fortran.npy") })
    let edges = ForeignArray([0, 1, 1, 2, 2, 3, 3, 4], [4, 2], ">i2", fortran: true)
    try fuzz(FuzzCase(edges: "edges.npy", contents: edges.bytes))
    let mask = ForeignArray([0, 1, 1, 0, 0, 1, 0], nil, ">i4")
    try fuzz(
      FuzzCase(attribute: "mask.npy", mask.bytes) { options, path in
        options.nodeCount = 7
        options.splitParts = [.train: path("mask.npy")]
      })
  }

  func testTextOfLabelsAndMasks() throws {
    try fuzz(
      FuzzCase(attribute: "labels.txt", Array("0\n2\nnan\n-1\n1\n1\n0\n".utf8)) { options, path in
        options.labels = path("labels.txt")
      })
    try fuzz(
      FuzzCase(attribute: "one-hot.csv", Array("1,0\n0,1\n1,0\n1,0\n0,1\n0,1\n1,0\n".utf8)) { options, path in
        options.labels = path("one-hot.csv")
      })
    try fuzz(
      FuzzCase(attribute: "mask.txt", Array("0\n1\n1.0\n0\nTrue\n0\n1\n".utf8)) { options, path in
        options.nodeCount = 7
        options.splitParts = [.validation: path("mask.txt")]
      })
  }

  func testTables() throws {
    try fuzz(
      FuzzCase(tables: [
        "tx.csv": "from,to,amount,when\na,b,2,2024-01-01\nb,\"c\",4,2024-01-02\na,b,6,\nc,a,1.5,\"2024-01-04 10:00\"\n",
        "people.csv": "name;age;city;member;day;is\na;10;Rome;yes;2024-01-01;no\nb;NA;\"Oslo; N\";no;2024-01-03;yes\n"
          + "c;30;\"say \"\"x\"\"\";;2024-01-02;\n",
      ]) { options, path in
        var tables = TableOptions()
        tables.edges = [.init(path: path("tx.csv"), source: "from", target: "to")]
        (tables.weight, tables.edgeColumns) = ("amount", ["amount", "when"])
        (tables.nodes, tables.id, tables.label) = (path("people.csv"), "name", "is")
        options.tables = tables
      })
  }

  func testLists() throws {
    try fuzz(
      FuzzCase(attribute: "train.npy", FuzzCase.npy([0, 3, 5] as [Int64], [3])) { options, path in
        options.nodeCount = 7
        options.splitParts = [.train: path("train.npy")]
      })
    try fuzz(
      FuzzCase(attribute: "train.txt", Array("0\n3\n5\n".utf8)) { options, path in
        options.nodeCount = 7
        options.splitParts = [.train: path("train.txt")]
      })
    try fuzz(
      FuzzCase(attribute: "ids.txt", Array("6\n5\n4\n3\n2\n1\n0\n".utf8)) { options, path in
        options.ids = path("ids.txt")
      })
    try fuzz(
      FuzzCase(attribute: "parts.txt", Array("0\n1\n0\n1\n0\n1\n0\n".utf8)) { options, path in
        options.nodeCount = 7
        options.partitionCount = nil
        options.partitioner = .file(path("parts.txt"))
      })
  }
}
