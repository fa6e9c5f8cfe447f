import Foundation
import GasBase
import GasFiles
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasRuns
@testable import GasTrain

/// Inference on a disk that fails, that the process dies on, or whose power fails, at one change after the other. After
/// each: every output is the old file, the new one or, where there was none, absent; all are old while any of them is
/// not on the disk yet.
final class ExportEndingTests: XCTestCase {
  private var folder: TemporaryFolder!
  private var disk: RunDisk!
  private var new: [String: Data?] = [:]
  private let names = ["embeddings.npy", "ids.npy", "logits.npy", "predictions.npy"]
  /// Memory that outputs do not fit: they are put in order by buckets; `nil` for as much as there is.
  private var memoryBytes: Int?

  override func setUpWithError() throws {
    folder = try TemporaryFolder()
    disk = try RunDisk.make(in: folder)
    try disk.train(RunDisk.settings())
    try reset(replaces: false)
    try export(nil)
    new = try outputs(disk.path)
    XCTAssertEqual(new.keys.sorted(), names)
  }

  override func tearDown() { (folder, disk) = (nil, nil) }

  private func outputs(_ path: String) throws -> [String: Data?] { try FolderContents(path + "/out").files }

  private func old(_ name: String) -> Data { Data("old \(name)".utf8) }

  private func reset(replaces: Bool) throws {
    try FileTree.remove(disk.path + "/out")
    try FileTree.makeFolders(disk.path + "/out")
    for name in names where replaces { try old(name).write(to: URL(fileURLWithPath: "\(disk.path)/out/\(name)")) }
  }

  private func export() throws { try export(plan) }

  /// What `gas-run infer --overwrite` does.
  private func export(_ plan: RunPlan?) throws {
    let store = try Store(opening: disk.store)
    let paths = names.map { "\(disk.path)/out/\($0)" }
    paths.forEach(Leftovers.sweep(beside:))
    let files = Exporter.Files(
      embeddings: paths[0], predictions: paths[3], logits: paths[2], replacesExisting: true)
    let run = try RunFolder.open(in: store, name: "run")
    _ = try Exporter(store, run).export(
      files, threads: 1, plan: plan, with: { [try IdExport(store).ready(at: paths[1])] })
  }

  /// Made once: a plan writes to the disk, too.
  private lazy var plan = try? memoryBytes.map { bytes in
    let store = try Store(opening: disk.store)
    let settings = try RunFolder.open(in: store, name: "run").settings()
    var plan = try RunPlan(
      .inference, on: store, settings, model: ModelFactory.make(settings, for: store), memoryBytes: 1 << 40)
    plan.memoryBytes = bytes
    return plan
  }

  /// - Returns: of each output whether it is the new one; nil if one is neither old nor new.
  private func areNew(_ found: [String: Data?], replaces: Bool) -> [Bool]? {
    let states = names.map { name -> Bool? in
      if found[name] == new[name] { return true }
      let old = replaces ? old(name) : nil
      return (found[name] ?? nil) == old ? false : nil
    }
    return states.contains(nil) ? nil : states.compactMap { $0 }
  }

  private func loop(_ event: DiskScript.Event, replaces: Bool = true, hasNamelessFiles: Bool = true) throws {
    var index = 0
    while true {
      try reset(replaces: replaces)
      let script = DiskScript(event, at: index)
      script.hasNamelessFiles = hasNamelessFiles
      let result = Result { try script.run(export) }
      let label = "\(event) at \(index), \(script.operation?.rawValue ?? "nothing")"
      if case .failure(let error) = result { XCTAssertTrue(error is GasError, "\(label): \(error)") }
      let states = areNew(try outputs(disk.path), replaces: replaces)
      XCTAssertNotNil(states, label)
      if let states, Set(states).count == 2 {
        XCTAssertTrue([.link, .rename].contains(script.operation), "\(label): some are new, some are old")
      }
      if case .success = result { XCTAssertEqual(states, [true, true, true, true], label) }
      try export()
      XCTAssertTrue(try outputs(disk.path) == new, "\(label): something is left")
      guard script.operation != nil else { break }
      index += 1
    }
    XCTAssertGreaterThan(index, 20)
  }

  func testDying() throws {
    try loop(.dies)
    try loop(.dies, replaces: false)
    try loop(.dies, hasNamelessFiles: false)
  }

  func testFailing() throws {
    try loop(.fails(EIO), hasNamelessFiles: false)
    try loop(.fails(ENOSPC))
    try loop(.shortens)
  }

  func testByBuckets() throws {
    memoryBytes = 1024
    XCTAssertNotNil(plan)
    try loop(.dies)
    try loop(.fails(ENOSPC))
    try loop(.fails(EIO), hasNamelessFiles: false)
    try loop(.shortens)
  }

  func testPowerLossByBuckets() throws {
    memoryBytes = 1024
    XCTAssertNotNil(plan)
    try testPowerLoss()
  }

  func testPowerLoss() throws {
    for (replaces, lacks) in [(true, []), (false, []), (true, [.createNameless])] as [(Bool, Set<DiskSeam.Operation>)] {
      try reset(replaces: replaces)
      let record = try DiskRecord(below: disk.path)
      try record.record(lacking: lacks) {
        try export()
        record.mark()
      }
      func isLeftover(_ path: String) -> Bool { path.contains(".partial-") }
      func replay(_ record: DiskRecord, endsEarly: Bool) throws -> DiskRecord.Replay {
        try record.replay(ignoring: isLeftover, endsEarly: endsEarly) { lost in
          guard let states = areNew(try outputs(lost.path), replaces: replaces) else { return "neither old nor new" }
          return lost.markCount > 0 && states.contains(false) ? "lost" : nil
        }
      }
      XCTAssertEqual(try replay(record, endsEarly: false).problems, [])
      for neglect in DiskRecord.Neglect.allCases {
        XCTAssertNotEqual(try replay(record.neglecting(neglect), endsEarly: true).problems, [], "\(neglect)")
      }
    }
  }
}
