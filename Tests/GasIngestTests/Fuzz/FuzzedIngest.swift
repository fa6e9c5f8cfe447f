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

/// Ingests of damaged inputs: each is refused in one line, or makes a store.
class FuzzedIngest: XCTestCase {
  static let rounds = Rounds.count(200)
  /// Memory, where there is such a folder: stores are synced, and disks are slow at that.
  static let parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : NSTemporaryDirectory()

  func fuzz(_ fuzzCase: FuzzCase) throws {
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
  func outcome(_ fuzzCase: FuzzCase, _ folder: String) throws -> String? {
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
  func damage(
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
  func claimsManyNodes(_ name: String, _ bytes: [UInt8]) -> Bool {
    func isMany(_ count: Int) -> Bool { 1_000_000..<(1 << 33) ~= count }
    if name == "shape.npy" || name == "num_nodes_list.npy" {
      let starts = stride(from: 128, through: bytes.count - 8, by: 8)
      return starts.contains { start in isMany(bytes[start..<start + 8].reversed().reduce(0) { $0 << 8 | Int($1) }) }
    }
    let words = bytes.prefix(300).split { !(48..<58 ~= $0) }
    return words.contains { Int(String(decoding: $0, as: UTF8.self)).map(isMany) ?? false }
  }

  func write(_ bytes: [UInt8], _ path: String) throws {
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }
}
